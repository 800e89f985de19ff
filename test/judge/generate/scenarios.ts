import fc from "fast-check";
import type { Line } from "../../oracle/model/request.ts";
import { HOSTS, PAGES, type PageName, type Ports } from "../places.ts";
import { type Asking, BEHIND, type Fetching, type Hop, type Scenario } from "../scenario.ts";
import { GROUPS } from "./documents.ts";
import { replies } from "./replies.ts";

/** Several of one are how often it comes up beside the others. */
function weighted<T>(weights: readonly (readonly [value: T, weight: number])[]): fc.Arbitrary<T> {
  return fc.oneof(...weights.map(([value, weight]) => ({ arbitrary: fc.constant(value), weight })));
}

const method = weighted([
  ["GET", 8],
  ["HEAD", 2],
  ["POST", 4],
  ["PUT", 3],
  ["PATCH", 2],
  ["DELETE", 2],
  ["patch", 2],
  ["put", 1],
  ["X-Y", 1],
]);

/** On both sides of each safelist: a value too long, a byte too many, a type too new, a range too open. */
const HEADERS: readonly Line[] = [
  ["accept", "text/plain"],
  ["accept", "a".repeat(128)],
  ["accept", "a".repeat(129)],
  ["accept", "text/(plain)"],
  ["accept-language", "de-CH, de;q=0.5"],
  ["accept-language", "d_e"],
  ["content-language", "de"],
  ["content-type", "text/plain;charset=utf-8"],
  ["content-type", "TEXT/PLAIN"],
  ["content-type", "application/x-www-form-urlencoded"],
  ["content-type", "multipart/form-data; boundary=x"],
  ["content-type", "application/json"],
  ["content-type", "text/plain; a=(b)"],
  ["X-Api-Key", "secret"],
  ["x-a", "1"],
  ["range", "bytes=0-9"],
  ["range", "bytes=-9"],
  ["range", "bytes=0-9,20-29"],
  ["cookie", "not=sent"],
  ["sec-x", "not sent"],
];

/** Authorization more often than the rest: it is the one that a redirect across origins takes away. */
const header = fc.oneof(
  { arbitrary: fc.constantFrom(...HEADERS), weight: 5 },
  { arbitrary: fc.constant<Line>(["Authorization", "Basic eDp5"]), weight: 1 },
);
const headers: fc.Arbitrary<readonly Line[]> = fc.oneof(
  { arbitrary: fc.constant([]), weight: 5 },
  { arbitrary: fc.uniqueArray(header, { maxLength: 3, selector: ([name]) => name }), weight: 5 },
);

const fetching: fc.Arbitrary<Fetching> = fc.record({
  via: fc.constant("fetch"),
  method,
  headers,
  mode: weighted([
    ["cors", 12],
    ["no-cors", 1],
    ["same-origin", 1],
  ]),
  credentials: fc.constantFrom("omit", "same-origin", "include"),
  redirect: weighted([
    ["follow", 8],
    ["error", 1],
    ["manual", 1],
  ]),
});

/** What a kept preflight is worth something to. */
const preflighted: fc.Arbitrary<Fetching> = fc
  .tuple(fetching, fc.constantFrom("PUT", "PATCH", "DELETE", "POST"))
  .map(([each, other]) => ({ ...each, mode: "cors", method: other }));

/** As an image is loaded, but with the visitor's cookies. */
const embedding: fc.Arbitrary<Fetching> = fetching.map((each) => ({
  ...each,
  mode: "no-cors",
  method: "GET",
  credentials: "include",
}));

const asking: fc.Arbitrary<Asking> = fc.oneof(
  { arbitrary: fetching, weight: 12 },
  { arbitrary: embedding, weight: 2 },
  {
    arbitrary: fc.record({
      via: fc.constant("xhr"),
      method,
      headers,
      withCredentials: fc.boolean(),
      upload: weighted([
        [false, 3],
        [true, 1],
      ]),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ via: fc.constant("events"), withCredentials: fc.boolean() }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      via: fc.constantFrom("script", "img"),
      crossorigin: fc.constantFrom("anonymous", "use-credentials"),
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ via: fc.constant("websocket") }), weight: 2 },
);

