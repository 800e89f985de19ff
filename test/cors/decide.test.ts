import { describe, expect, test } from "vitest";
import { MAX_METHOD_LENGTH } from "../../src/cors/check.ts";
import { decide } from "../../src/cors/decide.ts";
import type { Decision, Header } from "../../src/cors/decision.ts";
import type { Behavior, Policy } from "../../src/cors/policy.ts";
import type { Request } from "../../src/cors/request.ts";
import type { Group } from "../../src/cors/snapshot.ts";
import {
  APP,
  governedBy,
  group,
  listed,
  policy,
  preflight,
  request,
  STRICT,
  snapshot,
} from "./sample.ts";

const OTHER = "https://other.example";
const PREFLIGHT_VARY = [
  "Origin",
  "Access-Control-Request-Method",
  "Access-Control-Request-Headers",
];
const PLAIN = {
  kind: "decorate",
  headers: [],
  vary: ["Origin"],
  removeTiming: false,
  exposeReceived: false,
};
const rejected = (status: number, body: string, vary = ["Origin"]) => ({
  kind: "respond",
  status,
  body,
  vary,
  headers: [
    ["cache-control", "no-store"],
    ["content-type", "text/plain; charset=utf-8"],
  ],
});

const within = (one: Group, asked: Request): Decision => decide(governedBy(one), asked);
const under = (over: Partial<Policy>, asked: Request): Decision =>
  within(group([policy(over)]), asked);
const behaving = (over: Partial<Behavior>, asked: Request): Decision =>
  under({ behavior: { ...STRICT, ...over } }, asked);
const actual = (over: Partial<Request> = {}): Request => request({ origin: APP, ...over });

function sent(decision: Decision): Record<string, string> {
  expect(decision.action.kind).not.toBe("pass");
  return Object.fromEntries((decision.action as { headers: readonly Header[] }).headers);
}

describe("which group", () => {
  const governed = { group: group([policy()]), entry: "host api.example.com" };
  const idle = { group: group([]), entry: "path /idle" };

  test("none: the exchange is not touched", () => {
    const nowhere = snapshot(() => ({ by: "match", received: undefined, decoded: undefined }));
    expect(decide(nowhere, actual())).toMatchObject({
      outcome: "passed",
      group: undefined,
      action: { kind: "pass" },
    });
  });
  test("one without an enforcing policy: the exchange is not touched", () => {
    const byName = snapshot(() => ({ by: "name", group: idle.group }));
    expect(decide(byName, actual())).toMatchObject({ outcome: "passed", group: "orders" });
  });
  test("a named one", () => {
    const byName = snapshot(() => ({ by: "name", group: governed.group }));
    expect(decide(byName, actual())).toMatchObject({ outcome: "granted", group: "orders" });
  });
  test.each([
    [actual(), ["Origin"]],
    [preflight("GET"), PREFLIGHT_VARY],
  ])("an unknown name refuses requests with an Origin (%#)", (asked, vary) => {
    expect(
      decide(
        snapshot(() => ({ by: "unknown-name" })),
        asked,
      ),
    ).toMatchObject({
      outcome: "refused",
      reason: "unknown-group",
      action: rejected(500, "API group is not known", vary),
    });
  });
  test("an unknown name strips the answers to requests without one", () => {
    expect(
      decide(
        snapshot(() => ({ by: "unknown-name" })),
        request(),
      ),
    ).toMatchObject({
      outcome: "granted",
      reason: "unknown-group",
      action: PLAIN,
    });
  });
  test.each([
    [governed, undefined],
    [undefined, governed],
    [governed, idle],
    [idle, governed],
  ])("two that differ refuse requests with an Origin (%#)", (received, decoded) => {
    const two = snapshot(() => ({ by: "match", received, decoded }));
    expect(decide(two, actual())).toMatchObject({
      outcome: "refused",
      reason: "path-ambiguous",
      group: undefined,
      action: rejected(400, "Path is ambiguous"),
    });
    expect(decide(two, request()).group).toBe(decoded?.group.name);
  });
  test("nobody's answer is everybody's where the path is ambiguous", () => {
    const open = { group: group([policy({ access: { kind: "anyone", answer: "star" } })]) };
    const decoded = { ...open, entry: "open" };
    const torn = snapshot(() => ({ by: "match", received: governed, decoded }));
    expect(decide(torn, request()).action).toEqual(PLAIN);
  });
  test.each([
    [idle, undefined, "passed"],
    [governed, { ...governed }, "granted"],
  ])("two that come to the same are one (%#)", (received, decoded, outcome) => {
    const two = snapshot(() => ({ by: "match", received, decoded }));
    expect(decide(two, actual()).outcome).toBe(outcome);
  });
});

