import { describe, expect, test } from "vitest";
import { importKong } from "../../../src/import/kong/import-kong.ts";
import { type Asked, decided, faultsOf, fixture, imported } from "../imported.ts";

const API = "https://api.example.com";
const APP = "https://app.example.com";
const KONG = imported(importKong, fixture("kong", "kong.yaml"));

/** A configuration whose only plugin is a global one with this config. */
function globally(config: object): readonly unknown[] {
  return [{ _format_version: "3.0", plugins: [{ name: "cors", config }] }];
}

describe("what Kong decides about kong.yaml is decided", () => {
  const cases: readonly [string, Asked, string][] = [
    [
      "a preflight that fits",
      { url: `${API}/orders/1`, origin: APP, asks: "PUT x-api-key" },
      `granted 200 ${APP} [GET, POST, PUT] [Content-Type, X-Api-Key] credentials`,
    ],
    [
      "a preflight that asks for more is answered too: the browser compares",
      { url: `${API}/orders/1`, origin: APP, asks: "DELETE x-other" },
      `granted 200 ${APP} [GET, POST, PUT] [Content-Type, X-Api-Key] credentials`,
    ],
    [
      "a preflight of a stranger",
      { url: `${API}/orders/1`, origin: "https://evil.example", asks: "PUT" },
      "refused 200 -",
    ],
    [
      "a request that fits",
      { url: `${API}/orders/1`, origin: APP },
      `granted service ${APP} [X-Total-Count] credentials`,
    ],
    [
      "a request of a stranger reaches the service",
      { url: `${API}/orders/1`, origin: "https://evil.example" },
      "refused service -",
    ],
    [
      "a path behind an origin counts for nothing",
      { url: `${API}/orders/1`, origin: "https://admin.example.com" },
      "granted service https://admin.example.com [X-Total-Count] credentials",
    ],
    [
      "an expression",
      { url: `${API}/orders/1`, origin: "https://pr-12.preview.example.com" },
      "granted service https://pr-12.preview.example.com [X-Total-Count] credentials",
    ],
    [
      "an expression is no prefix",
      { url: `${API}/orders/1`, origin: "https://pr-12.preview.example.com.evil.example" },
      "refused service -",
    ],
    [
      "a route's plugin goes before its service's",
      { url: `${API}/orders/status`, origin: "https://evil.example", asks: "GET x-any" },
      "granted 200 * [GET] [x-any]",
    ],
    [
      "a plugin that is disabled leaves the service's in force",
      { url: `${API}/orders/hooks`, origin: APP, method: "POST" },
      `granted service ${APP} [X-Total-Count] credentials`,
    ],
    [
      "a route without a plugin, below one that has one",
      { url: `${API}/orders/catalogue`, origin: APP },
      "passed service -",
    ],
    ["another host", { url: "https://other.example.com/orders", origin: APP }, "passed service -"],
    [
      "an expression without a colon is about the host",
      { url: `${API}/catalogue`, origin: "http://shop.example.org:8080" },
      "granted service http://shop.example.org:8080 credentials",
    ],
    [
      "a bare host, which matched nothing",
      { url: `${API}/catalogue`, origin: "https://partner.example" },
      "refused service -",
    ],
    [
      "with preflight_continue a stranger's preflight reaches the service",
      { url: `${API}/catalogue`, origin: "https://evil.example", asks: "PUT" },
      "refused service -",
    ],
  ];
  test.each(cases)("%s", (_, asked, expected) => {
    expect(decided(KONG, asked)).toBe(expected);
  });
});

