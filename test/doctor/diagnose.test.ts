import { describe, expect, test } from "vitest";
import { FINDING_CODES } from "../../src/doctor/finding-code.ts";
import {
  codesOf,
  config,
  endpoints,
  FILTER_CONFIG,
  facts,
  filter,
  findingsIn,
  group,
  type Parts,
  PER_ROUTE,
  route,
  said,
} from "./small-config.ts";

test("what goes with corsd has no findings", () => {
  expect(findingsIn(config())).toEqual([]);
  expect(findingsIn(config(), facts())).toEqual([]);
});

test("errors come first", () => {
  const parts: Parts = { manager: { merge_slashes: false }, cluster: { circuit_breakers: null } };
  expect(codesOf(parts)).toEqual(["circuit-breakers-low", "path-spellings"]);
});

test("a finding says what it is, where, and what mends it", () => {
  expect(findingsIn(config({ extProc: { observability_mode: true } }))).toEqual([
    {
      code: "observability-mode",
      severity: "error",
      place: {
        listener: "api",
        filterChain: "0",
        filter: "corsd",
        pointer:
          "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/http_filters/0/typed_config",
      },
      message: "Envoy ignores every answer: no preflight is answered and nothing is refused",
      mend: {
        advice: "take `observability_mode` out",
        edit: { kind: "merge", value: { observability_mode: null } },
      },
    },
  ]);
});