describe("without an Origin", () => {
  test("the service's CORS headers are removed", () => {
    expect(under({}, request())).toMatchObject({ outcome: "granted", action: PLAIN });
  });
  test("and refused where one is required", () => {
    expect(under({ requireOrigin: true }, request())).toMatchObject({
      outcome: "refused",
      reason: "origin-required",
      policy: undefined,
      action: rejected(403, "Origin header is required"),
    });
  });
});

describe("same origin", () => {
  const own = actual({ origin: "https://api.example.com" });
  test("is exempt", () => {
    expect(under({}, own)).toMatchObject({
      outcome: "granted",
      reason: "same-origin",
      action: PLAIN,
    });
  });
  test("is checked where the first policy says so", () => {
    expect(behaving({ sameOrigin: "check" }, own).reason).toBe("origin-not-allowed");
  });
});

describe("which policy", () => {
  const b = policy({ name: "b", access: { kind: "listed", origins: ["https://b"] } });
  const http2 = policy({ name: "http2", httpVersions: new Set(["HTTP/2"]) });
  const bot = { name: "bot", origins: ["https://bot"] };
  const all = { name: "all", origins: ["*"] };
  const credentialed = policy({ access: { kind: "credentialed", origins: ["*"] } });

  test.each<[string, Group, Partial<Request>, string | undefined, string | undefined]>([
    ["the first that lists it", group([b, policy()]), {}, "web", "policy"],
    ["the earlier of two", group([policy({ name: "a" }), policy()]), {}, "a", "policy"],
    [
      "an application's: the first",
      group([b], [bot]),
      { origin: "https://bot" },
      "b",
      "application",
    ],
    ["a policy before an application", group([b, policy()], [all]), {}, "web", "policy"],
    ["in its version", group([http2, policy()]), { httpVersion: "HTTP/2" }, "http2", "policy"],
    ["not in another version", group([http2, policy()]), {}, "web", "policy"],
    ["no version told", group([http2, policy()]), { httpVersion: undefined }, "web", "policy"],
    ["an application before a late policy", group([b, http2], [all]), {}, "b", "application"],
    ["late, for want of a better one", group([http2]), {}, "http2", "policy-other-version"],
    ["nobody", group([b], [bot]), {}, undefined, undefined],
    ["`null` by an application's `*`", group([b], [all]), { origin: "null" }, "b", "application"],
    [
      "`null` never credentialed",
      group([credentialed], [all]),
      { origin: "null" },
      undefined,
      undefined,
    ],
    ["`*` with credentials", group([credentialed]), {}, "web", "policy"],
  ])("%s", (_, one, over, name, by) => {
    const decision = within(one, actual(over));
    expect(decision.policy?.name).toBe(name);
    expect(decision.admission?.by).toBe(by);
  });
});

