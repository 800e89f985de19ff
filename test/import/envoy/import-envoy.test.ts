import { describe, expect, test } from "vitest";
import { importEnvoy } from "../../../src/import/envoy/import-envoy.ts";
import type { WrittenPolicy } from "../../../src/import/written-document.ts";
import { decided, faultsOf, fixture, imported } from "../imported.ts";

// What the filter really does with the fixture, and what becomes of it: test/e2e/import-envoy.test.ts.

const TYPE = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy";

function perFilter(policy: object, key = "envoy.filters.http.cors"): object {
  return { typed_per_filter_config: { [key]: { "@type": TYPE, ...policy } } };
}

function routes(list: readonly object[], more: object = {}): object {
  return { virtual_hosts: [{ name: "api", domains: ["*"], routes: list, ...more }] };
}

const ALL = { match: { prefix: "/" }, route: { cluster: "service" } };

function importOf(policy: object) {
  return imported(importEnvoy, [routes([ALL], perFilter(policy))]);
}

/** The one policy, and what is said of it. */
function policyOf(policy: object): WrittenPolicy | undefined {
  return importOf(policy).document.policies[0];
}

function textsOf(policy: object): readonly string[] {
  return importOf(policy).differences.map(({ text }) => text);
}

describe("origins", () => {
  test.each<[object, readonly string[] | "*"]>([
    [{ exact: "https://a.example" }, ["https://a.example"]],
    [{ exact: "https://A.example", ignoreCase: true }, ["https://a.example"]],
    [{ exact: "https://A.example" }, []],
    [{ exact: "null" }, ["null"]],
    [{ exact: "*" }, "*"],
    [{ prefix: "*" }, "*"],
    [{ suffix: "*" }, "*"],
    [{ contains: "*" }, "*"],
    [{ safe_regex: { regex: ".*" } }, "*"],
    [{ safeRegex: { google_re2: {}, regex: "https://a\\.example" } }, ["https://a.example"]],
    [{ regex: "https://.*\\.a\\.example" }, ["https://*.a.example"]],
    [{ prefix: "https://a.example" }, ["https://a.example"]],
    [{ prefix: "HTTPS://A.example", ignore_case: true }, ["https://a.example"]],
    [{ prefix: "https://" }, ["https://*:*"]],
    [{ prefix: "http://localhost:" }, ["~http://localhost:[0-9]+"]],
    [{ prefix: "https://a." }, []],
    [{ prefix: "https://a.example/" }, []],
    [{ suffix: ".a.example" }, ["https://*.a.example"]],
    [{ suffix: ".A.example:8443", ignore_case: true }, ["https://*.a.example:8443"]],
    [{ suffix: "a.example" }, ["https://a.example", "https://*.a.example"]],
    [{ suffix: "://a.example" }, ["https://a.example"]],
    [{ suffix: "https://a.example" }, ["https://a.example"]],
    [{ suffix: "http://a.example" }, []],
    [{ suffix: "example" }, []],
    [{ contains: ".a.example" }, ["https://*.a.example"]],
    [{ custom: { name: "x" } }, []],
    [{}, []],
  ])("%j", (matcher, allowOrigins) => {
    expect(policyOf({ allow_origin_string_match: [matcher] })).toMatchObject({ allowOrigins });
  });

  test("are left out with a word of why", () => {
    expect(textsOf({ allow_origin_string_match: [{ custom: {} }, {}, { suffix: "a b" }] })).toEqual(
      [
        "an origin matcher of `custom` is left out: there is no such pattern",
        "an origin matcher of no kind is left out: there is no such pattern",
        "origins of which the text ends in `a b` are left out: it is no domain",
      ],
    );
  });

  test.each([
    [
      "[^a]*",
      ["`[^a]*` takes the text `*` too, by which everybody was admitted: now only whom it matches"],
    ],
    [".*", []],
    ["https://[a-z]+\\.example", []],
    // RE2 alone takes this.
    ["(?i)https://[a-z]+\\.example", []],
    [
      "[a&&b]",
      ["`[a&&b]` is left out of the origins: a class inside of a class is read otherwise by RE2"],
    ],
  ])("by the expression %s, said", (regex, texts) => {
    expect(textsOf({ allow_origin_string_match: [{ safe_regex: { regex } }] })).toEqual(texts);
  });

  test("of older versions", () => {
    const cors = {
      allow_origin: ["https://a.example", "*"],
      allow_origin_regex: ["https://b\\.example"],
      enabled: true,
    };
    const { document } = imported(importEnvoy, [routes([{ ...ALL, cors }])]);
    expect(document.policies).toEqual([{ name: "api", allowOrigins: "*" }]);
  });
});

