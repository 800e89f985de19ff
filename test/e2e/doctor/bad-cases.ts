import type { FindingCode } from "../../../src/doctor/finding-code.ts";

/** A change to one of the shipped configurations that makes it bad in one way; each part is a JSON Merge Patch. */
export type BadCase = {
  readonly code: FindingCode;
  /** Default: full. */
  readonly base?: "full" | "full-skipping" | "request-only";
  readonly manager?: object;
  /** What stands in front of corsd's filter, and behind it. */
  readonly front?: readonly object[];
  readonly behind?: readonly object[];
  /** corsd's filter as it stands in the chain, its outer configuration, and that of ext_proc. */
  readonly filter?: object;
  readonly matched?: object;
  readonly extProc?: object;
  readonly virtualHost?: object;
  /** The last route, `orders`. */
  readonly route?: object;
  readonly cluster?: object;
  /** Default: `envoy/policies.yaml`; none: `null`. */
  readonly policy?: string | null;
  /** Where it has to be found, beside the listener or the cluster. */
  readonly place: object;
  /** False: what mends it is for people. */
  readonly isMended?: false;
};

const TYPES = "type.googleapis.com/envoy.extensions.filters.http";
const PER_ROUTE = `${TYPES}.ext_proc.v3.ExtProcPerRoute`;
const EXT_PROC = "envoy.filters.http.ext_proc";

const rbac = {
  name: "envoy.filters.http.rbac",
  typed_config: {
    "@type": `${TYPES}.rbac.v3.RBAC`,
    rules: {
      policies: {
        "signed-in": {
          permissions: [{ any: true }],
          principals: [{ header: { name: "authorization", present_match: true } }],
        },
      },
    },
  },
};
const rateLimit = {
  name: "envoy.filters.http.local_ratelimit",
  typed_config: { "@type": `${TYPES}.local_ratelimit.v3.LocalRateLimit`, stat_prefix: "limit" },
};
const nativeCors = {
  name: "envoy.filters.http.cors",
  typed_config: { "@type": `${TYPES}.cors.v3.Cors` },
};
const router = {
  name: "envoy.filters.http.router",
  typed_config: { "@type": `${TYPES}.router.v3.Router` },
};

const names = (...exact: readonly string[]): readonly object[] =>
  exact.map((one) => ({ exact: one }));
const forwarding = (...patterns: readonly object[]): object => ({
  forward_rules: { allowed_headers: { patterns } },
});
const requestNames = names(":method", ":path", ":authority", ":scheme", "upgrade");
const responseNames = names("vary", "timing-allow-origin");
const hintNames = names("sec-fetch-site", "x-forwarded-proto");
const cors = { prefix: "access-control-" };

const policy = (fields: string): string =>
  `policies: [{name: web, allowOrigins: [https://app.example.com], ${fields}}]\n` +
  "apiGroups: [{name: orders, match: [{path: /}], policies: [web]}, {name: reports, match: [{path: /r}], policies: [web]}]\n";

const byRoute = `
policies: [{name: web, allowOrigins: [https://app.example.com]}]
apiGroups:
  - {name: orders, match: [{route: events}], policies: [web]}
  - {name: reports, match: [{route: reports}], policies: [web]}
`;

const endpoints = (...addresses: readonly string[]): object => ({
  load_assignment: {
    endpoints: [
      {
        lb_endpoints: addresses.map((address) => ({
          endpoint: { address: { socket_address: { address, port_value: 50051 } } },
        })),
      },
    ],
  },
});
const healthCheck = {
  timeout: "1s",
  interval: "2s",
  unhealthy_threshold: 2,
  healthy_threshold: 1,
  grpc_health_check: {},
};

const chain = { filterChain: "0" };
const inFilter = { ...chain, filter: EXT_PROC };
const inHost = { ...chain, virtualHost: "api" };
const inRoute = { ...inHost, route: "orders" };

