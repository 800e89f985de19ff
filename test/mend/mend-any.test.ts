import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../src/cors/decide.ts";
import type { Request } from "../../src/cors/request.ts";
import { diffDocuments } from "../../src/policy/diff/diff.ts";
import { diffLines } from "../../src/policy/diff/render-diff.ts";
import { PRESETS } from "../../src/policy/document.ts";
import { preflight, request } from "../cors/sample.ts";
import { compileObject } from "../policy/compile-object.ts";
import { applied, mended } from "./mended.ts";

// Few values each, so that random requests meet random documents.
const ORIGINS = [
  "https://a.example.com",
  "https://b.example.com:8443",
  "http://c.example.com",
  "http://localhost:3000",
  "chrome-extension://abcdef",
  "null",
];
const PATTERNS = [
  ...ORIGINS,
  "https://*.example.com",
  "https://*.example.com:*",
  "~https://[ab]\\.example\\.com",
];
const METHODS = ["GET", "POST", "PUT", "DELETE", "patch"];
const HEADERS = ["content-type", "X-Api-Key", "authorization", "x-b"];
const VERSIONS = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"];
const PATHS = ["/", "/a", "/a/b", "/b"];
const NAMES = ["p0", "p1", "p2"];

function lists(values: readonly string[]) {
  return fc.oneof(fc.subarray([...values]), fc.constant("*"), fc.constant(undefined));
}

const policies = fc.array(
  fc.record({
    preset: fc.constantFrom(undefined, ...PRESETS),
    enabled: fc.constantFrom(true, true, false),
    mode: fc.constantFrom("enforce", "enforce", "shadow"),
    allowOrigins: lists(PATTERNS),
    allowMethods: lists(METHODS),
    allowHeaders: lists(HEADERS),
    allowCredentials: fc.boolean(),
    httpVersions: fc.oneof(fc.subarray(VERSIONS), fc.constant(undefined)),
    requireOrigin: fc.boolean(),
    webSocket: fc.constantFrom("ignore", "check"),
    behavior: fc.constantFrom(undefined, { checkRequested: false }, { refusedActual: "forward" }),
  }),
  { minLength: 1, maxLength: 3 },
);

const groups = fc.option(
  fc.array(fc.record({ path: fc.constantFrom(...PATHS), policies: fc.subarray(NAMES) }), {
    minLength: 1,
    maxLength: 3,
  }),
  { nil: undefined },
);

const documents = fc
  .record({ policies, groups, shop: fc.option(fc.subarray(ORIGINS), { nil: undefined }) })
  .map((drawn) => ({
    policies: drawn.policies.map((policy, at) =>
      withoutUndefined({ name: `p${at}`, ...usable(policy) }),
    ),
    ...(drawn.shop === undefined ? {} : { applications: [{ name: "shop", origins: drawn.shop }] }),
    ...(drawn.groups === undefined
      ? {}
      : {
          apiGroups: drawn.groups.map((group, at) => ({
            name: `g${at}`,
            match: [{ path: group.path }],
            policies: group.policies.filter(
              (name) => Number(name.slice(1)) < drawn.policies.length,
            ),
          })),
        }),
  }));

type DrawnPolicy = (typeof policies extends fc.Arbitrary<infer Drawn> ? Drawn : never)[number];

/** Most documents at random would have an error: what a preset requires is given, and credentials go with a list alone. */
function usable(policy: DrawnPolicy) {
  const { preset, allowOrigins, allowMethods, httpVersions, allowCredentials } = policy;
  return {
    ...policy,
    allowMethods: preset === "webmethods" ? (allowMethods ?? ["GET"]) : allowMethods,
    httpVersions: preset === "api-groups" ? (httpVersions ?? VERSIONS) : httpVersions,
    allowCredentials:
      allowCredentials && Array.isArray(allowOrigins) && !allowOrigins.includes("null"),
  };
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}

const around = {
  path: fc.constantFrom(...PATHS, "/a/..%2fb"),
  origin: fc.constantFrom(...ORIGINS, undefined, "https://a.example.com/"),
  httpVersion: fc.constantFrom(...VERSIONS, undefined),
};
const requests: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ ...around, method: fc.constantFrom(...METHODS) }).map(request),
  fc.record({ ...around, upgrade: fc.constant("websocket") }).map(request),
  fc
    .record({
      around: fc.record(around),
      method: fc.constantFrom(...METHODS, "a b"),
      names: fc.subarray([...HEADERS, "x-new", "*"]),
    })
    .map(({ around, method, names }) => preflight(method, names.join(","), around)),
);

test("a change makes the request granted, makes no error, and widens nothing that it does not say", () => {
  let changed = 0;
  fc.assert(
    fc.property(documents, requests, (document, asked) => {
      const before = compileObject(document);
      if (before.snapshot === undefined) return;
      const outcome = decide(before.snapshot, asked).outcome;
      const mend = mended(document, [asked]);
      expect([mend.kind, outcome]).not.toEqual(["allowed", "refused"]);
      if (mend.kind !== "change") return;
      changed += 1;
      const after = compileObject(applied(document, mend.changes));
      expect(after.problems.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(after.snapshot && decide(after.snapshot, asked).outcome).not.toBe("refused");
      expect(after.snapshot && mended(applied(document, mend.changes), [asked]).kind).toBe(
        "allowed",
      );
      const wider = diffDocuments(before.resolved, after.resolved).flatMap((difference) =>
        diffLines([difference]).filter(({ effect }) => effect === "wider"),
      );
      const said = mend.grants.map((grant) => grant.replace(/^groups? `.*?(?:`|more): /, ""));
      expect(said).toEqual(wider.map(({ text }) => text.trim()));
    }),
    { numRuns: 2000, seed: 7 },
  );
  // Else the samples would have nothing to do with each other.
  expect(changed).toBeGreaterThan(150);
});
