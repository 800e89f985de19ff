import { describe, expect, test } from "vitest";
import { type EnvoyExport, exportEnvoy } from "../../src/export/envoy/export-envoy.ts";
import { resolveDocument } from "../../src/policy/resolve-document.ts";
import { compileObject, WEB } from "../policy/compile-object.ts";

function exported(document: object): EnvoyExport {
  const { document: decoded, usable, problems } = compileObject(document);
  expect([usable, problems.filter(({ severity }) => severity === "error")]).toEqual([true, []]);
  return exportEnvoy(resolveDocument(decoded), "service");
}

/** What becomes of the one policy of a document. */
function policyOf(policy: object): object | undefined {
  const { route_config } = exported({ preset: "envoy", policies: [{ ...WEB, ...policy }] });
  return route_config.virtual_hosts[0]?.routes[0]?.typed_per_filter_config?.[
    "envoy.filters.http.cors"
  ];
}

/** Without those that hold for every group. */
function lossesOf(document: object): readonly string[] {
  return exported(document).losses.flatMap(({ group, policy, text }) =>
    group === undefined ? [] : [`${group}/${policy ?? ""}: ${text}`],
  );
}

const TYPE = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy";
const ORIGIN = { allow_origin_string_match: [{ exact: "https://app.example.com" }] };

describe("a policy", () => {
  test("says what is sent, and nothing of what is not", () => {
    expect(policyOf({ allowMethods: [], maxAge: 0 })).toEqual({
      "@type": TYPE,
      ...ORIGIN,
      max_age: "0",
    });
  });

  test("with every field", () => {
    const policy = {
      allowMethods: ["GET", "PUT"],
      allowHeaders: ["X-Api-Key", "x-api-key", "content-type"],
      exposeHeaders: ["x-total-count"],
      allowCredentials: true,
      maxAge: "1h",
      allowPrivateNetwork: true,
      behavior: { refusedPreflight: "bare" },
    };
    expect(policyOf(policy)).toEqual({
      "@type": TYPE,
      ...ORIGIN,
      allow_methods: "GET, PUT",
      allow_headers: "X-Api-Key, content-type",
      expose_headers: "x-total-count",
      max_age: "3600",
      allow_credentials: true,
      allow_private_network_access: true,
      forward_not_matching_preflights: false,
    });
  });

  test("in shadow mode is counted there", () => {
    expect(policyOf({ mode: "shadow" })).toMatchObject({
      filter_enabled: { default_value: { numerator: 0 } },
      shadow_enabled: { default_value: { numerator: 100 } },
    });
  });

  test.each([
    ["https://app.example.com:443", { exact: "https://app.example.com" }],
    ["HTTP://App.example:8080", { exact: "http://app.example:8080" }],
    ["null", { exact: "null" }],
    ["https://a.b:*", { safe_regex: { regex: "https://a\\.b(?::[1-9][0-9]*)?" } }],
    ["http://[::1]:*", { safe_regex: { regex: "http://\\[::1\\](?::[1-9][0-9]*)?" } }],
    ["https://*.a.b", { safe_regex: { regex: "https://(?:[a-z0-9_-]+\\.)+a\\.b" } }],
    ["https://*.a.b:8443", { safe_regex: { regex: "https://(?:[a-z0-9_-]+\\.)+a\\.b:8443" } }],
    ["a+b://*", { safe_regex: { regex: "a\\+b://(?:[a-z0-9_.-]+|\\[[0-9a-f:.]+\\])" } }],
    [
      "https://*:*",
      { safe_regex: { regex: "https://(?:[a-z0-9_.-]+|\\[[0-9a-f:.]+\\])(?::[1-9][0-9]*)?" } },
    ],
    ["~https://a\\.b|https://c\\.d", { safe_regex: { regex: "https://a\\.b|https://c\\.d" } }],
  ])("admits %s", (origin, matcher) => {
    expect(policyOf({ allowOrigins: [origin] })).toMatchObject({
      allow_origin_string_match: [matcher],
    });
  });

  test("admits everybody, but with credentials not the opaque origin", () => {
    expect(policyOf({ allowOrigins: "*" })).toMatchObject({
      allow_origin_string_match: [{ exact: "*" }],
    });
    const dangerous = { dangerouslyAllowAnyOriginWithCredentials: true, allowCredentials: true };
    expect(policyOf({ allowOrigins: "*", ...dangerous })).toMatchObject({
      allow_origin_string_match: [{ safe_regex: { regex: "[a-z][a-z0-9+.-]*://.+" } }],
    });
  });
});