test("what differs is said", () => {
  expect(KONG.differences.map(({ place, policy, text }) => [place, policy, text])).toEqual([
    [
      "paths",
      undefined,
      "a path is a prefix by whole segments: `/orders` no longer stands for `/orders2`, and `/orders/` now for `/orders` too",
    ],
    [
      "/consumers/0/plugins/0",
      undefined,
      "a cors plugin of a consumer is never run by Kong; it is left out",
    ],
    [
      "/plugins/1/config/origins",
      "catalogue-cors",
      "`partner.example` is left out of the origins: no browser sends such an origin; add `https://partner.example` if that is meant",
    ],
    [
      "/plugins/1/config/origins",
      "catalogue-cors",
      "`shop\\.example\\.(com|org)` was compared with the host under any scheme; now only http and https",
    ],
    [
      "/plugins/1/config/origins",
      "catalogue-cors",
      "`https://*.example.net` is left out of the origins: in an expression, as which it was read, `/*` is any number of slashes; add `https://*.example.net` if that is meant",
    ],
    [
      "/plugins/1/config/preflight_continue",
      "catalogue-cors",
      "the service's own CORS headers on preflights are replaced by those of the policy, where Kong let them through",
    ],
    [
      "/services/0/routes/2/methods",
      "orders-cors",
      "preflights did not reach the plugin, since the route takes no OPTIONS; now they are answered",
    ],
    [
      "/services/0/routes/2/paths",
      "orders-cors",
      "requests to `~/orders/hooks/v[0-9]+$` fall under another group, or none: a path is no expression here",
    ],
  ]);
});

describe("origins", () => {
  const cases: readonly [string, readonly string[] | null, readonly string[] | "*"][] = [
    ["none are all", [], "*"],
    ["null is all", null, "*"],
    ["a star among others is all", [APP, "*"], "*"],
    ["a single text is sent as it is", [`${APP}:443`], []],
    ["in a list it is normalized", [`${APP}:443`, `${APP}/x`], [APP]],
    ["upper case matched nothing", ["https://App.example.com", APP], [APP]],
    [
      "an expression with a slash behind is whole",
      ["https://a\\.example/?"],
      ["~https://a\\.example/?"],
    ],
    ["a class inside of a class", ["https://[a[b]]", "[a[b]]"], []],
    [
      "a host with a choice",
      ["a\\.example|b\\.example"],
      ["~https?://(?:a\\.example|b\\.example)(?::[0-9]+)?"],
    ],
    ["look-around", ["https://(?!evil).*\\.example"], []],
  ];
  test.each(cases)("%s", (_, origins, expected) => {
    const { document } = imported(importKong, globally({ origins }));
    expect(document.policies[0]?.allowOrigins).toEqual(expected);
  });

  test("credentials for everybody are taken away", () => {
    const { document, differences } = imported(importKong, globally({ credentials: true }));
    expect(document.policies[0]).toMatchObject({ allowOrigins: "*", allowCredentials: false });
    expect(differences.map(({ text }) => text)).toEqual([
      "`*` cannot be combined with credentials; credentials are no longer allowed",
    ]);
    expect(decided({ document, differences }, { url: `${API}/`, origin: APP })).toBe(
      "granted service *",
    );
  });
});

test("a star among the headers is what it was to browsers", () => {
  const config = { origins: [APP], headers: ["*", "x-a"], exposed_headers: ["*"] };
  const open = imported(importKong, globally(config));
  expect(open.document.policies[0]).toMatchObject({ allowHeaders: "*", exposeHeaders: "*" });
  expect(open.differences.map(({ text }) => text)).toEqual([
    "`*` among the allowed headers now covers `Authorization` too",
  ]);
  const closed = imported(importKong, globally({ ...config, credentials: true }));
  expect(closed.document.policies[0]).toMatchObject({ allowHeaders: ["x-a"] });
  expect(closed.document.policies[0]).not.toHaveProperty("exposeHeaders");
  expect(closed.differences).toHaveLength(2);
});