describe("actual requests", () => {
  test("are granted", () => {
    expect(under({}, actual())).toMatchObject({
      outcome: "granted",
      reason: undefined,
      kind: "actual",
      group: "orders",
      action: { ...PLAIN, headers: [["access-control-allow-origin", APP]] },
    });
  });
  test.each<[string, Partial<Policy>, Record<string, string>, boolean]>([
    [
      "credentials",
      { access: { kind: "credentialed", origins: [APP] } },
      { "access-control-allow-origin": APP, "access-control-allow-credentials": "true" },
      false,
    ],
    [
      "exposed names",
      { exposed: listed("X-A", "x-b") },
      { "access-control-allow-origin": APP, "access-control-expose-headers": "X-A, x-b" },
      false,
    ],
    [
      "every name exposed",
      { exposed: { kind: "any" } },
      { "access-control-allow-origin": APP, "access-control-expose-headers": "*" },
      false,
    ],
    [
      "every name exposed with credentials",
      { exposed: { kind: "any" }, access: { kind: "credentialed", origins: [APP] } },
      { "access-control-allow-origin": APP, "access-control-allow-credentials": "true" },
      true,
    ],
    [
      "timing",
      { timingAllowOrigin: true },
      { "access-control-allow-origin": APP, "timing-allow-origin": APP },
      false,
    ],
    [
      "any origin, echoed",
      { access: { kind: "anyone", answer: "echo" } },
      { "access-control-allow-origin": APP },
      false,
    ],
  ])("%s", (_, over, headers, exposeReceived) => {
    const decision = under(over, actual());
    expect(sent(decision)).toEqual(headers);
    expect(decision.action).toMatchObject({
      vary: ["Origin"],
      exposeReceived,
      removeTiming: over.timingAllowOrigin ?? false,
    });
  });
  test.each<[string, Partial<Policy>, Partial<Request>, string, number, string]>([
    ["malformed", {}, { origin: "" }, "origin-malformed", 403, "Specified Origin is not allowed"],
    [
      "another origin",
      {},
      { origin: OTHER },
      "origin-not-allowed",
      403,
      "Specified Origin is not allowed",
    ],
    [
      "`null`",
      {},
      { origin: "null" },
      "origin-not-allowed",
      403,
      "Specified Origin is not allowed",
    ],
    ["method", {}, { method: "PUT" }, "method-not-allowed", 405, "Method Not Allowed"],
    [
      "a method in another case",
      {},
      { method: "get" },
      "method-not-allowed",
      405,
      "Method Not Allowed",
    ],
    [
      "version",
      { httpVersions: new Set(["HTTP/2"]) },
      {},
      "http-version-not-allowed",
      403,
      "HTTP version is not allowed",
    ],
  ])("refused: %s", (_, over, asked, reason, status, body) => {
    expect(under(over, actual(asked))).toMatchObject({
      outcome: "refused",
      reason,
      action: rejected(status, body),
    });
  });
  test("forwarded without CORS headers where refusals are", () => {
    expect(behaving({ refusedActual: "forward" }, actual({ origin: OTHER }))).toMatchObject({
      outcome: "refused",
      action: PLAIN,
    });
  });
  test("their method is compared only if asked to be", () => {
    const loose = { checkActualMethod: false };
    expect(behaving(loose, actual({ method: "PUT" })).outcome).toBe("granted");
    expect(behaving({ safelistedMethods: "always" }, actual({ method: "HEAD" })).outcome).toBe(
      "granted",
    );
    expect(behaving({ safelistedMethods: "always" }, actual({ method: "PUT" })).outcome).toBe(
      "refused",
    );
    expect(under({ methods: { kind: "any" } }, actual({ method: "FOO" })).outcome).toBe("granted");
  });
});

describe("open groups", () => {
  const open = group([
    policy({ access: { kind: "anyone", answer: "star" } }),
    policy({ name: "b" }),
  ]);
  const answer = { ...PLAIN, headers: [["access-control-allow-origin", "*"]], vary: [] };
  test.each([
    ["actual", actual()],
    ["`null`", actual({ origin: "null" })],
    ["no Origin", request()],
    ["same origin", actual({ origin: "https://api.example.com" })],
  ])("one answer for all: %s", (_, asked) => expect(within(open, asked).action).toEqual(answer));
  test("Vary on refusals and preflights", () => {
    expect(within(open, actual({ method: "PUT" })).action).toMatchObject({ vary: ["Origin"] });
    expect(within(open, preflight("GET")).action).toMatchObject({ vary: PREFLIGHT_VARY });
  });
  test("a method that is refused to others gets no answer of theirs", () => {
    expect(within(open, request({ method: "PUT" })).action).toEqual(PLAIN);
  });
  test("not open where versions are named", () => {
    const named = policy({
      access: { kind: "anyone", answer: "star" },
      httpVersions: new Set(["HTTP/1.1"]),
    });
    expect(within(group([named]), request()).action).toEqual(PLAIN);
  });
});

