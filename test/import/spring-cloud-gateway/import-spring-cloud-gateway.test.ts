import { describe, expect, test } from "vitest";
import { importSpringCloudGateway } from "../../../src/import/spring-cloud-gateway/import-spring-cloud-gateway.ts";
import { type Asked, decided, faultsOf, fixture, imported } from "../imported.ts";

const API = "https://api.example.com";
const APP = "https://app.example.com";
const ANY = "https://any.example";
const INPUTS = fixture("spring-cloud-gateway", "application.yml");
const SPRING = imported(importSpringCloudGateway, INPUTS);

function globally(configurations: object): readonly unknown[] {
  return [
    { spring: { cloud: { gateway: { globalcors: { corsConfigurations: configurations } } } } },
  ];
}

function policyOf(configuration: object) {
  const inputs = globally({ "[/**]": configuration });
  return imported(importSpringCloudGateway, inputs).document.policies[0];
}

describe("what Spring decides is decided", () => {
  const cases: readonly [string, Asked, string][] = [
    [
      "a preflight that fits",
      { url: `${API}/api/1`, origin: APP, asks: "PUT x-any" },
      `granted 200 ${APP} [GET, PUT] [x-any] credentials`,
    ],
    ["another method", { url: `${API}/api/1`, origin: APP, asks: "POST" }, "refused 403 -"],
    [
      "a request of another method does not reach the service",
      { url: `${API}/api/1`, origin: APP, method: "POST" },
      "refused 403 -",
    ],
    [
      "a stranger's request does not reach the service",
      { url: `${API}/api/1`, origin: ANY },
      "refused 403 -",
    ],
    [
      "a pattern with ports",
      { url: `${API}/api/1`, origin: "https://a.b.partner.example:8081" },
      "granted service https://a.b.partner.example:8081 [X-Total-Count] credentials",
    ],
    [
      "a pattern with ports, without one",
      { url: `${API}/api/1`, origin: "https://a.partner.example" },
      "refused 403 -",
    ],
    [
      "a star within a label",
      { url: `${API}/api/1`, origin: "https://pr-7.preview.example.com" },
      "granted service https://pr-7.preview.example.com [X-Total-Count] credentials",
    ],
    ["everything else", { url: `${API}/other`, origin: ANY }, "granted service * [*]"],
    [
      "GET and HEAD are the methods where none is named",
      { url: `${API}/other`, origin: ANY, method: "POST" },
      "refused 403 -",
    ],
    [
      "the configuration of a route",
      { url: `${API}/public/1`, origin: ANY, asks: "POST x-a" },
      "granted 200 * [GET, POST] [x-a]",
    ],
    [
      "only the first path of a route counts",
      { url: `${API}/open/1`, origin: ANY, asks: "POST" },
      "refused 403 -",
    ],
  ];
  test.each(cases)("%s", (_, asked, expected) => {
    expect(decided(SPRING, asked)).toBe(expected);
  });
});

test("what differs is said", () => {
  expect(SPRING.differences.map(({ place, policy, text }) => [place, policy, text])).toEqual([
    ["#2", undefined, "the document of the profile `dev` is left out: import it on its own"],
    [
      "#1/spring/cloud/gateway/server/webflux/routes/0/metadata/cors",
      "public_route",
      "`allowed-origin-patterns` is left out: in the metadata of a route only camel case is read",
    ],
    [
      "#1/spring/cloud/gateway/server/webflux/routes/1/metadata/cors",
      "exact",
      "`/exact` is no prefix of paths: until Envoy names the group, its requests fall under another, or none",
    ],
    [
      "#1/spring/cloud/gateway/server/webflux/globalcors/cors-configurations/[~1api~1**]/allowed-origins",
      "global-api",
      "`https://*.example.com` is left out of the origins: no browser sends such an origin",
    ],
  ]);
});

test("a document of a profile on its own is read", () => {
  const { document, differences } = imported(importSpringCloudGateway, INPUTS.slice(1));
  expect(document.policies[0]?.allowOrigins).toEqual(["http://localhost:3000"]);
  expect(differences).toEqual([]);
});

describe("origin patterns", () => {
  test.each([
    ["*", "*"],
    ["*:[*]", "*"],
    ["https://a.example:[*]", ["https://a.example:*"]],
    ["https://*.a.example:[*]", ["https://*.a.example:*"]],
    ["https://*:[*]", ["https://*:*"]],
    ["https://*:[8080]", ["~https://.*:(?:8080)"]],
    ["https://a-*.example:[8080,8081]", ["~https://a-.*\\.example:(?:8080|8081)"]],
    ["https://a-*.example:[*]", ["~https://a-.*\\.example(?::[0-9]+)?"]],
    ["https://A.example:[8080]", []],
  ])("%s", (pattern, expected) => {
    expect(policyOf({ allowedOriginPatterns: [pattern] })?.allowOrigins).toEqual(expected);
  });

  test("with credentials what admits everybody is taken away", () => {
    const star = { allowedOriginPatterns: "*", allowCredentials: "true" };
    expect(policyOf(star)).toMatchObject({ allowOrigins: "*", allowCredentials: false });
  });
});