describe("routes", () => {
  const cors = { name: "cors", config: { origins: [APP] } };
  const routed = (route: object) =>
    imported(importKong, [{ routes: [{ plugins: [cors], ...route }] }]);
  test.each([
    ["without host and path is everything", {}, [{ path: "/" }]],
    [
      "with hosts",
      { hosts: ["a.example", "*.b.example"] },
      [{ host: "a.example" }, { host: "*.b.example" }],
    ],
    [
      "with hosts and paths",
      { hosts: ["a.example"], paths: ["/a", "/b"] },
      [
        { host: "a.example", path: "/a" },
        { host: "a.example", path: "/b" },
      ],
    ],
    ["with a port", { hosts: ["a.example:8443", "b.example"] }, [{ host: "b.example" }]],
    ["with hosts that all cannot be said", { hosts: ["a.*"], paths: ["/a"] }, []],
    ["with paths that all cannot be said", { hosts: ["a.example"], paths: ["~/a$"] }, []],
    ["with headers", { paths: ["/a"], headers: { "x-v": ["2"] } }, []],
    ["with a path that is none", { paths: ["/a//b"] }, []],
  ])("%s", (_, route, match) => {
    const { document, differences } = routed(route);
    expect(document.apiGroups).toEqual([{ name: "route", match, policies: ["route-cors"] }]);
    const isWhole = match.length > 0 && !JSON.stringify(route).includes(":8443");
    expect(differences.filter(({ place }) => place !== "paths").length > 0).toBe(!isWhole);
  });

  test("a global plugin is for all that has no other", () => {
    const { document } = imported(importKong, [
      {
        services: [{ id: "s1" }, { name: "b", routes: [{ paths: ["/b"] }] }],
        routes: [{ id: "r1", service: { id: "s1" }, paths: ["/a"] }],
        plugins: [
          cors,
          { name: "cors", service: { name: "b" }, config: {} },
          { ...cors, route: { id: "r1" } },
        ],
      },
    ]);
    expect(document.apiGroups).toEqual([
      { name: "b-route", match: [{ path: "/b" }], policies: ["b-cors"] },
      { name: "r1", match: [{ path: "/a" }], policies: ["r1-cors"] },
      { name: "everything", match: [{ path: "/" }], policies: ["global-cors"] },
    ]);
  });
});

test("a route without a plugin has a group only where it needs one", () => {
  const { document } = imported(importKong, [
    {
      routes: [
        { name: "open", hosts: ["a.example"], plugins: [{ name: "cors" }] },
        { name: "below", hosts: ["a.example"], paths: ["/b"] },
        { name: "beside", hosts: ["b.example"], paths: ["/b"] },
      ],
    },
  ]);
  expect(document.apiGroups?.map(({ name, policies }) => [name, policies])).toEqual([
    ["open", ["open-cors"]],
    ["below", []],
  ]);
});

describe("what is no configuration of Kong, or a wrong one, is refused", () => {
  test.each([
    [
      "a text",
      ["x"],
      ["/: this is no declarative configuration of Kong: `_format_version` is missing"],
    ],
    [
      "another product's",
      [{ proxy: {} }],
      ["/: this is no declarative configuration of Kong: `_format_version` is missing"],
    ],
    ["without cors", [{ services: [] }], ["/: there is no cors plugin that is enabled"]],
    [
      "with cors for consumers only",
      [{ plugins: [{ name: "cors", consumer: "m" }] }],
      ["/: there is no cors plugin that is enabled"],
    ],
    [
      "a service that is not there",
      [
        {
          plugins: [
            { name: "cors", service: "x" },
            { name: "cors", route: {} },
          ],
        },
      ],
      [
        "/plugins/0/service: `x` is not among the entities of the files",
        "/plugins/1/route: expected a text, found a map",
      ],
    ],
    [
      "values of the wrong type, all of them",
      globally({ origins: "*", credentials: "yes", max_age: "1", methods: [1] }),
      [
        "/plugins/0/config/credentials: expected true or false, found the text `yes`",
        "/plugins/0/config/origins: expected a list, found the text `*`",
        "/plugins/0/config/max_age: expected a number, found the text `1`",
        "/plugins/0/config/methods/0: expected a text, found the number `1`",
      ],
    ],
  ])("%s", (_, inputs, errors) => {
    expect(faultsOf(importKong, inputs)).toEqual(errors);
  });
});
