import { describe, expect, test } from "vitest";
import { importGravitee } from "../../../src/import/gravitee/import-gravitee.ts";
import { type Asked, decided, faultsOf, fixture, imported } from "../imported.ts";

const API = "https://api.example.com";
const APP = "https://app.example.com";
const BOTH = imported(importGravitee, [
  ...fixture("gravitee", "orders-v2.json"),
  ...fixture("gravitee", "catalogue-v4.json"),
]);

function withCors(cors: object | undefined, name = "a"): unknown {
  return { name, proxy: { context_path: `/${name}`, ...(cors && { cors }) } };
}

describe("what Gravitee decides is decided", () => {
  const cases: readonly [string, Asked, string][] = [
    [
      "a preflight that fits",
      { url: `${API}/orders/1`, origin: APP, asks: "POST x-api-key" },
      `granted 200 ${APP} [GET, POST] [x-api-key] credentials`,
    ],
    ["another method", { url: `${API}/orders/1`, origin: APP, asks: "DELETE" }, "refused 400 -"],
    ["another header", { url: `${API}/orders/1`, origin: APP, asks: "GET x-b" }, "refused 400 -"],
    [
      "a stranger's preflight",
      { url: `${API}/orders/1`, origin: "https://evil.example", asks: "GET" },
      "refused 400 -",
    ],
    [
      "a stranger's request reaches the service",
      { url: `${API}/orders/1`, origin: "https://evil.example" },
      "refused service -",
    ],
    [
      "a request that fits",
      { url: `${API}/orders/1`, origin: "https://pr-1.preview.example.com" },
      "granted service https://pr-1.preview.example.com [x-total-count] credentials",
    ],
    [
      "an expression is for the whole origin",
      { url: `${API}/orders/1`, origin: "https://pr-1.preview.example.com:8443" },
      "refused service -",
    ],
    [
      "an IPv6 address is no expression",
      { url: "http://gateway/internal/orders", origin: "http://[::1]:3000" },
      "granted service http://[::1]:3000 [x-total-count] credentials",
    ],
    ["another host", { url: "https://b.example/orders", origin: APP }, "passed service -"],
    [
      "a star sends the origin back",
      { url: `${API}/catalogue/1`, origin: "https://any.example" },
      "granted service https://any.example",
    ],
    [
      "a star among methods and headers, and policies run",
      { url: `${API}/catalogue/1`, origin: "https://any.example", asks: "DELETE x-any" },
      "granted service https://any.example [DELETE] [x-any]",
    ],
  ];
  test.each(cases)("%s", (_, asked, expected) => {
    expect(decided(BOTH, asked)).toBe(expected);
  });
});

test("what differs is said", () => {
  expect(BOTH.differences.map(({ place, policy, text }) => [place, policy, text])).toEqual([
    [
      "#1/proxy/cors/allowOrigin",
      "orders-api",
      "`https://*.partner.example` is left out of the origins: in an expression, as which it was read, `/*` is any number of slashes; add `https://*.partner.example` if that is meant",
    ],
    [
      "#1/proxy/cors/allowMethods",
      "orders-api",
      "`put` is left out of the methods: it was answered in upper case, so browsers never took it for what they asked",
    ],
    [
      "#1/proxy/virtual_hosts/2",
      "orders-api",
      "requests to `api.example.com:8443/orders` fall under another group, or none: a host has no port here",
    ],
    [
      "#2/api/listeners/1/cors/allowHeaders",
      "catalogue",
      "`*` among the allowed headers now covers `Authorization` too",
    ],
    [
      "#2/api/listeners/1/cors/runPolicies",
      "catalogue",
      "on a preflight all filters of Envoy run, authentication too, where Gravitee skipped the security plan",
    ],
  ]);
});

describe("a policy", () => {
  const policyOf = (cors: object) =>
    imported(importGravitee, [withCors({ enabled: true, ...cors })]).document.policies[0];

  test("nothing named is nothing allowed", () => {
    expect(policyOf({})).toEqual({
      name: "a",
      allowOrigins: [],
      allowMethods: [],
      allowHeaders: [],
    });
  });

  test.each([
    [-5, -1],
    [0, 0],
    [60, 60],
  ])("a max age of %d", (maxAge, expected) => {
    expect(policyOf({ maxAge })).toMatchObject({ maxAge: expected });
  });

  test("stars with credentials are what they were to browsers, and anybody's credentials go", () => {
    const star = ["*"];
    const all = { allowOrigin: star, allowMethods: star, allowHeaders: star, exposeHeaders: star };
    const { document, differences } = imported(importGravitee, [
      withCors({ enabled: true, ...all, allowCredentials: true }),
    ]);
    expect(document.policies).toEqual([
      {
        name: "a",
        allowOrigins: "*",
        allowMethods: ["GET", "HEAD", "POST"],
        allowHeaders: [],
        allowCredentials: false,
      },
    ]);
    expect(differences).toHaveLength(4);
  });
});

test("an API whose CORS is off, or that has none, is left alone", () => {
  const { document } = imported(importGravitee, [
    withCors({ enabled: true, allowOrigin: [APP] }, "a"),
    withCors({ enabled: false, allowOrigin: [APP] }, "b"),
    withCors(undefined, "c"),
    { listeners: [{ type: "kafka" }] },
    { spec: { listeners: [{ type: "http", paths: [{ host: "", path: "/a/d" }] }] } },
  ]);
  const all = { document, differences: [] };
  const ask = (path: string) => decided(all, { url: `${API}${path}`, origin: APP });
  expect(["/a", "/b", "/c", "/a/d"].map(ask)).toEqual([
    `granted service ${APP}`,
    "passed service -",
    "passed service -",
    "passed service -",
  ]);
});

test("a path that is left out is every path", () => {
  const { document } = imported(importGravitee, [
    { proxy: { virtual_hosts: [{ host: "a.example" }], cors: { enabled: true } } },
  ]);
  expect(document.apiGroups?.[0]?.match).toEqual([{ host: "a.example", path: "/" }]);
});

describe("what is no API definition, or a wrong one, is refused", () => {
  const NONE = "this is no API definition of Gravitee: it has neither `proxy` nor `listeners`";
  test.each([
    ["other things", [[], { plugins: [] }], [`#1: ${NONE}`, `#2: ${NONE}`]],
    ["without CORS", [withCors(undefined)], ["/: there is no API with `cors`"]],
    [
      "values of the wrong type, all of them",
      [{ proxy: { contextPath: 1, cors: { enabled: "on", allowOrigin: "*", maxAge: "1" } } }],
      [
        "/proxy/contextPath: expected a text, found the number `1`",
        "/proxy/cors/allowOrigin: expected a list, found the text `*`",
        "/proxy/cors/maxAge: expected a number, found the text `1`",
        "/proxy/cors/enabled: expected true or false, found the text `on`",
      ],
    ],
  ])("%s", (_, inputs, errors) => {
    expect(faultsOf(importGravitee, inputs)).toEqual(errors);
  });
});