describe("what is sent", () => {
  test.each([
    [{ allow_methods: "" }, {}],
    [{ allow_methods: "GET,put , GET" }, { allowMethods: ["GET", "put"] }],
    [{ allow_headers: "*" }, { allowHeaders: "*" }],
    [{ expose_headers: "*" }, { exposeHeaders: "*" }],
    [{ max_age: "99999999999" }, { maxAge: 2_147_483_647 }],
    [{ allow_private_network_access: true }, { allowPrivateNetwork: true }],
    [{ forward_not_matching_preflights: false }, { behavior: { refusedPreflight: "bare" } }],
  ])("%j", (policy, fields) => {
    expect(policyOf(policy)).toEqual({ name: "api", allowOrigins: [], ...fields });
    expect(textsOf(policy)).toEqual([]);
  });

  test.each([
    [
      { allow_methods: "GET, *" },
      "`*` beside other methods is left out: those that are listed stand",
    ],
    [{ allow_headers: "x-a, a b" }, "`a b` is left out of the request headers: it is no name"],
    [{ max_age: "24h" }, "the max age `24h` is left out: browsers take whole seconds only"],
    [
      { expose_headers: "*", allow_credentials: true },
      "`*` is left out of the exposed headers: with credentials browsers take it for a name, so it exposed none",
    ],
  ])("%j is said", (policy, text) => {
    expect(textsOf(policy)).toEqual([text]);
  });
});

describe("a policy that is not on for all", () => {
  const share = (numerator: number, more: object = {}): object => ({
    default_value: { numerator, ...more },
  });
  test.each([
    [{ filter_enabled: share(100) }, {}],
    [{ filter_enabled: share(1_000_000, { denominator: "MILLION" }) }, {}],
    [{ filter_enabled: share(0), shadow_enabled: share(1) }, { mode: "shadow" }],
    [{ filter_enabled: share(0), shadow_enabled: share(0) }, { enabled: false }],
    [{ filter_enabled: { default_value: {} } }, { enabled: false }],
    [{ filter_enabled: share(50, { denominator: "UNKNOWN" }) }, { mode: "shadow" }],
    [{ enabled: false }, { enabled: false }],
  ])("%j", (policy, fields) => {
    expect(policyOf(policy)).toEqual({ name: "api", allowOrigins: [], ...fields });
  });

  test("is in shadow mode, and what changed it no longer does", () => {
    const filter_enabled = { ...share(5, { denominator: "TEN_THOUSAND" }), runtime_key: "cors.on" };
    expect(textsOf({ filter_enabled })).toEqual([
      "the policy was on for 0.05 % of the requests; now it is in shadow mode for all",
      "the runtime key `cors.on` no longer changes for whom the policy is on",
    ]);
    expect(textsOf({ filter_enabled: { ...share(100), runtime_key: "" } })).toEqual([]);
  });
});