test("values may be texts", () => {
  const written = { maxAge: "60", allowCredentials: "false", allowPrivateNetwork: true };
  expect(
    policyOf({ ...written, allowedMethods: "*", allowedHeaders: { 0: "x-a", 1: "x-b" } }),
  ).toEqual({
    name: "global",
    allowOrigins: [],
    allowMethods: "*",
    allowHeaders: ["x-a", "x-b"],
    maxAge: 60,
    allowPrivateNetwork: true,
    webSocket: "check",
    behavior: { refusalStatus: { method: 403 } },
  });
});

test("of the patterns the first that matches counts, so one behind a wider one matches nothing", () => {
  const open = { allowedOrigins: "*" };
  const { document, differences } = imported(
    importSpringCloudGateway,
    globally({ "/a/**": open, "/a/b/{*rest}": open, "/ab/**": open, "/a/*": open, "/**": open }),
  );
  expect(document.apiGroups?.map(({ match }) => match)).toEqual([
    [{ path: "/a" }],
    [],
    [{ path: "/ab" }],
    [],
    [{ path: "/" }],
  ]);
  expect(differences.map(({ text }) => text)).toEqual([
    "`/a/b/{*rest}` never applied, since `/a` was asked before: the group matches nothing",
    "`/a/*` is no prefix of paths: until Envoy names the group, its requests fall under another, or none",
  ]);
});

describe("routes", () => {
  const cors = { allowedOrigins: [APP] };
  const matchesOf = (...routes: readonly object[]) => {
    const gateway = { routes, globalcors: { "cors-configurations": { "/**": cors } } };
    const { document } = imported(importSpringCloudGateway, [{ "spring.cloud.gateway": gateway }]);
    return document.apiGroups?.map(({ name, match }) => [name, match[0]?.path]);
  };
  test.each([
    ["without cors", { id: "a", predicates: ["Path=/a/**"] }, [["global", "/"]]],
    ["without a path", { metadata: { cors } }, [["route", "/"]]],
    [
      "with an empty path",
      { id: "a", predicates: ["Path=", "After=x"], metadata: { cors } },
      [["a", "/"]],
    ],
    [
      "with arguments that Spring named",
      { id: "a", predicates: [{ name: "Path", args: { _genkey_0: "/a/**" } }], metadata: { cors } },
      [
        ["a", "/a"],
        ["global", "/"],
      ],
    ],
    [
      "with other predicates",
      { id: "a", predicates: [{ name: "Host", args: { patterns: "/x/**" } }], metadata: { cors } },
      [["a", "/"]],
    ],
    [
      "with no arguments",
      { id: "a", predicates: [{ name: "Path" }], metadata: { cors } },
      [["a", "/"]],
    ],
  ])("%s", (_, route, expected) => {
    expect(matchesOf(route)).toEqual(expected);
  });
});

describe("what is no configuration of it, or a wrong one, is refused", () => {
  const NONE =
    "/: there is no CORS configuration of Spring Cloud Gateway: neither `globalcors` nor a `cors` of a route";
  test.each([
    ["a text", ["x"], ["/: expected a map of keys to values, found the text `x`"]],
    ["another product's", [{ spring: { cloud: "x" } }], [NONE]],
    [
      "values of the wrong type, all of them",
      globally({
        "/**": { allowedOrigins: 1, allowCredentials: "yes", maxAge: "1h", allowedMethods: [1] },
      }),
      [
        "/spring/cloud/gateway/globalcors/corsConfigurations/~1**/allowCredentials: expected true or false, found the text `yes`",
        "/spring/cloud/gateway/globalcors/corsConfigurations/~1**/allowedOrigins: expected a list, found the number `1`",
        "/spring/cloud/gateway/globalcors/corsConfigurations/~1**/allowedMethods/0: expected a text, found the number `1`",
        "/spring/cloud/gateway/globalcors/corsConfigurations/~1**/maxAge: expected a number, found the text `1h`",
      ],
    ],
    [
      "a predicate that is none",
      [{ "spring.cloud.gateway.routes": [{ predicates: [1], metadata: { cors: {} } }] }],
      ["/spring.cloud.gateway.routes/0/predicates/0: expected a text, found the number `1`"],
    ],
    [
      "a configuration that is none",
      globally({ "/**": "x" }),
      [
        "/spring/cloud/gateway/globalcors/corsConfigurations/~1**: expected a map of keys to values, found the text `x`",
      ],
    ],
  ])("%s", (_, inputs, errors) => {
    expect(faultsOf(importSpringCloudGateway, inputs)).toEqual(errors);
  });
});
