import { describe, expect, test } from "vitest";
import type { DocumentFacts } from "../../../src/doctor/document-facts.ts";
import { codesOf, config, facts, findingsIn, group, route } from "../small-config.ts";

const header = (name: string, patch: object): object => ({
  match: { headers: [{ name, ...patch }] },
});
const put = header(":method", { string_match: { exact: "PUT" } });
const found = ["preflight-elsewhere"];

/** What is found where the route of group `orders` matches this too. */
const matching = (match: object): readonly string[] =>
  codesOf({ routes: [route("a", { ...group("orders"), ...match })] });

describe("a route that preflights take", () => {
  test.each([
    {},
    header(":method", { string_match: { exact: "OPTIONS" } }),
    header(":method", { exact_match: "OPTIONS" }),
    header(":method", { safe_regex_match: { regex: "GET|OPTIONS" } }),
    header(":method", { string_match: { exact: "PUT" }, invert_match: true }),
    header(":method", { present_match: true }),
    header(":method", {}),
    header("Access-Control-Request-Method", { present_match: true }),
    header("origin", { string_match: { prefix: "https:" } }),
    header(":authority", { string_match: { exact: "api.example.com" } }),
    header("x-api-key", { present_match: false }),
    header("x-api-key", { present_match: true, invert_match: true }),
    header("x-api-key", { string_match: { exact: "a" }, treat_missing_header_as_empty: true }),
  ])("%j", (match) => {
    expect(matching(match)).toEqual([]);
  });
});

describe("a route that none takes", () => {
  test.each([
    put,
    header(":method", { exact_match: "GET" }),
    header(":method", { string_match: { exact: "OPTIONS" }, invert_match: true }),
    header(":method", { present_match: false }),
    header("x-api-key", { present_match: true }),
    header("x-api-key", { string_match: { prefix: "a" } }),
    { match: { grpc: {} } },
  ])("%j", (match) => {
    expect(matching(match)).toEqual(found);
  });
});

const facing = (
  groups: [string, { routes: string[]; hasOtherMatches: boolean }][],
): DocumentFacts => facts({ groups: new Map(groups) });

describe("where its preflights go", () => {
  const actual = route("a", { ...group("orders"), ...put });
  const off = {
    typed_per_filter_config: {
      corsd: { "@type": "x/envoy.config.route.v3.FilterConfig", disabled: true },
    },
  };

  test.each([
    ["a route of the same group", [actual, route("b", group("orders"))], []],
    ["one in front", [route("b", group("orders")), actual], []],
    ["one of another group", [actual, route("b", group("reports"))], found],
    ["one of none", [actual, route("b")], found],
    [
      "one where the filter is off",
      [actual, route("b", off)],
      ["preflight-elsewhere", "route-uncovered"],
    ],
    [
      "one of another path",
      [actual, route("b", { ...group("orders"), match: { prefix: "/b" } })],
      found,
    ],
  ])("%s", (_, routes, codes) => {
    expect(codesOf({ routes })).toEqual(codes);
  });

  test("a group with a match by host or path finds those without a name", () => {
    expect(codesOf({ routes: [actual] }, facts())).toEqual([]);
    const byRoute = facing([["orders", { routes: [], hasOtherMatches: false }]]);
    expect(codesOf({ routes: [actual] }, byRoute)).toEqual(found);
  });

  test("groups by route names", () => {
    const document = facing([["orders", { routes: ["a", "b"], hasOtherMatches: false }]]);
    const plain = route("a", put);
    expect(codesOf({ routes: [plain, route("b")] }, document)).toEqual([]);
    expect(codesOf({ routes: [plain, route("c")] }, document)).toEqual([
      ...found,
      "route-unknown",
      "route-without-group",
    ]);
  });

  test("without any group nothing can differ", () => {
    expect(codesOf({ routes: [route("a", put)] })).toEqual([]);
    expect(codesOf({ routes: [route("a", put), route("b", group("orders"))] })).toEqual([]);
  });

  test("a filter that routes enable is off where no route is", () => {
    const on = {
      typed_per_filter_config: {
        corsd: { "@type": "x/envoy.config.route.v3.FilterConfig", config: {} },
      },
    };
    const parts = { filter: { disabled: true }, routes: [route("a", { ...on, ...put })] };
    const [only] = findingsIn(config(parts));
    expect(only).toMatchObject({ code: "preflight-elsewhere" });
    expect(only?.mend.edit).toMatchObject({
      kind: "insert",
      value: { typed_per_filter_config: { corsd: { config: {} } } },
    });
  });
});

describe("whether the paths of one route are among another's", () => {
  test.each([
    [{ prefix: "/" }, { safe_regex: { regex: "/a.*" } }, true],
    [{ prefix: "/a" }, { prefix: "/a/b" }, true],
    [{ prefix: "/a/b" }, { prefix: "/a" }, false],
    [{ prefix: "/a" }, { safe_regex: { regex: "/a" } }, false],
    [{ path: "/a" }, { path: "/a" }, true],
    [{ path: "/a" }, { prefix: "/a" }, false],
    [{ path_separated_prefix: "/a" }, { path: "/a" }, true],
    [{ path_separated_prefix: "/a" }, { path: "/a/b" }, true],
    [{ path_separated_prefix: "/a" }, { prefix: "/a" }, false],
    [{ path_separated_prefix: "/a" }, { path: "/ab" }, false],
    [{ path_separated_prefix: "/a" }, { safe_regex: { regex: "/a/.*" } }, false],
    [{ safe_regex: { regex: "/[ab]" } }, { path: "/a" }, true],
    [{ safe_regex: { regex: "/[ab]" } }, { path: "/c" }, false],
    [{ safe_regex: { regex: "/[ab]" } }, { prefix: "/a" }, false],
    [{ connect_matcher: {} }, { path: "/a" }, false],
    [{ path_match_policy: {} }, { path: "/a" }, false],
  ])("%j of %j: %s", (outer, inner, covers) => {
    const headers = { headers: [{ name: ":method", string_match: { exact: "PUT" } }] };
    const routes = [
      { name: "a", match: { ...inner, ...headers }, ...group("orders") },
      { name: "b", match: outer, ...group("orders") },
    ];
    expect(codesOf({ routes })).toEqual(covers ? [] : found);
    // What mends it is a route for just these paths.
    const [only] = findingsIn(config({ routes: routes.slice(0, 1) }));
    expect(only?.mend.edit).toMatchObject({ value: { match: inner } });
  });
});