describe("levels", () => {
  const origin = (name: string): object => ({ allow_origin_string_match: [{ exact: name }] });

  test("give each field to what is below them, under whatever name the filter has", () => {
    const configuration = {
      ...routes(
        [{ ...ALL, name: "r", ...perFilter(origin("https://r.example"), "cors") }],
        perFilter({ allow_methods: "PUT", max_age: "1" }),
      ),
      ...perFilter({ ...origin("https://c.example"), max_age: "2", allow_credentials: true }),
    };
    expect(imported(importEnvoy, [configuration]).document.policies).toEqual([
      {
        name: "r",
        allowOrigins: ["https://r.example"],
        allowMethods: ["PUT"],
        allowCredentials: true,
        maxAge: 1,
      },
    ]);
  });

  test("can turn the filter off, or say nothing of it", () => {
    const wrapped = (config: object): object => ({
      typed_per_filter_config: {
        "envoy.filters.http.ext_proc": {
          "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
          disabled: true,
        },
        "envoy.filters.http.cors": {
          "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
          ...config,
        },
      },
    });
    const { document } = imported(importEnvoy, [
      routes(
        [
          { ...ALL, match: { path_separated_prefix: "/off" }, ...wrapped({ disabled: true }) },
          { ...ALL, match: { path_separated_prefix: "/empty" }, ...wrapped({}) },
          {
            ...ALL,
            match: { path_separated_prefix: "/in" },
            ...wrapped({ config: { "@type": TYPE, ...origin("https://in.example") } }),
          },
          ALL,
        ],
        {
          typed_per_filter_config: {
            "envoy.filters.http.lua": null,
            "envoy.filters.http.rbac": { "@type": "type.googleapis.com/x.RBACPerRoute" },
            "envoy.filters.http.cors": { "@type": TYPE, ...origin("https://host.example") },
          },
        },
      ),
    ]);
    expect(document.policies.map(({ allowOrigins }) => allowOrigins)).toEqual([
      ["https://host.example"],
      ["https://in.example"],
    ]);
    expect(document.apiGroups).toEqual([
      { name: "without-policy", match: [{ path: "/off" }], policies: [] },
      { name: "api", match: [{ path: "/empty" }, { path: "/" }], policies: ["api"] },
      { name: "api-2", match: [{ path: "/in" }], policies: ["api-2"] },
    ]);
  });

  test("of old fields count only without any of the new", () => {
    const cors = { allow_origin_string_match: [{ exact: "https://old.example" }] };
    const { document } = imported(importEnvoy, [
      routes([ALL], { cors, ...perFilter({ allow_methods: "PUT" }) }),
    ]);
    expect(document.policies).toEqual([{ name: "api", allowOrigins: [], allowMethods: ["PUT"] }]);
  });
});