describe("preflights", () => {
  test("are granted", () => {
    const maxAge = 600;
    const asked = preflight("POST", "Content-Type", { requestPrivateNetwork: "true" });
    expect(under({ maxAge }, asked)).toMatchObject({
      outcome: "granted",
      kind: "preflight",
      action: {
        kind: "respond",
        status: 200,
        body: undefined,
        vary: PREFLIGHT_VARY,
        headers: [
          ["access-control-allow-origin", APP],
          ["access-control-allow-methods", "GET, POST"],
          ["access-control-allow-headers", "content-type"],
          ["access-control-max-age", "600"],
        ],
      },
    });
  });
  test.each<[string, Partial<Policy>, Request, Record<string, string>]>([
    [
      "`*` echoes what was asked for",
      { methods: { kind: "any" }, headers: { kind: "any" } },
      preflight("PATCH", "X-B, x-a,X-B"),
      { "access-control-allow-methods": "PATCH", "access-control-allow-headers": "x-b, x-a" },
    ],
    [
      "nothing listed, nothing sent",
      { headers: listed() },
      preflight("GET"),
      { "access-control-allow-methods": "GET, POST" },
    ],
    [
      "credentials",
      { access: { kind: "credentialed", origins: [APP] }, headers: { kind: "any" } },
      preflight("GET"),
      { "access-control-allow-methods": "GET, POST", "access-control-allow-credentials": "true" },
    ],
    [
      "a private network",
      { allowPrivateNetwork: true },
      preflight("GET", undefined, { requestPrivateNetwork: "true" }),
      {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
        "access-control-allow-private-network": "true",
      },
    ],
    [
      "a private network nobody asked for",
      { allowPrivateNetwork: true },
      preflight("GET", undefined, { requestPrivateNetwork: "false" }),
      {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
      },
    ],
    [
      "exposed names",
      { exposed: listed("x-a"), behavior: { ...STRICT, exposeOnPreflight: true } },
      preflight("GET"),
      {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
        "access-control-expose-headers": "x-a",
      },
    ],
  ])("%s", (_, over, asked, headers) => {
    expect(sent(under(over, asked))).toEqual({ "access-control-allow-origin": APP, ...headers });
  });
  test("Vary names the private network where one is allowed", () => {
    expect(under({ allowPrivateNetwork: true }, preflight("GET")).action).toMatchObject({
      vary: [...PREFLIGHT_VARY, "Access-Control-Request-Private-Network"],
    });
  });
  test("go on through Envoy's other filters where the policy says so", () => {
    expect(under({ preflight: "continue" }, preflight("GET"))).toMatchObject({
      outcome: "granted",
      action: { kind: "decorate", vary: PREFLIGHT_VARY, exposeReceived: false },
    });
  });
  test.each<[string, Partial<Policy>, Request, string, number, string]>([
    [
      "malformed",
      {},
      preflight("GET", "", { origin: "" }),
      "origin-malformed",
      403,
      "Specified Origin is not allowed",
    ],
    [
      "origin",
      {},
      preflight("GET", "", { origin: OTHER }),
      "origin-not-allowed",
      403,
      "Specified Origin is not allowed",
    ],
    ["method", {}, preflight("PUT"), "method-not-allowed", 405, "Method Not Allowed"],
    ["no token", {}, preflight("G T"), "method-not-allowed", 405, "Method Not Allowed"],
    ["no method", {}, preflight(""), "method-not-allowed", 405, "Method Not Allowed"],
    [
      "a method too long",
      { methods: { kind: "any" } },
      preflight("A".repeat(MAX_METHOD_LENGTH + 1)),
      "method-not-allowed",
      405,
      "Method Not Allowed",
    ],
    ["list", {}, preflight("GET", "a b"), "headers-malformed", 403, "Header Not Supported"],
    [
      "header",
      {},
      preflight("GET", "content-type,X-A"),
      "header-not-allowed",
      403,
      "Header Not Supported",
    ],
    [
      "version",
      { httpVersions: new Set(["HTTP/2"]) },
      preflight("GET"),
      "http-version-not-allowed",
      403,
      "HTTP version is not allowed",
    ],
  ])("refused: %s", (_, over, asked, reason, status, body) => {
    expect(under(over, asked)).toMatchObject({
      outcome: "refused",
      reason,
      action: rejected(status, body, PREFLIGHT_VARY),
    });
  });
  test("a method may be as long as its limit", () => {
    const method = "A".repeat(MAX_METHOD_LENGTH);
    expect(under({ methods: { kind: "any" } }, preflight(method)).outcome).toBe("granted");
  });
  test("name the header that is not listed", () => {
    expect(under({}, preflight("GET", "content-type,X-A")).header).toBe("x-a");
  });
  test("refused bare", () => {
    expect(
      behaving({ refusedPreflight: "bare", preflightStatus: 204 }, preflight("PUT")).action,
    ).toEqual({ kind: "respond", status: 204, body: undefined, headers: [], vary: PREFLIGHT_VARY });
  });
  test("refused and forwarded", () => {
    expect(behaving({ refusedPreflight: "forward" }, preflight("PUT")).action).toEqual({
      ...PLAIN,
      vary: PREFLIGHT_VARY,
    });
  });
  test("not compared where the policy does not", () => {
    const loose = { checkRequested: false };
    expect(behaving(loose, preflight("PUT", "x-a")).outcome).toBe("granted");
    expect(behaving(loose, preflight("P T")).reason).toBe("method-not-allowed");
    expect(behaving(loose, preflight("PUT", "x a")).reason).toBe("headers-malformed");
  });
});