describe("whose filter it is", () => {
  const elsewhere = { grpc_service: { envoy_grpc: { cluster_name: "judge" } } };
  const missing = "cluster-missing";

  test.each<[string, Parts, readonly string[]]>([
    ["by a cluster with corsd in its name", {}, []],
    ["not another's", { extProc: elsewhere }, ["filter-absent"]],
    [
      "not one of Google's gRPC",
      { extProc: { grpc_service: { envoy_grpc: null } } },
      ["filter-absent"],
    ],
    [
      "by metadata of the filter",
      {
        extProc: {
          grpc_service: { ...elsewhere.grpc_service, initial_metadata: [{ key: "X-Corsd-Mode" }] },
        },
      },
      [missing],
    ],
    [
      "by metadata of a route",
      { extProc: elsewhere, routes: [route("a", group("orders"))] },
      [missing],
    ],
    [
      "not by metadata for another filter",
      {
        extProc: elsewhere,
        routes: [
          route("a", {
            typed_per_filter_config: {
              other: {
                "@type": PER_ROUTE,
                overrides: { grpc_initial_metadata: [{ key: "x-corsd-group" }] },
              },
              corsd: { "@type": "x/y.Other" },
            },
          }),
        ],
      },
      ["filter-absent"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("by the clusters that are named, and by nothing else", () => {
    expect(findingsIn(config({ extProc: elsewhere }), undefined, ["judge"])).toHaveLength(1);
    expect(findingsIn(config(), undefined, ["judge"])).toMatchObject([{ code: "filter-absent" }]);
    const google = config({ extProc: { grpc_service: { envoy_grpc: null } } });
    expect(findingsIn(google, undefined, ["judge"])).toMatchObject([{ code: "filter-absent" }]);
  });

  test("a filter that goes to no cluster of Envoy's has none to look at", () => {
    const grpc = { envoy_grpc: null, initial_metadata: [{ key: "x-corsd-group", value: "" }] };
    expect(codesOf({ extProc: { grpc_service: grpc } }, facts())).toEqual([]);
  });
});

describe("presence", () => {
  const off = { typed_per_filter_config: { corsd: { "@type": FILTER_CONFIG, disabled: true } } };
  const on = { typed_per_filter_config: { corsd: { "@type": FILTER_CONFIG, config: {} } } };

  test.each<[string, Parts, readonly string[]]>([
    ["off on one of two routes", { routes: [route("a"), route("b", off)] }, ["route-uncovered"]],
    ["off by a virtual host, on by its route", { host: off, routes: [route("a", on)] }, []],
    ["off by the route configuration", { routeConfig: off }, ["route-uncovered"]],
    [
      "disabled and enabled by a route",
      { filter: { disabled: true }, routes: [route("a", on)] },
      [],
    ],
    [
      "disabled, and its routes are not there",
      {
        filter: { disabled: true },
        manager: { route_config: null, rds: { route_config_name: "late" } },
      },
      ["routes-missing"],
    ],
    ["disabled for all", { filter: { disabled: true } }, ["filter-never-enabled"]],
    [
      "an override without a filter",
      {
        host: {
          typed_per_filter_config: {
            lost: {
              "@type": PER_ROUTE,
              overrides: { grpc_initial_metadata: [{ key: "x-corsd-mode", value: "" }] },
            },
          },
        },
      },
      ["override-unattached"],
    ],
    [
      "an override without a filter that is not for corsd",
      { host: { typed_per_filter_config: { lost: { "@type": PER_ROUTE } } } },
      [],
    ],
    [
      "an upgrade with corsd's filter of its own",
      {
        manager: { upgrade_configs: [{ upgrade_type: "websocket", filters: [{ name: "corsd" }] }] },
      },
      [],
    ],
    [
      "an upgrade without",
      {
        manager: {
          upgrade_configs: [
            { upgrade_type: "websocket" },
            { upgrade_type: "x", filters: [{ name: "a" }] },
          ],
        },
      },
      ["upgrade-bypass"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("routes without a name go by their number, and a long list is cut", () => {
    const routes = Array.from({ length: 10 }, () => ({ match: { prefix: "/" }, ...off }));
    const [found] = findingsIn(config({ routes: [route("a"), ...routes] }));
    expect(found?.message).toContain("`1`, `2`, `3`, `4`, `5`, `6`, `7`, `8` and 2 more");
  });
});

describe("order", () => {
  const rbac = filter("who", "rbac.v3.RBAC");
  const limit = filter("limit", "ratelimit.v3.RateLimit");
  const cors = filter("cors", "cors.v3.Cors");
  const policy = (patch: object): object => ({
    typed_per_filter_config: {
      cors: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
        ...patch,
      },
    },
  });

  test.each<[string, Parts, readonly string[]]>([
    [
      "two that know who somebody is",
      { front: [rbac, filter("jwt", "jwt_authn.v3.JwtAuthentication")] },
      ["after-authentication"],
    ],
    ["a rate limit", { front: [limit] }, ["after-refusing-filter"]],
    ["one that refuses nothing", { front: [filter("lua", "lua.v3.Lua")] }, []],
    ["the native filter alone", { front: [cors] }, []],
    [
      "with a policy of a route",
      { front: [cors], routes: [route("a", policy({}))] },
      ["native-cors-policy"],
    ],
    [
      "with one that is switched off",
      { front: [cors], host: policy({ filter_enabled: { default_value: {} } }) },
      [],
    ],
    [
      "with one for some",
      { front: [cors], host: policy({ filter_enabled: { default_value: { numerator: 1 } } }) },
      ["native-cors-policy"],
    ],
    [
      "with one of another filter",
      { front: [filter("other", "cors.v3.Cors")], host: policy({}) },
      [],
    ],
    ["with something else of its name", { front: [cors], host: policy({ "@type": "x/y.Z" }) }, []],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });
});

describe("messages", () => {
  const mode = (value: string): object => ({
    grpc_service: { initial_metadata: [{ key: "x-corsd-mode", value }] },
  });

  test.each<[string, Parts, readonly string[]]>([
    ["defaults", { extProc: { processing_mode: null } }, []],
    [
      "no request headers",
      { extProc: { processing_mode: { request_header_mode: "SKIP" } } },
      ["request-headers-not-sent"],
    ],
    [
      "bodies and trailers",
      {
        extProc: {
          processing_mode: {
            request_body_mode: "STREAMED",
            response_body_mode: "NONE",
            request_trailer_mode: "SEND",
          },
        },
      },
      ["bodies-sent", "trailers-sent"],
    ],
    ["a mode that nobody knows", { extProc: mode("quick") }, ["mode-unknown"]],
    [
      "without routes",
      { routes: [], extProc: { processing_mode: { response_header_mode: "SKIP" } } },
      ["response-headers-not-sent"],
    ],
    ["another mode, without routes", { routes: [], extProc: mode("request-only") }, []],
    [
      "an override of a virtual host",
      {
        host: said({ processing_mode: { response_header_mode: "SKIP" } }),
        routes: [route("a"), route("b")],
      },
      ["response-headers-not-sent"],
    ],
    [
      "an override of a route",
      { routes: [route("a", said({ processing_mode: { response_header_mode: "SKIP" } }))] },
      ["response-headers-not-sent"],
    ],
    [
      "an override that fails closed",
      {
        extProc: { failure_mode_allow: false },
        routes: [route("a", said({ failure_mode_allow: false }))],
      },
      [],
    ],
    ["an override that fails open", { host: said({ failure_mode_allow: true }) }, ["fails-open"]],
    [
      "an override where the filter is off",
      {
        routes: [
          route("b"),
          route("a", {
            typed_per_filter_config: {
              corsd: {
                "@type": PER_ROUTE,
                disabled: true,
                overrides: { failure_mode_allow: true },
              },
            },
          }),
        ],
      },
      ["route-uncovered"],
    ],
    [
      "nobody listens to answers",
      { extProc: { disable_immediate_response: true } },
      ["immediate-response-disabled"],
    ],
    ["short", { extProc: { message_timeout: "0s" } }, ["message-timeout-short"]],
    ["long", { extProc: { message_timeout: "3s" } }, ["message-timeout-long"]],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("an override of a virtual host stands there, and is told once", () => {
    const parts: Parts = {
      host: said({ processing_mode: { response_header_mode: "SKIP" } }),
      routes: [route("a"), route("b")],
    };
    const [found] = findingsIn(config(parts));
    expect(found?.place).toMatchObject({ virtualHost: "all" });
    expect(found?.place).not.toHaveProperty("route");
    expect(found?.place.pointer).toMatch(/\/virtual_hosts\/0\/.*\/processing_mode$/);
  });

  test.each([
    [["request.protocol"], { needsRouteName: true }, ["route-name-not-sent"]],
    [["xds.route_name"], { needsHttpVersion: true }, ["protocol-not-sent"]],
    [[], {}, []],
    [["xds.route_name", "request.protocol"], { needsRouteName: true, needsHttpVersion: true }, []],
  ])("attributes %j for %j", (attributes, needs, codes) => {
    expect(codesOf({ extProc: { request_attributes: attributes } }, facts(needs))).toEqual(codes);
  });
});

describe("request-only", () => {
  const keys = ["allow-origin", "allow-credentials", "allow-methods", "allow-headers", "max-age"]
    .concat("expose-headers", "allow-private-network")
    .map((key) => `access-control-${key}`)
    .concat("timing-allow-origin");
  const printed = (names: readonly string[]): object => ({
    response_headers_to_add: names.map((key) => ({
      header: {
        key,
        value: `%DYNAMIC_METADATA(cors:${key.replace("access-control-", "").replaceAll("-", "_")})%`,
      },
    })),
  });
  const whole: Parts = {
    extProc: {
      grpc_service: { initial_metadata: [{ key: "x-corsd-mode", value: "request-only" }] },
      processing_mode: { response_header_mode: "SKIP" },
      metadata_options: { receiving_namespaces: { untyped: ["cors"] } },
      failure_mode_allow: true,
    },
    host: { ...printed([...keys, "vary"]), response_headers_to_remove: keys },
  };

  test.each<[string, Parts, readonly string[]]>([
    ["whole", {}, []],
    [
      "by the route configuration",
      {
        host: {},
        routeConfig: { ...printed([...keys, "vary"]), response_headers_to_remove: keys },
      },
      [],
    ],
    [
      "no metadata",
      { extProc: { ...whole.extProc, metadata_options: null } },
      ["metadata-not-received"],
    ],
    [
      "metadata by a route",
      {
        extProc: { ...whole.extProc, metadata_options: null },
        routes: [
          route("a", said({ metadata_options: { receiving_namespaces: { untyped: ["cors"] } } })),
        ],
      },
      [],
    ],
    [
      "one stays",
      { host: { ...whole.host, response_headers_to_remove: keys.slice(1) } },
      ["response-headers-not-removed"],
    ],
    [
      "one is not printed",
      { host: { ...whole.host, ...printed(keys) } },
      ["response-headers-not-added"],
    ],
    [
      "printed from elsewhere",
      {
        host: {
          ...whole.host,
          response_headers_to_add: [
            { header: { key: "vary", value: "%DYNAMIC_METADATA(other:vary)%" } },
          ],
        },
      },
      ["response-headers-not-added"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf({ ...whole, ...parts })).toEqual(codes);
  });

  test("a route may be in the full set-up, if it says all that takes", () => {
    const full = { key: "x-corsd-mode", value: "" };
    const mode = { grpc_initial_metadata: [full] };
    const both = { ...mode, processing_mode: {}, failure_mode_allow: false };
    const routes = [route("a"), route("b", said(both))];
    expect(codesOf({ ...whole, routes })).toEqual([]);
    const half = { ...whole, routes: [route("a"), route("b", said(mode))] };
    expect(codesOf(half)).toEqual(["response-headers-not-sent", "fails-open"]);
  });

  test("what stands there already stays", () => {
    const own = { header: { key: "x-own", value: "1" }, keep_empty_value: true };
    const host = {
      response_headers_to_remove: [...keys, "server"],
      response_headers_to_add: [own],
    };
    const [found] = findingsIn(config({ ...whole, host }));
    expect(found?.mend.edit).toMatchObject({
      value: { response_headers_to_add: { 0: own, length: 10 } },
    });
  });
});

describe("mutation rules", () => {
  test.each<[string, object | null, readonly string[]]>([
    ["none", null, ["mutation-unlimited"]],
    ["nothing forbidden", { disallow_all: null, allow_expression: null }, []],
    ["all forbidden", { allow_expression: null }, ["mutation-dropped"]],
    ["one forbidden", { disallow_expression: { regex: "vary|x-.*" } }, ["mutation-dropped"]],
    [
      "one too few",
      { allow_expression: { regex: "access-control-.*" }, disallow_is_error: true },
      ["mutation-dropped"],
    ],
    [
      "an expression for part of the name",
      { allow_expression: { regex: "access-control-" } },
      ["mutation-dropped"],
    ],
  ])("%s", (_, rules, codes) => {
    expect(codesOf({ extProc: { mutation_rules: rules } })).toEqual(codes);
  });

  test("names what is dropped", () => {
    const rules = { disallow_expression: { regex: ".*max.*|vary" } };
    const [found] = findingsIn(config({ extProc: { mutation_rules: rules } }));
    expect(found?.message).toContain("`access-control-max-age`, `vary`, in silence");
  });
});

describe("forward rules", () => {
  const forward = (rules: object | null): Parts => ({ extProc: { forward_rules: rules } });
  const allow = (...patterns: readonly object[]): object => ({
    allowed_headers: { patterns },
    disallowed_headers: null,
  });
  const all = [
    { safe_regex: { regex: ":(method|path|authority|scheme)" } },
    { prefix: "ACCESS-CONTROL-", ignore_case: true },
    { suffix: "igin" },
    { exact: "upgrade" },
    { exact: "vary" },
    { contains: "fetch" },
    { exact: "x-forwarded-proto" },
  ];

  test.each<[string, object | null, readonly string[]]>([
    ["none", null, ["forward-private"]],
    ["matchers of every kind", allow(...all), []],
    ["of a kind that is not known", allow(...all.slice(1), { custom: {} }), ["forward-missing"]],
    [
      "no origin",
      allow(...all.filter((one) => !("suffix" in one)), { exact: "timing-allow-origin" }),
      ["forward-origin-missing"],
    ],
    [
      "origin forbidden",
      {
        disallowed_headers: {
          patterns: [{ exact: "origin" }, { suffix: "cookie" }, { contains: "authorization" }],
        },
      },
      ["forward-origin-missing"],
    ],
    ["no Vary", allow(...all.filter((one) => one !== all[4])), ["forward-missing"]],
    ["no hints", allow(...all.slice(0, 5)), ["forward-hints-missing"]],
    ["a private one", allow(...all, { exact: "cookie" }), ["forward-private"]],
  ])("%s", (_, rules, codes) => {
    expect(codesOf(forward(rules))).toEqual(codes);
  });

  test("exposing everything needs all names", () => {
    const document = facts({ exposesEverything: true });
    expect(codesOf(forward(allow(...all)), document)).toEqual(["forward-names-missing"]);
    expect(codesOf({}, document)).toEqual([]);
  });
});

describe("skipping", () => {
  const MATCHED = "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher";
  const skip = {
    typed_config: { "@type": "x/envoy.extensions.filters.common.matcher.action.v3.SkipFilter" },
  };
  const matcher = (match: object, patch: object = {}): object => ({
    predicate: {
      not_matcher: {
        single_predicate: {
          input: {
            typed_config: {
              "@type": "x/envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
              header_name: "Origin",
            },
          },
          value_match: match,
        },
      },
    },
    on_match: { action: skip },
    ...patch,
  });
  const wrapped = (xds_matcher: object): Parts => {
    const [inner] = [config().valueOf()];
    const plain = JSON.parse(JSON.stringify(inner)).static_resources.listeners[0].filter_chains[0]
      .filters[0].typed_config.http_filters[0];
    const typed_config = { "@type": MATCHED, extension_config: plain, xds_matcher };
    return { manager: { http_filters: [{ name: "corsd", typed_config }] } };
  };
  const list = (...matchers: readonly object[]): object => ({ matcher_list: { matchers } });
  const vary = (value: string): object => ({
    response_headers_to_add: [{ header: { key: "Vary", value } }],
  });
  const any = matcher({ safe_regex: { regex: ".*" } });

  test.each<[string, Parts, readonly string[]]>([
    ["without Vary", wrapped(list(any)), ["skip-without-vary"]],
    ["with it, of the virtual host", { ...wrapped(list(any)), host: vary("accept, origin") }, []],
    ["of the route configuration", { ...wrapped(list(any)), routeConfig: vary("Origin") }, []],
    ["of the route", { ...wrapped(list(any)), routes: [route("a", vary("Origin"))] }, []],
    ["another Vary", { ...wrapped(list(any)), host: vary("accept") }, ["skip-without-vary"]],
    [
      "any value by a prefix",
      { ...wrapped(list(matcher({ prefix: "" }))), host: vary("Origin") },
      [],
    ],
    ["some values", wrapped(list(matcher({ prefix: "https:" }))), ["skip-unknown"]],
    [
      "an expression for some",
      wrapped(list(matcher({ safe_regex: { regex: "https.*" } }))),
      ["skip-unknown"],
    ],
    ["two matchers", wrapped(list(any, any)), ["skip-unknown"]],
    ["no matcher", wrapped({}), ["skip-unknown"]],
    [
      "something for the rest",
      wrapped({ ...list(any), on_no_match: { action: skip } }),
      ["skip-unknown"],
    ],
    ["another action", wrapped(list(matcher({ prefix: "" }, { on_match: {} }))), ["skip-unknown"]],
    [
      "another predicate",
      wrapped(list(matcher({ prefix: "" }, { predicate: {} }))),
      ["skip-unknown"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("requireOrigin cannot be kept; an open document needs no Vary", () => {
    const parts = wrapped(list(any));
    const document = facts({ requiresOrigin: true, isOpen: true });
    expect(codesOf(parts, document)).toEqual(["skip-require-origin"]);
    expect(codesOf(parts, facts({ isOpen: true }))).toEqual([]);
  });
});

describe("groups", () => {
  const byRoute = facts({
    groups: new Map([
      ["orders", { routes: ["orders"], hasOtherMatches: false }],
      ["reports", { routes: ["reports", "report"], hasOtherMatches: false }],
    ]),
  });

  test("a name that the document does not have, once", () => {
    const routes = [
      route("a", group("ordres")),
      route("b", group("ordres")),
      route("c", group("orders")),
    ];
    const found = findingsIn(config({ routes }), facts());
    expect(found).toMatchObject([{ code: "group-unknown", place: { route: "a" } }]);
  });

  test("one of the filter itself", () => {
    const metadata = { initial_metadata: [{ key: "x-corsd-group", value: "all" }] };
    const [found] = findingsIn(config({ extProc: { grpc_service: metadata } }), facts());
    expect(found).toMatchObject({ code: "group-unknown", place: { filter: "corsd" } });
  });

  test("route names that are nowhere", () => {
    const found = findingsIn(config(), byRoute);
    expect(found).toMatchObject([{ code: "route-unknown", place: { pointer: "" } }]);
    expect(found[0]?.message).toContain("`reports`, `report`");
  });

  test.each<[string, Parts]>([
    ["there are no routes", { manager: { route_config: null } }],
    ["they come when they are asked for", { routeConfig: { vhds: {} } }],
    ["a matcher stands for them", { host: { matcher: {} } }],
  ])("nothing is said where %s", (_, parts) => {
    expect(codesOf(parts, byRoute)).toEqual([]);
  });

  test("a route that no group goes by", () => {
    const routes = ["orders", "reports", "report", "health"].map((name) => route(name));
    const found = findingsIn(config({ routes }), byRoute);
    expect(found).toMatchObject([{ code: "route-without-group", place: { virtualHost: "all" } }]);
    expect(found[0]?.message).toContain("`health`");
  });

  test("a document without groups is for everything", () => {
    expect(codesOf({}, facts({ groups: new Map() }))).toEqual([]);
  });
});

describe("the connection manager", () => {
  test.each<[string, Parts, readonly string[]]>([
    ["one spelling is not settled on", { manager: { normalize_path: null } }, ["path-spellings"]],
    ["slashes stay", { manager: { path_with_escaped_slashes_action: null } }, ["path-spellings"]],
    ["the port goes", { manager: { strip_any_host_port: true } }, ["host-port-stripped"]],
    ["anybody's proto", { manager: { use_remote_address: false } }, ["forwarded-proto-trusted"]],
    ["a proxy in front", { manager: { use_remote_address: false, xff_num_trusted_hops: 1 } }, []],
    [
      "a sidecar",
      { manager: { use_remote_address: false }, listener: { traffic_direction: "INBOUND" } },
      [],
    ],
    [
      "an internal listener",
      { manager: { use_remote_address: false }, listener: { internal_listener: {} } },
      [],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });
});

describe("the cluster", () => {
  const HTTP = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const check = (patch: object): object => ({ health_checks: [{ interval: "2s", ...patch }] });
  const two = { load_assignment: endpoints("127.0.0.1", "localhost") };

  test.each<[string, object, readonly string[]]>([
    ["no HTTP/2", { http2_protocol_options: null }, ["http2-missing"]],
    [
      "HTTP/2 by options",
      {
        http2_protocol_options: null,
        typed_extension_protocol_options: {
          [HTTP]: { explicit_http_config: { http2_protocol_options: {} } },
        },
      },
      [],
    ],
    [
      "HTTP/2 by agreement",
      {
        http2_protocol_options: null,
        typed_extension_protocol_options: { [HTTP]: { auto_config: {} } },
      },
      [],
    ],
    [
      "thresholds of another priority",
      { circuit_breakers: { thresholds: [{ priority: "HIGH", max_requests: 9999 }] } },
      ["circuit-breakers-low"],
    ],
    [
      "one threshold at its default",
      { circuit_breakers: { thresholds: [{ max_requests: 9999 }] } },
      ["circuit-breakers-low"],
    ],
    [
      "1,024",
      { circuit_breakers: { thresholds: [{ max_requests: 1024, max_pending_requests: 9999 }] } },
      ["circuit-breakers-low"],
    ],
    [
      "1,025",
      { circuit_breakers: { thresholds: [{ max_requests: 1025, max_pending_requests: 1025 }] } },
      [],
    ],
    ["two instances", two, ["health-checks-missing"]],
    ["two instances, checked", { ...two, ...check({ no_traffic_interval: "2s" }) }, []],
    ["checked while in use", check({}), ["health-checks-idle"]],
    ["a socket file", { load_assignment: endpoints("pipe") }, []],
    ["far away", { load_assignment: endpoints("10.0.0.1") }, ["tls-missing"]],
    ["far away by TLS", { load_assignment: endpoints("10.0.0.1"), transport_socket: {} }, []],
    [
      "a name that only looks near",
      { load_assignment: endpoints("127.0.0.1.example.com") },
      ["tls-missing"],
    ],
  ])("%s", (_, cluster, codes) => {
    expect(codesOf({ cluster })).toEqual(codes);
  });

  test("there is none", () => {
    expect(codesOf({ cluster: { name: "other" } })).toEqual(["cluster-missing"]);
  });
});

describe("versions", () => {
  const version = (minor: number, patch = 0, major = 1): Parts => ({
    version: { major_number: major, minor_number: minor, patch },
  });
  const replies = "envoy-local-replies";
  const cve = "envoy-cve-2026-47207";
  const untried = "envoy-untried";

  test.each([
    [1, 30, 9, [untried]],
    [1, 30, 10, [replies, untried]],
    [1, 31, 5, [untried]],
    [1, 31, 6, [replies, untried]],
    [1, 32, 3, [untried]],
    [1, 32, 4, [replies, untried]],
    [1, 33, 0, [untried]],
    [1, 33, 1, [replies, untried]],
    [1, 34, 0, [replies, cve, untried]],
    [1, 35, 12, [replies, cve, untried]],
    [1, 35, 13, [replies, untried]],
    [1, 36, 0, [replies, cve]],
    [1, 36, 9, [replies]],
    [1, 37, 0, [cve]],
    [1, 37, 5, []],
    [1, 38, 2, [cve]],
    [1, 38, 3, []],
    [1, 40, 0, []],
    [2, 0, 0, []],
  ])("%d.%d.%d", (major, minor, patch, codes) => {
    expect(codesOf(version(minor, patch, major))).toEqual(codes);
  });

  test("continued preflights do not work where local replies are not shown", () => {
    const document = facts({ continuesPreflights: true });
    expect(codesOf(version(36, 9), document)).toEqual(["envoy-preflight-continue", replies]);
    expect(codesOf(version(37, 5), document)).toEqual([]);
  });

  test("nothing is said of a version that is not known", () => {
    expect(findingsIn({ ...config(), node: {} })).toEqual([]);
  });
});

test("every code is a lower-case phrase", () => {
  for (const code of Object.keys(FINDING_CODES)) expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
});