/** One or more of each code that an Envoy can be brought to by its configuration. */
export const BAD_CASES: readonly BadCase[] = [
  {
    code: "listener-uncovered",
    manager: { http_filters: [router] },
    place: chain,
    isMended: false,
  },
  {
    code: "filter-never-enabled",
    filter: { disabled: true },
    virtualHost: { routes: [{ match: { prefix: "/" }, route: { cluster: "service" } }] },
    place: inFilter,
  },
  {
    code: "route-uncovered",
    route: {
      typed_per_filter_config: {
        [EXT_PROC]: { "@type": PER_ROUTE, disabled: true, overrides: null },
      },
    },
    place: inHost,
    isMended: false,
  },
  { code: "observability-mode", extProc: { observability_mode: true }, place: inFilter },
  {
    code: "override-unattached",
    route: {
      typed_per_filter_config: {
        [EXT_PROC]: null,
        corsd: {
          "@type": PER_ROUTE,
          overrides: { grpc_initial_metadata: [{ key: "x-corsd-group", value: "orders" }] },
        },
      },
    },
    place: inRoute,
  },
  {
    code: "upgrade-bypass",
    manager: { upgrade_configs: [{ upgrade_type: "websocket", filters: [router] }] },
    place: chain,
  },
  { code: "after-authentication", front: [rbac], place: inFilter },
  { code: "after-refusing-filter", front: [rateLimit], place: inFilter },
  {
    code: "native-cors-policy",
    behind: [nativeCors],
    virtualHost: {
      typed_per_filter_config: {
        "envoy.filters.http.cors": {
          "@type": `${TYPES}.cors.v3.CorsPolicy`,
          allow_origin_string_match: [{ exact: "https://app.example.com" }],
        },
      },
    },
    place: inHost,
  },
  {
    code: "mode-unknown",
    extProc: { grpc_service: { initial_metadata: [{ key: "x-corsd-mode", value: "fast" }] } },
    place: inFilter,
    isMended: false,
  },
  {
    code: "request-headers-not-sent",
    extProc: { processing_mode: { request_header_mode: "SKIP" } },
    place: inFilter,
  },
  {
    code: "response-headers-not-sent",
    extProc: { processing_mode: { response_header_mode: "SKIP" } },
    place: inFilter,
  },
  {
    code: "response-headers-not-sent",
    route: {
      typed_per_filter_config: {
        [EXT_PROC]: { overrides: { processing_mode: { response_header_mode: "SKIP" } } },
      },
    },
    place: inRoute,
  },
  {
    code: "bodies-sent",
    extProc: { processing_mode: { request_body_mode: "BUFFERED" } },
    place: inFilter,
  },
  {
    code: "trailers-sent",
    extProc: { processing_mode: { response_trailer_mode: "SEND" } },
    place: inFilter,
  },
  {
    code: "immediate-response-disabled",
    extProc: { disable_immediate_response: true },
    place: inFilter,
  },
  { code: "fails-open", extProc: { failure_mode_allow: true }, place: inFilter },
  {
    code: "fails-open",
    route: { typed_per_filter_config: { [EXT_PROC]: { overrides: { failure_mode_allow: true } } } },
    place: inRoute,
  },
  { code: "message-timeout-short", extProc: { message_timeout: "0.001s" }, place: inFilter },
  { code: "message-timeout-long", extProc: { message_timeout: "30s" }, place: inFilter },
  {
    code: "route-name-not-sent",
    extProc: { request_attributes: ["request.protocol"] },
    policy: byRoute,
    place: inFilter,
  },
  {
    code: "protocol-not-sent",
    extProc: { request_attributes: ["xds.route_name"] },
    policy: policy("httpVersions: [HTTP/2]"),
    place: inFilter,
  },
  {
    code: "metadata-not-received",
    base: "request-only",
    extProc: { metadata_options: null },
    place: inFilter,
  },
  {
    code: "response-headers-not-removed",
    base: "request-only",
    virtualHost: { response_headers_to_remove: ["access-control-allow-origin"] },
    place: inHost,
  },
  {
    code: "response-headers-not-added",
    base: "request-only",
    virtualHost: {
      response_headers_to_add: [
        {
          header: {
            key: "access-control-allow-origin",
            value: "%DYNAMIC_METADATA(cors:allow_origin)%",
          },
          append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
        },
      ],
    },
    place: inHost,
  },
  {
    code: "mutation-dropped",
    extProc: { mutation_rules: { allow_expression: { regex: "^access-control-.*$" } } },
    place: inFilter,
  },
  {
    code: "mutation-dropped",
    extProc: {
      mutation_rules: { disallow_expression: { regex: "vary" }, disallow_is_error: true },
    },
    place: inFilter,
  },
  { code: "mutation-unlimited", extProc: { mutation_rules: null }, place: inFilter },
  {
    code: "forward-origin-missing",
    extProc: forwarding(...requestNames, ...responseNames, ...hintNames, cors),
    place: inFilter,
  },
  {
    code: "forward-missing",
    extProc: forwarding(...names("origin"), ...requestNames, ...hintNames, cors),
    place: inFilter,
  },
  {
    code: "forward-hints-missing",
    extProc: forwarding(...names("origin"), ...requestNames, ...responseNames, cors),
    place: inFilter,
  },
  {
    code: "forward-names-missing",
    policy: policy('allowCredentials: true, exposeHeaders: "*"'),
    place: inFilter,
  },
  { code: "forward-private", extProc: { forward_rules: null }, place: inFilter },
  {
    code: "skip-require-origin",
    base: "full-skipping",
    policy: policy("requireOrigin: true"),
    place: inFilter,
    isMended: false,
  },
  {
    code: "skip-without-vary",
    base: "full-skipping",
    virtualHost: { response_headers_to_add: null },
    place: inHost,
  },
  {
    code: "skip-unknown",
    base: "full-skipping",
    matched: {
      xds_matcher: {
        on_no_match: {
          action: {
            name: "skip",
            typed_config: {
              "@type":
                "type.googleapis.com/envoy.extensions.filters.common.matcher.action.v3.SkipFilter",
            },
          },
        },
      },
    },
    place: inFilter,
    isMended: false,
  },
  {
    code: "group-unknown",
    route: {
      typed_per_filter_config: {
        [EXT_PROC]: {
          overrides: { grpc_initial_metadata: [{ key: "x-corsd-group", value: "ordres" }] },
        },
      },
    },
    place: inRoute,
    isMended: false,
  },
  {
    code: "preflight-elsewhere",
    route: { match: { headers: [{ name: ":method", string_match: { exact: "PUT" } }] } },
    policy: null,
    place: inRoute,
  },
  {
    code: "preflight-elsewhere",
    route: { match: { headers: [{ name: "x-api-key", present_match: true }] } },
    policy: null,
    place: inRoute,
  },
  {
    code: "route-without-group",
    route: { typed_per_filter_config: null },
    policy: byRoute,
    place: inHost,
    isMended: false,
  },
  { code: "path-spellings", manager: { merge_slashes: null }, place: chain },
  {
    code: "path-spellings",
    manager: { path_with_escaped_slashes_action: "KEEP_UNCHANGED" },
    place: chain,
  },
  { code: "host-port-stripped", manager: { strip_any_host_port: true }, place: chain },
  { code: "forwarded-proto-trusted", manager: { use_remote_address: null }, place: chain },
  { code: "http2-missing", cluster: { typed_extension_protocol_options: null }, place: {} },
  { code: "circuit-breakers-low", cluster: { circuit_breakers: null }, place: {} },
  {
    code: "health-checks-missing",
    cluster: endpoints("127.0.0.1", "127.0.0.2"),
    place: {},
  },
  {
    code: "health-checks-idle",
    cluster: { health_checks: [healthCheck] },
    place: {},
    isMended: false,
  },
  { code: "tls-missing", cluster: endpoints("192.0.2.1"), place: {}, isMended: false },
];
