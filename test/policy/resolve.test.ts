import { describe, expect, test } from "vitest";
import type { Policy } from "../../src/cors/policy.ts";
import { compileDocument } from "../../src/policy/compile.ts";
import { resolveDocument } from "../../src/policy/resolve-document.ts";
import { libraries } from "../../src/source/libraries.ts";
import { compileObject, nodeOf, WEB } from "./compile-object.ts";

function resolved(policy: object): Policy | undefined {
  return compileObject({ policies: [{ ...WEB, ...policy }] }).resolved.policies[0]?.policy;
}

const listed = (names: string[], text: string) => ({
  kind: "listed",
  names: new Set(names),
  text,
});
const APP = "https://app.example.com";

describe("resolvePolicy", () => {
  test("fills in what the smallest policy leaves out", () => {
    expect(resolved({})).toEqual({
      name: "web",
      access: { kind: "listed", origins: [APP] },
      methods: listed(["GET", "HEAD", "POST"], "GET, HEAD, POST"),
      headers: listed([], ""),
      exposed: listed([], ""),
      maxAge: undefined,
      httpVersions: undefined,
      requireOrigin: false,
      preflight: "answer",
      webSocket: "ignore",
      allowPrivateNetwork: false,
      timingAllowOrigin: false,
      behavior: expect.objectContaining({ refusedActual: "reject" }),
    });
  });

  const cases: readonly [string, object, Partial<Policy> | object][] = [
    [
      "`*` without credentials",
      { allowOrigins: "*" },
      { access: { kind: "anyone", answer: "star" } },
    ],
    [
      "`*` is answered as the preset says",
      { preset: "envoy", allowOrigins: "*" },
      { access: { kind: "anyone", answer: "echo" } },
    ],
    [
      "`*` with credentials",
      {
        allowOrigins: "*",
        allowCredentials: true,
        dangerouslyAllowAnyOriginWithCredentials: true,
      },
      { access: { kind: "credentialed", origins: ["*"] } },
    ],
    [
      "origins with credentials",
      { allowCredentials: true },
      { access: { kind: "credentialed", origins: [APP] } },
    ],
    [
      "credentials written as false",
      { allowCredentials: false },
      { access: { kind: "listed", origins: [APP] } },
    ],
    [
      "origins in the form in which they are looked up",
      { allowOrigins: ["HTTPS://App.example.com:443", "https://*.b.example:*", "null"] },
      { access: { kind: "listed", origins: [APP, "https://*.b.example:*", "null"] } },
    ],
    ["nobody", { allowOrigins: [] }, { access: { kind: "listed", origins: [] } }],
    [
      "header names are compared in lower case and sent as written, each once",
      { allowHeaders: ["X-Api-Key", "content-type", "x-api-key"] },
      { headers: listed(["x-api-key", "content-type"], "X-Api-Key, content-type") },
    ],
    [
      "methods are compared as written, each sent once",
      { allowMethods: ["PUT", "put", "PUT"] },
      { methods: listed(["PUT", "put"], "PUT, put") },
    ],
    [
      "`*` in each list of names",
      { allowMethods: "*", allowHeaders: ["*"], exposeHeaders: "*" },
      { methods: { kind: "any" }, headers: { kind: "any" }, exposed: { kind: "any" } },
    ],
    ["no header for -1", { maxAge: -1, preset: "gateway-api" }, { maxAge: undefined }],
    ["a time of its own", { maxAge: "15m" }, { maxAge: 900 }],
    ["the preset's time", { preset: "gateway-api" }, { maxAge: 5 }],
    [
      "all HTTP versions are every version",
      { httpVersions: ["HTTP/3", "HTTP/2", "HTTP/1.1", "HTTP/1.0"] },
      { httpVersions: undefined },
    ],
    ["some HTTP versions", { httpVersions: ["HTTP/2"] }, { httpVersions: new Set(["HTTP/2"]) }],
    ["requireOrigin", { requireOrigin: true }, { requireOrigin: true }],
    ["gravitee's headers", { preset: "gravitee" }, { headers: { kind: "any" } }],
    ["methods that a preset requires", { preset: "webmethods" }, { methods: listed([], "") }],
  ];
  test.each(cases)("%s", (_, policy, expected) => {
    expect(resolved(policy)).toMatchObject(expected);
  });

  test("api-groups opens origins and methods that are left out", () => {
    const policy = { name: "web", preset: "api-groups", httpVersions: ["HTTP/2"] };
    expect(compileObject({ policies: [policy] }).resolved.policies[0]?.policy).toMatchObject({
      access: { kind: "anyone", answer: "star" },
      methods: { kind: "any" },
      headers: listed([], ""),
      maxAge: 900,
    });
  });

  test("merges behavior and its statuses key by key", () => {
    const behavior = { refusedActual: "forward", refusalStatus: { origin: 404 } };
    expect(resolved({ behavior })?.behavior).toMatchObject({
      refusedActual: "forward",
      refusedPreflight: "reject",
      refusalStatus: { origin: 404, method: 405 },
    });
  });
});

describe("resolveDocument", () => {
  const policies = [WEB, { ...WEB, name: "late" }];
  const applications = [
    { name: "all", origins: "*" },
    { name: "star", origins: ["https://s.example"], apiGroups: "*" },
    { name: "some", origins: ["https://m.example"], apiGroups: ["orders", "orders"] },
    { name: "other", origins: ["https://o.example"], apiGroups: ["orders"] },
  ];
  const names = (document: object) =>
    compileDocument(
      [{ file: "f", root: nodeOf(document, "f") }],
      "1",
      libraries,
    ).resolved.groups.map(({ name, members, applications: own, everywhere }) => ({
      name,
      members: members.map(({ policy }) => policy.name),
      own: own.map(({ application }) => application.name),
      everywhere: everywhere.map(({ application }) => application.name),
    }));

  test("is one group of everything where there are no groups", () => {
    expect(names({ policies, applications: applications.slice(0, 2) })).toEqual([
      { name: "default", members: ["web", "late"], own: [], everywhere: ["all", "star"] },
    ]);
  });

  test("gives each group its policies in their order, and its applications", () => {
    const apiGroups = [
      { name: "orders", match: [{ path: "/orders" }], policies: ["late", "nobody", "web"] },
      { name: "rest", match: [{ path: "/" }], policies: ["web"] },
    ];
    expect(names({ policies, applications, apiGroups })).toEqual([
      {
        name: "orders",
        members: ["late", "web"],
        own: ["some", "other"],
        everywhere: ["all", "star"],
      },
      { name: "rest", members: ["web"], own: [], everywhere: ["all", "star"] },
    ]);
  });

  test("leaves out references to what does not exist", () => {
    const apiGroups = [{ name: "rest", match: [{ path: "/" }], policies: ["web"] }];
    const { document } = compileObject({ policies, apiGroups });
    expect(resolveDocument({ ...document, policies: [] }).groups).toMatchObject([
      { name: "rest", members: [] },
    ]);
  });
});