describe("routes", () => {
  const P = perFilter({ allow_origin_string_match: [{ exact: "https://a.example" }] });
  const Q = perFilter({ allow_origin_string_match: [{ exact: "https://b.example" }] });
  const to = { route: { cluster: "service" } };
  /** `GROUP: entries` of the groups, and what is said. */
  const outcome = (list: readonly object[]): readonly string[] => {
    const { document, differences } = imported(importEnvoy, [routes(list)]);
    return [
      ...(document.apiGroups ?? []).map(({ match, policies }) =>
        [policies[0] ?? "none", ...match.map(({ path, route }) => path ?? `route ${route}`)].join(
          " ",
        ),
      ),
      ...differences.map(({ text }) => text),
    ];
  };

  test.each<[string, readonly object[], readonly string[]]>([
    [
      "of which the first takes all",
      [
        { match: { prefix: "/" }, ...to, ...P },
        { match: { path_separated_prefix: "/a" }, ...to, ...Q },
      ],
      ["api /"],
    ],
    [
      "that go nowhere else",
      [{ match: { path: "/a" }, ...to, ...P }],
      ["api /a", "the path `/a`: the paths below it are judged by the policy too"],
    ],
    [
      "of one path with other conditions",
      [
        { match: { prefix: "/", headers: [{}], query_parameters: [{}] }, ...to, ...P },
        { match: { prefix: "/", grpc: {} }, ...to },
        { match: { path_separated_prefix: "/a" }, ...to, ...Q },
      ],
      [
        "api-2 /a",
        "api /",
        "`/*` with `headers` and `query_parameters`: other requests below `/` are judged by the policy too",
        "`/*` with `grpc` cannot be told from other requests of the path: they are judged by `api`, not without a policy",
      ],
    ],
    [
      "without a policy that go nowhere else",
      [
        { match: { prefix: "/", headers: [{}] }, ...to },
        { match: { path_separated_prefix: "/a" }, ...to, ...P },
      ],
      ["api /a"],
    ],
    [
      "that no path says",
      [
        { match: { safe_regex: { regex: "/[a-z]+" } }, ...to, ...P },
        { match: { connect_matcher: {} }, ...to },
        { match: {}, ...to },
        { match: { prefix: "/" }, ...to, ...P },
        { match: { path_separated_prefix: "/a" }, ...to, ...P },
      ],
      [
        "api /",
        "a match by `connect_matcher` cannot be told from others of the host: they are judged as those, not without a policy",
        "a match by nothing cannot be told from others of the host: they are judged as those, not without a policy",
      ],
    ],
    [
      "whose names tell their policies",
      [
        { name: "one", match: { safe_regex: { regex: "/[a-z]+" } }, ...to, ...Q },
        { name: "two", match: { path: "/b" }, ...to },
        { name: "three", match: { safe_regex: { regex: "/[0-9]+" } }, ...to },
        { name: "three", match: { safe_regex: { regex: "/[0-9]*" } }, ...to, ...Q },
        { name: "nowhere", match: { prefix: "/c", headers: [{}] }, ...to },
        { match: { path_separated_prefix: "/b" }, ...to, ...P },
      ],
      [
        "one route one",
        "none route two",
        "api /b",
        "the expression `/[0-9]+` cannot be told from others of the host: they are judged as those, not without a policy",
        "the expression `/[0-9]*` cannot be told from others of the host: they are judged as those, not by `one`",
      ],
    ],
    [
      "with a policy for some of their clusters",
      [
        {
          match: { prefix: "/" },
          route: { weighted_clusters: { clusters: [{ name: "a" }, { name: "b", ...Q }] } },
          ...P,
        },
      ],
      ["api /", "the policies of weighted clusters are left out"],
    ],
    [
      "without a policy amid others",
      [
        { match: { prefix: "/in" }, ...to },
        { match: { safe_regex: { regex: "/[a-z]" }, case_sensitive: false }, ...to },
        { match: { prefix: "/" }, ...to, ...P },
      ],
      [
        "none /in",
        "api /",
        "`/in` stands for whole segments: `/in2` and the like are no longer among its paths",
        "the expression `/[a-z]` cannot be told from others of the host: they are judged as those, not without a policy",
      ],
    ],
    [
      "compared without case",
      [{ match: { prefix: "/a", case_sensitive: false }, ...to, ...P }],
      ["api /a", "`/a*` is compared with case"],
    ],
    [
      "with paths that no document holds",
      [{ match: { prefix: "/a;b" }, ...to, ...P }],
      ["`/a;b*` cannot be told from others of the host: they are judged as those, not by `api`"],
    ],
  ])("%s", (_, list, expected) => {
    expect(outcome(list)).toEqual(expected);
  });

  test.each([
    ["/a(/.*)?", ["api /a"]],
    ["^/a(?:/.*)?$", ["api /a"]],
    ["/a(/|$)(.*)", ["api /a"]],
    ["/.*", ["api /"]],
    [".*", ["api /"]],
    ["/a/.*", ["api /a", "`/a` itself is judged as what is below it"]],
    [
      "/a.*",
      [
        "api /a",
        "`/a` stands for whole segments: `/a2` and the like are no longer among its paths",
      ],
    ],
    [
      "/a/b",
      ["api /a/b", "the expression `/a/b`: the paths below it are judged by the policy too"],
    ],
    [
      "/a\nb",
      [
        "the expression `/a\\u{a}b` cannot be told from others of the host: they are judged as those, not by `api`",
      ],
    ],
  ])("by the expression %j", (regex, expected) => {
    expect(outcome([{ match: { safe_regex: { regex } }, ...to, ...P }])).toEqual(expected);
  });
});