describe("what is lost", () => {
  test("nothing of what the filter can say", () => {
    expect(lossesOf({ preset: "envoy", policies: [WEB] })).toEqual([]);
  });

  test.each([
    [{ behavior: { refusedActual: "reject" } }, "a request of another origin is not refused"],
    [{ behavior: { refusedPreflight: "reject" } }, "a refused preflight gets 200 without"],
    [{ behavior: { preflightStatus: 204 } }, "a preflight is answered with 200"],
    [{ behavior: { checkRequested: true } }, "a preflight of an admitted origin is always"],
    [{ behavior: { checkActualMethod: true } }, "the method of an actual request is not"],
    [
      { allowMethods: ["GET", "POST"], behavior: { safelistedMethods: "listed" } },
      "GET, HEAD and POST that need no preflight",
    ],
    [{ httpVersions: ["HTTP/2"] }, "every HTTP version is served"],
    [{ requireOrigin: true }, "a request without Origin is not refused"],
    [{ preflight: "continue" }, "preflights are answered at once"],
    [{ webSocket: "check" }, "WebSocket handshakes of other origins"],
    [{ timingAllowOrigin: true }, "Timing-Allow-Origin is not sent"],
    [
      { allowOrigins: "*", behavior: { anyOriginAnswer: "star" } },
      "Access-Control-Allow-Origin names",
    ],
    [{ allowCredentials: true, exposeHeaders: "*" }, "with credentials browsers take `*`"],
  ])("by %j", (policy, begin) => {
    const losses = lossesOf({ preset: "envoy", policies: [{ ...WEB, ...policy }] });
    expect(losses).toHaveLength(1);
    expect(losses[0]?.startsWith(`default/web: ${begin}`)).toBe(true);
  });

  test.each([{ allowMethods: ["GET", "HEAD", "POST"] }, { allowMethods: "*" }])(
    "nothing where GET, HEAD and POST are listed: %j",
    (methods) => {
      const policy = { ...WEB, ...methods, behavior: { safelistedMethods: "listed" } };
      expect(lossesOf({ preset: "envoy", policies: [policy] })).toEqual([]);
    },
  );

  test("an expression that Envoy would take for everybody", () => {
    const allowOrigins = ["~.*", "~[a-z]+|a://b", "~[a-z:/]+x"];
    const policies = [{ ...WEB, allowOrigins }];
    const { route_config } = exported({ preset: "envoy", policies });
    expect(JSON.stringify(route_config)).toContain('[{"safe_regex":{"regex":"[a-z:/]+x"}}]');
    expect(lossesOf({ preset: "envoy", policies })).toEqual([
      "default/: `~.*` is left out: there it would admit every origin, and `null`",
      "default/: `~[a-z]+|a://b` is left out: there it would admit every origin, and `null`",
    ]);
  });

  test("an expression that Envoy may find too large is said", () => {
    const long = `https://*.${"a".repeat(60)}.example`;
    const policies = [{ ...WEB, allowOrigins: [long, "https://*.short.example"] }];
    expect(lossesOf({ preset: "envoy", policies })).toEqual([
      `default/: the expression for \`${long}\` is long: Envoy may ask for a higher \`re2.max_program_size.error_level\` in its runtime`,
    ]);
  });
});

