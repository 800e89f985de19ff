import type { ConformanceCase, Setup } from "./case.ts";
import { SETUPS } from "./case.ts";

/** The request header by which a case picks its route. */
export const ROUTE_HEADER = "x-conformance-route";

/** What Envoy's route says of a request: its own name and the group that it names. */
type RouteFacts = { readonly route?: string; readonly group?: string };

export type Places = { readonly servicePort: number; readonly socket: string };

/** Names the route of a case among those of {@link bootstrap}. */
export function routeKey({ route, group }: RouteFacts): string {
  return JSON.stringify([route ?? null, group ?? null]);
}

/**
 * One Envoy for all cases: a listener for each set-up, and a route for each route name and group that a case has.
 * Paths arrive as they were sent. That is for the cases about unusual paths; a real Envoy should normalise them.
 */
export function bootstrap(cases: readonly ConformanceCase[], places: Places): object {
  const routes = [...new Map(cases.map(({ request }) => [routeKey(request), request])).values()];
  return {
    static_resources: {
      listeners: SETUPS.map((setup) => listener(setup, routes)),
      clusters: [
        cluster("service", {
          socket_address: { address: "127.0.0.1", port_value: places.servicePort },
        }),
        {
          ...cluster("corsd", { pipe: { path: places.socket } }),
          typed_extension_protocol_options: {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
              "@type": `${TYPE}upstreams.http.v3.HttpProtocolOptions`,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        },
      ],
    },
  };
}

const TYPE = "type.googleapis.com/envoy.extensions.";

function cluster(name: string, address: object): object {
  return {
    name,
    type: "STATIC",
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}

function listener(setup: Setup, routes: readonly RouteFacts[]): object {
  return {
    name: setup,
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            typed_config: {
              "@type": `${TYPE}filters.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: setup,
              normalize_path: false,
              generate_request_id: false,
              http_protocol_options: { accept_http_10: true },
              upgrade_configs: [{ upgrade_type: "websocket" }],
              route_config: {
                virtual_hosts: [
                  {
                    name: "api",
                    domains: ["*"],
                    ...(setup === "request-only" ? PRINTING : {}),
                    routes: routes.map(route),
                  },
                ],
              },
              http_filters: [
                { name: FILTER, typed_config: processor(setup) },
                {
                  name: "envoy.filters.http.router",
                  typed_config: {
                    "@type": `${TYPE}filters.http.router.v3.Router`,
                    suppress_envoy_headers: true,
                  },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

const FILTER = "envoy.filters.http.ext_proc";

function route(facts: RouteFacts): object {
  const { route: name, group } = facts;
  return {
    ...(name === undefined ? {} : { name }),
    match: {
      prefix: "",
      headers: [{ name: ROUTE_HEADER, string_match: { exact: routeKey(facts) } }],
    },
    route: { cluster: "service" },
    ...(group === undefined
      ? {}
      : {
          typed_per_filter_config: {
            [FILTER]: {
              "@type": `${TYPE}filters.http.ext_proc.v3.ExtProcPerRoute`,
              overrides: { grpc_initial_metadata: [{ key: "x-corsd-group", value: group }] },
            },
          },
        }),
  };
}

function processor(setup: Setup): object {
  return {
    "@type": `${TYPE}filters.http.ext_proc.v3.ExternalProcessor`,
    grpc_service: {
      envoy_grpc: { cluster_name: "corsd", skip_envoy_headers: true },
      ...(setup === "request-only"
        ? { initial_metadata: [{ key: "x-corsd-mode", value: "request-only" }] }
        : {}),
    },
    failure_mode_allow: false,
    // A loaded test machine is slow; the shipped configurations say 0.2 s.
    message_timeout: "5s",
    processing_mode: {
      request_header_mode: "SEND",
      response_header_mode: setup === "request-only" ? "SKIP" : "SEND",
    },
    ...(setup === "request-only"
      ? { metadata_options: { receiving_namespaces: { untyped: ["cors"] } } }
      : {}),
    request_attributes: ["xds.route_name", "request.protocol"],
    mutation_rules: {
      disallow_all: true,
      allow_expression: {
        regex: "^(access-control-.*|vary|timing-allow-origin|content-type|cache-control)$",
      },
    },
    forward_rules: setup === "full-all-headers" ? WITHHOLD : FORWARD,
  };
}

const FORWARD = {
  allowed_headers: {
    patterns: [
      { exact: ":method" },
      { exact: ":path" },
      { exact: ":authority" },
      { exact: ":scheme" },
      { exact: ":status" },
      { exact: "origin" },
      { exact: "upgrade" },
      { exact: "vary" },
      { exact: "timing-allow-origin" },
      { exact: "sec-fetch-site" },
      { exact: "x-forwarded-proto" },
      { exact: "traceparent" },
      { prefix: "access-control-" },
    ],
  },
};

const WITHHOLD = {
  disallowed_headers: {
    patterns: [
      { exact: "cookie" },
      { exact: "authorization" },
      { exact: "proxy-authorization" },
      { exact: "set-cookie" },
    ],
  },
};

const PRINTED = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-max-age",
  "access-control-expose-headers",
  "access-control-allow-private-network",
  "timing-allow-origin",
];

/** Removes the service's headers by name and prints what corsd said; a key that it did not send adds nothing. */
const PRINTING = {
  response_headers_to_remove: PRINTED,
  response_headers_to_add: [...PRINTED, "vary"].map((key) => ({
    header: {
      key,
      value: `%DYNAMIC_METADATA(cors:${key.replace("access-control-", "").replaceAll("-", "_")})%`,
    },
    append_action: key === "vary" ? "APPEND_IF_EXISTS_OR_ADD" : "OVERWRITE_IF_EXISTS_OR_ADD",
  })),
};