describe("hosts", () => {
  const P = perFilter({ allow_origin_string_match: [{ exact: "https://a.example" }] });
  const host = (domains: readonly string[], list: readonly object[]): object => ({
    name: domains[0],
    domains,
    routes: list,
  });

  test("are closed where wider ones have policies", () => {
    const { document } = imported(importEnvoy, [
      {
        virtual_hosts: [
          host(["*"], [{ match: { path_separated_prefix: "/any" }, route: {}, ...P }]),
          host(["*.a.example"], [{ match: { prefix: "/" }, route: {}, ...P }]),
          host(
            ["x.a.example", "[::1]:80"],
            [{ match: { path_separated_prefix: "/x" }, route: {} }],
          ),
          host(["other.example"], [{ match: { path_separated_prefix: "/x" }, route: {} }]),
        ],
      },
    ]);
    const origin = "https://a.example";
    const at = (url: string): string => decided({ document, differences: [] }, { url, origin });
    expect(at("https://y.a.example/x")).toBe(`granted service ${origin}`);
    expect(at("https://x.a.example/x")).toBe("passed service -");
    expect(at("https://x.a.example/any")).toBe("passed service -");
    expect(at("https://other.example/any")).toBe("passed service -");
    expect(at("https://none.example/any")).toBe(`granted service ${origin}`);
    expect(document.apiGroups?.at(-1)?.match).toEqual([
      { host: "x.a.example", path: "/x" },
      { host: "x.a.example" },
      { host: "[::1]" },
      { host: "other.example" },
    ]);
  });

  test("of a dump stand in it twice, those of other listeners are said", () => {
    const one = host(["a.example", "*:8080", "f*o"], [{ ...ALL, ...P }]);
    const other = host(["A.example:8443"], [ALL]);
    const dump = {
      configs: [
        { route_config: { virtual_hosts: [one] } },
        [{ dynamic_route_configs: [{ route_config: { virtualHosts: [one, other] } }] }],
      ],
    };
    const { differences, document } = imported(importEnvoy, [dump, { admin: {} }]);
    expect(document.apiGroups).toEqual([
      { name: "a.example", match: [{ host: "a.example" }, { path: "/" }], policies: ["a.example"] },
    ]);
    expect(new Set(differences.map(({ text }) => text))).toEqual(
      new Set([
        "the domain `f*o` is no host of a document, which is a name, or `*.` and a name: its requests fall to wider hosts",
        "`A.example:8443` is a domain of several virtual hosts: the first counts, whatever the listener or the port",
      ]),
    );
  });
});

test("what is different with one policy is said once", () => {
  const policy = perFilter({ max_age: "1h" });
  const to = { route: { cluster: "service" }, ...policy };
  const list = ["/a", "/b"].map((path) => ({ match: { path_separated_prefix: path }, ...to }));
  const { document, differences } = imported(importEnvoy, [routes(list)]);
  expect([document.policies.length, differences.length]).toEqual([1, 1]);
});

test("other inputs", () => {
  expect(faultsOf(importEnvoy, [{ static_resources: {}, layers: [1] }])).toEqual([
    "there is no route configuration: nothing has `virtual_hosts`",
  ]);
  expect(faultsOf(importEnvoy, [routes([ALL])])).toEqual([
    "no route, virtual host or route configuration has a policy for `envoy.filters.http.cors`",
  ]);
  expect(faultsOf(importEnvoy, [routes([ALL], perFilter({ allow_methods: ["GET"] }))])).toEqual([
    "/virtual_hosts/0/typed_per_filter_config/envoy.filters.http.cors/allow_methods: expected a text, found a list",
  ]);
  const none = { virtual_hosts: [{ name: "x", routes: [{ ...ALL, ...perFilter({}) }] }] };
  expect(imported(importEnvoy, [none]).document.apiGroups).toEqual([]);
  let deep: unknown = routes([ALL], perFilter({}));
  for (let depth = 0; depth < 63; depth += 1) deep = { deep };
  expect(faultsOf(importEnvoy, [deep])).toEqual([]);
  expect(faultsOf(importEnvoy, [{ deep: { deep } }])).toEqual([
    "there is no route configuration: nothing has `virtual_hosts`",
  ]);
  const nameless = { virtual_hosts: [{ domains: ["*"], routes: [ALL], ...perFilter({}) }] };
  expect(imported(importEnvoy, [nameless]).document.policies[0]?.name).toBe("unnamed");
  const any = { virtual_hosts: [{ name: "*", domains: ["*"], routes: [ALL], ...perFilter({}) }] };
  expect(imported(importEnvoy, [any]).document.policies[0]?.name).toBe("any");
});

test("the fixture", () => {
  const { document } = imported(importEnvoy, fixture("envoy", "routes.yaml"));
  expect(document.policies.map(({ name }) => name)).toEqual([
    "orders",
    "beta",
    "api",
    "public",
    "public-2",
    "loose",
    "loose-2",
    "loose-3",
    "loose-4",
  ]);
});
