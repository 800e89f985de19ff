import fc from "fast-check";
import {
  PRESET_NAMES,
  type StarOrList,
  type WrittenApplication,
  type WrittenBehavior,
  type WrittenDocument,
  type WrittenPolicy,
} from "../../oracle/model/written.ts";
import { originOf, type Ports } from "../places.ts";

// One document with many groups, each at a path of its own, so that hundreds of scenarios need one corsd.

/** As many as give every preset and switch a chance; each has one or two policies. */
export const GROUPS = 60;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "patch", "X-Y"] as const;
const HEADERS = ["content-type", "X-Api-Key", "x-a", "authorization", "range", "accept"] as const;
const EXPOSED = ["x-total-count", "X-Page", "etag", "vary"] as const;

const behavior: fc.Arbitrary<WrittenBehavior> = fc.record(
  {
    refusedActual: fc.constantFrom("reject", "forward"),
    refusedPreflight: fc.constantFrom("reject", "bare", "forward"),
    preflightStatus: fc.constantFrom(200, 204),
    checkRequested: fc.boolean(),
    checkActualMethod: fc.boolean(),
    safelistedMethods: fc.constantFrom("listed", "always"),
    sameOrigin: fc.constantFrom("exempt", "check"),
    anyOriginAnswer: fc.constantFrom("star", "echo"),
    exposeOnPreflight: fc.boolean(),
  },
  { requiredKeys: [] },
);

type Access = Pick<WrittenPolicy, "allowOrigins" | "allowCredentials">;

/** Lists that most pages of the scenarios find themselves in, and near misses of them. */
function access(ports: Ports): fc.Arbitrary<Access> {
  const app = originOf("app", ports);
  const first = fc.constantFrom(
    app,
    app,
    `http://*.demo.localhost:${ports.page}`,
    "http://*.demo.localhost:*",
    "~http://(app|other)[.]demo[.]localhost:[0-9]+",
  );
  const others = fc.shuffledSubarray(
    [
      originOf("port", ports),
      originOf("own", ports),
      originOf("ipv6", { ...ports, ipv6Page: ports.ipv6Page ?? 1 }),
      app.replace("http:", "https:"),
      "http://demo.localhost:*",
      `http://*.app.demo.localhost:${ports.page}`,
    ],
    { maxLength: 3 },
  );
  const listed = fc.tuple(first, others).map(([one, more]) => [...new Set([one, ...more])]);
  return fc.oneof(
    { arbitrary: fc.record({ allowOrigins: listed }), weight: 3 },
    {
      arbitrary: fc.record({ allowOrigins: listed, allowCredentials: fc.constant(true) }),
      weight: 5,
    },
    {
      arbitrary: listed.map((list) => ({ allowOrigins: [...list, "null"] })),
      weight: 2,
    },
    { arbitrary: fc.constant({ allowOrigins: "*" as const }), weight: 3 },
    { arbitrary: fc.constant({ allowOrigins: [originOf("evil", ports)] }), weight: 1 },
  );
}

function starOr(values: readonly string[]): fc.Arbitrary<StarOrList> {
  return fc.oneof(
    { arbitrary: fc.shuffledSubarray([...values], { minLength: 2 }), weight: 4 },
    { arbitrary: fc.constant("*"), weight: 3 },
  );
}

function policy(ports: Ports): fc.Arbitrary<Omit<WrittenPolicy, "name">> {
  const mostly = <T>(usual: T, rare: T): fc.Arbitrary<T> =>
    fc.oneof(
      { arbitrary: fc.constant(usual), weight: 5 },
      { arbitrary: fc.constant(rare), weight: 1 },
    );
  const rarely = <T>(usual: T, rare: T): fc.Arbitrary<T> =>
    mostly(usual, rare).chain((each) => mostly(usual, each));
  const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(arbitrary, { nil: undefined });
  return fc
    .record({
      preset: fc.constantFrom(...PRESET_NAMES),
      access: access(ports),
      // Two presets leave no choice but to name these.
      allowMethods: starOr(METHODS),
      httpVersions: mostly(["HTTP/1.1", "HTTP/2"], ["HTTP/2"]),
      isVersionBound: mostly(false, true),
      allowHeaders: some(starOr(HEADERS)),
      exposeHeaders: some(starOr(EXPOSED)),
      maxAge: some(fc.constantFrom(-1, 0, 600, "15m")),
      requireOrigin: mostly(false, true),
      preflight: mostly<"answer" | "continue">("answer", "continue"),
      webSocket: fc.constantFrom("ignore", "check"),
      timingAllowOrigin: fc.boolean(),
      enabled: rarely(true, false),
      mode: rarely<"enforce" | "shadow">("enforce", "shadow"),
      behavior: some(behavior),
    })
    .map(({ access: who, isVersionBound, httpVersions, ...rest }) => {
      const versions = isVersionBound || rest.preset === "api-groups" ? { httpVersions } : {};
      return { ...leftOut(rest), ...who, ...versions } as Omit<WrittenPolicy, "name">;
    });
}

function leftOut(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** A second application group so that some groups have one, some have two and most have none. */
function applications(ports: Ports): fc.Arbitrary<readonly WrittenApplication[]> {
  const names = Array.from({ length: GROUPS }, (_, index) => `g${index}`);
  const groups = fc.shuffledSubarray(names, { minLength: 6, maxLength: 12 });
  return fc.tuple(groups, groups).map(([evil, sibling]) => [
    { name: "partner", origins: [originOf("evil", ports)], apiGroups: evil },
    { name: "portal", origins: [originOf("sibling", ports)], apiGroups: sibling },
  ]);
}

export function documents(ports: Ports): fc.Arbitrary<WrittenDocument> {
  const policies = fc.oneof(
    { arbitrary: fc.tuple(policy(ports)), weight: 2 },
    { arbitrary: fc.tuple(policy(ports), policy(ports)), weight: 1 },
  );
  const groups = fc.array(
    fc.record({ policies, host: fc.constantFrom(undefined, undefined, "api.demo.localhost") }),
    { minLength: GROUPS, maxLength: GROUPS },
  );
  return fc.tuple(groups, applications(ports)).map(([made, consumers]) => ({
    policies: made.flatMap(({ policies: those }, group) =>
      those.map((each, index) => ({ name: `p${group}-${index}`, ...each })),
    ),
    applications: consumers,
    apiGroups: made.map(({ policies: those, host }, group) => ({
      name: `g${group}`,
      match: [{ path: `/g${group}`, ...(host === undefined ? {} : { host }) }],
      policies: those.map((_, index) => `p${group}-${index}`),
    })),
  }));
}