describe("several policies in a group", () => {
  const other = { name: "other", allowOrigins: ["https://other.example"] };

  test("stand as one where they say the same beside their origins", () => {
    const document = { preset: "envoy", policies: [WEB, other] };
    const [host] = exported(document).route_config.virtual_hosts;
    expect(
      host?.routes[0]?.typed_per_filter_config?.["envoy.filters.http.cors"]
        .allow_origin_string_match,
    ).toEqual([{ exact: "https://app.example.com" }, { exact: "https://other.example" }]);
    expect(lossesOf(document)).toEqual([]);
  });

  test("else the first stands, alone: behind it nobody is admitted as another would have been", () => {
    const policies = [WEB, { ...other, maxAge: 5 }, { ...other, name: "third" }];
    const applications = [{ name: "mobile", origins: ["https://m.example"] }];
    const document = { preset: "envoy", policies, applications };
    expect(JSON.stringify(exported(document).route_config)).toContain(
      '"allow_origin_string_match":[{"exact":"https://app.example.com"}]',
    );
    expect(lossesOf(document)).toEqual([
      "default/other: it is left out, and its origins are not admitted: a route has one policy, and the one in front says something else",
      "default/third: it is left out, and its origins are not admitted: a route has one policy, and the one in front says something else",
      "default/: the origins of application `mobile` are left out: another policy might govern them",
    ]);
  });

  test("shadow policies stand back behind enforcing ones", () => {
    const document = { preset: "envoy", policies: [{ ...other, mode: "shadow" }, WEB] };
    expect(JSON.stringify(exported(document).route_config)).not.toContain("other.example");
    expect(lossesOf(document)).toEqual([
      "default/other: it is in shadow mode beside others that are not, and is left out",
    ]);
  });

  test("applications are admitted by the first", () => {
    const applications = [
      { name: "mobile", origins: ["https://m.example", "https://app.example.com"] },
    ];
    const document = { preset: "envoy", policies: [WEB], applications };
    const [host] = exported(document).route_config.virtual_hosts;
    expect(
      host?.routes[0]?.typed_per_filter_config?.["envoy.filters.http.cors"]
        .allow_origin_string_match,
    ).toEqual([{ exact: "https://app.example.com" }, { exact: "https://m.example" }]);
  });
});

describe("groups", () => {
  const routed = (match: readonly object[], more: readonly object[] = []): EnvoyExport =>
    exported({
      preset: "envoy",
      policies: [WEB],
      apiGroups: [{ name: "orders", match, policies: ["web"] }, ...more],
    });
  /** `DOMAIN: GROUP /path, …`; without a group where no policy is on the route. */
  const table = ({ route_config }: EnvoyExport): readonly string[] =>
    route_config.virtual_hosts.map(({ name, domains, routes }) => {
      const lines = routes.map(({ name: group, match, typed_per_filter_config: config }) => {
        const path = "prefix" in match ? match.prefix : match.path_separated_prefix;
        return `${config === undefined ? "no " : ""}${group ?? ""} ${path}`.trim();
      });
      return `${name} ${domains.join()}: ${lines.join(", ")}`;
    });

  test("are routes, the longest path first, and the rest goes on without a policy", () => {
    expect(table(routed([{ path: "/a" }, { path: "/a/b" }, { path: "/c" }]))).toEqual([
      "* *: orders /a/b, orders /a, orders /c, no  /",
    ]);
  });

  test("of wider hosts are asked after those of longer ones, as corsd does", () => {
    const more = [
      { name: "any", match: [{ path: "/any" }, { path: "/a" }], policies: [] },
      { name: "wide", match: [{ host: "*.example.com", path: "/a/b" }], policies: ["web"] },
      { name: "all", match: [{ host: "*.api.example.com" }], policies: ["web"] },
    ];
    const match = [{ host: "v1.api.example.com", path: "/a" }, { host: "www.example.com" }];
    expect(table(routed(match, more))).toEqual([
      "v1.api.example.com v1.api.example.com: orders /a, all /",
      "www.example.com www.example.com: orders /",
      "* *: no any /any, no any /a, no  /",
      "*.example.com *.example.com: wide /a/b, no any /any, no any /a, no  /",
      "*.api.example.com *.api.example.com: all /",
    ]);
  });

  test("by a route's name stand apart", () => {
    const { named_routes, losses } = routed(
      [{ route: "r1" }, { route: "r2", host: "api.example.com" }, { route: "r3", path: "/x" }],
      [{ name: "again", match: [{ route: "r1" }, { route: "r4" }], policies: [] }],
    );
    expect(Object.keys(named_routes).toSorted()).toEqual(["r1", "r2", "r3"]);
    expect(losses.filter(({ group }) => group === "orders").map(({ text }) => text)).toEqual([
      "the policy belongs on the route `r2` whatever the host and the path, which an entry names too",
      "the policy belongs on the route `r3` whatever the host and the path, which an entry names too",
    ]);
  });

  test("that match nothing have no route", () => {
    expect(routed([]).losses.at(-1)).toEqual({
      group: "orders",
      policy: undefined,
      text: "it matches nothing by itself, so there is no route for its policy",
    });
  });
});
