import { describe, expect, test } from "vitest";
import { importWebmethods } from "../../../src/import/webmethods/import-webmethods.ts";
import { type Asked, decided, faultsOf, fixture, imported } from "../imported.ts";

const ORDERS = "https://api.example.com/gateway/Orders/1.0/1";
const PRICES = "https://api.example.com/gateway/Price%20List/2";
const GATEWAY = imported(importWebmethods, fixture("webmethods", "orders.json"));

/** A CORS policy action on its own. */
function action(values: Readonly<Record<string, readonly unknown[]>>): unknown {
  const parameters = Object.entries(values).map(([templateKey, each]) => ({
    templateKey,
    values: each,
  }));
  return { templateKey: "corsPolicy", parameters };
}

describe("what API Gateway decides is decided", () => {
  const cases: readonly [string, Asked, string][] = [
    [
      "an origin of an application, as a preflight",
      { url: ORDERS, origin: "http://test2.com", asks: "POST test1" },
      "granted 200 http://test2.com [POST] [test1, test2] credentials",
    ],
    [
      "an origin of an application, as a request",
      { url: ORDERS, origin: "http://test2.com", method: "POST" },
      "granted service http://test2.com [header1, header2] credentials",
    ],
    ["another origin", { url: ORDERS, origin: "http://test.com", asks: "POST" }, "refused 403 -"],
    ["another origin's request", { url: ORDERS, origin: "http://test.com" }, "refused 403 -"],
    [
      "another method",
      { url: ORDERS, origin: "http://test1.com", asks: "DELETE" },
      "refused 405 -",
    ],
    [
      "another header",
      { url: ORDERS, origin: "http://test1.com", asks: "POST test3" },
      "refused 403 -",
    ],
    [
      "an expression",
      { url: ORDERS, origin: "https://pr-7.example.com" },
      "granted service https://pr-7.example.com [header1, header2] credentials",
    ],
    ["an application elsewhere", { url: ORDERS, origin: "http://b.com" }, "refused 403 -"],
    ["a suspended application", { url: ORDERS, origin: "http://old.com" }, "refused 403 -"],
    ["every origin", { url: PRICES, origin: "http://any.com", asks: "GET" }, "granted 200 * [GET]"],
    [
      "an API that is not among them",
      { url: "https://a.example/", origin: "http://any.com" },
      "passed service -",
    ],
  ];
  test.each(cases)("%s", (_, asked, expected) => {
    expect(decided(GATEWAY, asked)).toBe(expected);
  });
});

test("what differs is said", () => {
  expect(GATEWAY.differences.map(({ place, policy, text }) => [place, policy, text])).toEqual([
    [
      "/5/policyAction",
      "orders",
      "`https://pr-[0-9]+\\.example\\.com` is taken for an expression that has to match the whole origin",
    ],
    [
      "/6",
      "price-list",
      "`10.60.20.30` is left out of the origins: no browser sends such an origin; add `https://10.60.20.30` if that is meant",
    ],
    [
      "/1",
      "price-list",
      "the API is taken to be served under `/gateway/Price%20List/2`, as API Gateway does by default",
    ],
    [
      "/7",
      "cors-for-all",
      "no API among the files has it: its group matches nothing until you say what",
    ],
    [
      "/8/applications/1",
      undefined,
      "the application is suspended, so its JavaScript origins are left out",
    ],
    [
      "/8/applications/3",
      undefined,
      "`orgn1` is left out of the origins: no browser sends such an origin; add `https://orgn1` if that is meant",
    ],
    [
      "/8/applications/3",
      undefined,
      "the application consumes no API among the files, so no group admits it",
    ],
  ]);
});

test("names are told apart", () => {
  expect(GATEWAY.document.applications?.map(({ name }) => name)).toEqual([
    "mobile-portal",
    "mobile-portal-2",
  ]);
  expect(GATEWAY.document.apiGroups?.map(({ name }) => name)).toEqual([
    "orders",
    "price-list",
    "cors-for-all",
  ]);
});

describe("an action", () => {
  const policyOf = (values: Readonly<Record<string, readonly unknown[]>>) =>
    imported(importWebmethods, [action(values)]).document.policies[0];

  test("names nothing and allows nothing", () => {
    expect(policyOf({})).toEqual({
      name: "cors",
      allowOrigins: [],
      allowMethods: [],
      allowHeaders: [],
    });
  });

  test.each([
    ["a class inside of a class", ["https://[a[b]]"], []],
    ["an expression with look-around", ["https://(?!a).*"], []],
    ["null", ["null"], ["null"]],
    ["an IPv6 address", ["http://[::1]:3000"], ["http://[::1]:3000"]],
  ])("%s", (_, origins, expected) => {
    expect(policyOf({ allowedOrigins: origins })?.allowOrigins).toEqual(expected);
  });

  test("a max age that is none is left out", () => {
    expect(policyOf({ maxAge: ["100"] })).toMatchObject({ maxAge: 100 });
    expect(policyOf({ maxAge: ["soon"] })).not.toHaveProperty("maxAge");
  });

  test("stars with credentials", () => {
    const all = { allowedOrigins: ["*"], allowHeaders: ["*"], exposeHeaders: ["*"] };
    expect(policyOf({ ...all, allowCredentials: ["true"] })).toMatchObject({
      allowOrigins: "*",
      allowHeaders: [],
      allowCredentials: false,
    });
  });
});

test("an API needs no policy, no version and no name; one without an id is nobody's", () => {
  const star = { name: "a", jsOrigins: ["*"], consumingAPIs: ["1"] };
  const { document } = imported(importWebmethods, [
    action({ allowedOrigins: ["https://a.example"] }),
    { apiName: "b", id: "1" },
    { apiName: null, apiVersion: "" },
    { api: { apiName: "c" }, gatewayEndPoints: ["http://gateway", "/c"] },
    { applications: [{ consumingAPIs: [] }, star, { jsOrigins: ["https://b.example"] }] },
  ]);
  expect(document.apiGroups).toEqual([
    { name: "b", match: [{ path: "/gateway/b" }], policies: [] },
    { name: "api", match: [{ path: "/gateway/" }], policies: [] },
    { name: "c", match: [{ path: "/" }, { path: "/c" }], policies: [] },
    { name: "cors", match: [], policies: ["cors"] },
  ]);
  expect(document.applications).toEqual([
    { name: "a", origins: ["*"], apiGroups: ["b"] },
    { name: "application-2", origins: ["https://b.example"], apiGroups: [] },
  ]);
});

describe("what is none of it, or wrong, is refused", () => {
  const NONE = "this is no policy action, policy, API or application of webMethods API Gateway";
  test.each([
    ["other things", [1, { proxy: {} }], [`#1: ${NONE}`, `#2: ${NONE}`]],
    ["without CORS", [{ jsOrigins: [] }], ["/: there is no CORS policy action in it"]],
    [
      "an action without parameters that is none",
      [{ templateKey: 1 }],
      ["/templateKey: expected a text, found the number `1`"],
    ],
    [
      "values of the wrong type, all of them",
      [action({ allowMethods: [1] }), { apiName: 1, policies: "x" }],
      [
        "#2/policies: expected a list, found the text `x`",
        "#2/apiName: expected a text, found the number `1`",
        "#1/parameters/0/values/0: expected a text, found the number `1`",
      ],
    ],
  ])("%s", (_, inputs, errors) => {
    expect(faultsOf(importWebmethods, inputs)).toEqual(errors);
  });
});