/** The second time as the first, or with something else about it, so that a kept preflight fits or does not. */
const asks: fc.Arbitrary<readonly Asking[]> = fc.oneof(
  { arbitrary: fc.tuple(asking), weight: 6 },
  { arbitrary: preflighted.map((ask) => [ask, ask]), weight: 3 },
  {
    arbitrary: fc
      .tuple(preflighted, fc.oneof(fc.record({ method }), fc.record({ headers }), credentials()))
      .map(([ask, other]) => [ask, { ...ask, ...other }]),
    weight: 2,
  },
);

function credentials(): fc.Arbitrary<Pick<Fetching, "credentials">> {
  return fc.record({ credentials: fc.constantFrom("omit", "include") });
}

const group = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: GROUPS - 1 }).map((index) => `g${index}`), weight: 15 },
  { arbitrary: fc.constant("open"), weight: 1 },
);

function hop(ports: Ports, isFirst: boolean): fc.Arbitrary<Hop> {
  return fc.record({
    host: weighted(
      HOSTS.filter((name) => name !== "ipv6" || ports.ipv6Envoy !== undefined).map(
        (name) => [name, name === "api" ? 5 : 1] as const,
      ),
    ),
    group,
    behind: weighted(BEHIND.map((name) => [name, name === "at" ? 16 : 1] as const)),
    reply: replies(ports),
    named: isFirst ? fc.constant(false) : weighted([[false, 4] as const, [true, 1] as const]),
  });
}

/** Every hop but the last redirects, through the service; a chain often stays in its group. */
function hops(ports: Ports): fc.Arbitrary<readonly Hop[]> {
  const length = weighted([
    [1, 7],
    [2, 2],
    [3, 1],
  ]);
  const status = fc.constantFrom(301, 302, 303, 307, 308);
  const chain = fc.tuple(hop(ports, true), hop(ports, false), hop(ports, false));
  return fc
    .record({ length, chain, status, stays: fc.boolean() })
    .map(({ length: count, chain: all, status: code, stays }) =>
      all.slice(0, count).map((each, index) => {
        const place = stays ? { ...each, group: all[0].group } : each;
        if (index === count - 1) return place;
        const redirecting = { ...each.reply, status: code };
        return { ...place, behind: "at" as const, reply: redirecting };
      }),
    );
}

const PAGE_WEIGHTS: { readonly [page in PageName]?: number } = {
  app: 20,
  own: 4,
  sandbox: 3,
  data: 3,
};

export function scenarios(ports: Ports): fc.Arbitrary<Scenario> {
  const pages = PAGES.filter((name) => name !== "ipv6" || ports.ipv6Page !== undefined);
  const page = weighted(pages.map((name) => [name, PAGE_WEIGHTS[name] ?? 2] as const));
  return fc.record({ page, hops: hops(ports), asks }).map(fitting);
}

/** Elements and EventSource want an answer of their kind; a WebSocket knows no redirects; of two asks each goes one way. */
function fitting(scenario: Scenario): Scenario {
  const [{ via }] = scenario.asks as readonly [Asking];
  const type = TYPES[via];
  if (via === "websocket") {
    return {
      ...scenario,
      hops: scenario.hops.slice(0, 1).map((each) => ({ ...each, behind: "at" })),
    };
  }
  if (type === undefined) {
    return scenario.asks.length === 1 ? scenario : { ...scenario, hops: scenario.hops.slice(0, 1) };
  }
  const typed = (each: Hop): Hop => ({
    ...each,
    reply: {
      ...each.reply,
      headers: [
        ...each.reply.headers.filter(([name]) => name !== "content-type"),
        ["content-type", type],
      ],
    },
  });
  return { ...scenario, hops: scenario.hops.map(typed) };
}

const TYPES: { readonly [via in Asking["via"]]?: string } = {
  events: "text/event-stream",
  script: "text/javascript",
  img: "image/svg+xml",
};