describe("WebSocket", () => {
  const handshake = (origin: string) => actual({ origin, upgrade: "WebSocket" });
  const checked = group([policy(), policy({ name: "b", webSocket: "check" })]);
  test.each<[string, Group, string, string, string | undefined]>([
    ["ignored", group([policy()]), OTHER, "passed", undefined],
    ["admitted", checked, APP, "passed", undefined],
    ["its own", checked, "https://api.example.com", "passed", undefined],
    ["another", checked, OTHER, "refused", "origin-not-allowed"],
    ["malformed", checked, "a,b", "refused", "origin-malformed"],
    ["`null`", checked, "null", "refused", "origin-not-allowed"],
  ])("%s", (_, one, origin, outcome, reason) => {
    expect(within(one, handshake(origin))).toMatchObject({ outcome, reason, kind: "websocket" });
  });
});

describe("shadow", () => {
  const asked = actual({ origin: OTHER });
  const lax = policy({ name: "lax", access: { kind: "anyone", answer: "star" } });
  test("is decided beside the enforced policies", () => {
    expect(within(group([policy()], [], [lax, policy()]), asked)).toMatchObject({
      outcome: "refused",
      shadow: { outcome: "granted", policy: { name: "lax" }, differs: true, group: "orders" },
    });
    expect(within(group([policy()], [], [policy(), lax]), actual()).shadow?.differs).toBe(false);
  });
  test("is decided where nothing is enforced", () => {
    expect(within(group([], [], [policy()]), request())).toMatchObject({ outcome: "passed" });
    const rehearsed = { ...group([]), rehearsed: group([policy()]).enforced };
    expect(within(rehearsed, actual())).toMatchObject({
      outcome: "passed",
      shadow: { outcome: "granted", differs: true },
    });
  });
  test("is decided for named groups, and for ambiguous paths", () => {
    const rehearsed = { ...group([]), rehearsed: group([policy()]).enforced };
    const byName = snapshot(() => ({ by: "name", group: rehearsed }));
    expect(decide(byName, actual()).shadow?.outcome).toBe("granted");
    const match = { group: rehearsed, entry: "" };
    const two = snapshot(() => ({ by: "match", received: match, decoded: undefined }));
    expect(decide(two, actual())).toMatchObject({
      outcome: "passed",
      shadow: { reason: "path-ambiguous", group: undefined },
    });
    const decoded = { group: group([policy()]), entry: "" };
    const both = snapshot(() => ({ by: "match", received: match, decoded }));
    expect(decide(both, request())).toMatchObject({
      outcome: "granted",
      shadow: { outcome: "granted", differs: false },
    });
  });
  test("differs where only the reason does", () => {
    const softly = { ...STRICT, refusedActual: "forward" } as const;
    const narrow = policy({ behavior: softly });
    const wide = policy({ behavior: softly, access: { kind: "listed", origins: [OTHER] } });
    const decision = within(group([narrow], [], [wide]), actual({ origin: OTHER, method: "PUT" }));
    expect(decision).toMatchObject({ reason: "origin-not-allowed", action: PLAIN });
    expect(decision.shadow).toMatchObject({ reason: "method-not-allowed", action: PLAIN });
    expect(decision.shadow?.differs).toBe(true);
  });
  test("differs where only the answer does", () => {
    const decision = within(group([policy()], [], [policy({ timingAllowOrigin: true })]), actual());
    expect([decision.outcome, decision.shadow?.outcome]).toEqual(["granted", "granted"]);
    expect(decision.shadow?.differs).toBe(true);
  });
  test("is decided where only one reading of the path has one", () => {
    const plain = { group: group([policy()]), entry: "" };
    const shadowed = { group: group([policy()], [], [lax]), entry: "" };
    for (const [received, decoded] of [
      [plain, shadowed],
      [shadowed, plain],
    ]) {
      const two = snapshot(() => ({ by: "match", received, decoded }));
      expect(decide(two, request()).shadow).toBeDefined();
    }
  });
  test("is not decided where there is none", () => {
    expect(under({}, actual()).shadow).toBeUndefined();
    expect(
      decide(
        snapshot(() => ({ by: "unknown-name" })),
        actual(),
      ).shadow,
    ).toBeUndefined();
    const plain = snapshot(() => ({ by: "name", group: group([policy()]) }));
    expect(decide(plain, actual()).shadow).toBeUndefined();
  });
});
