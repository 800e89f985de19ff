import { join } from "node:path";
import { type Bootstrap, renderConfig } from "../../envoy/render.ts";
import type { Setup } from "./gateway.ts";

const ENVOY = join(import.meta.dirname, "..", "..", "envoy");

type Json = { readonly [key: string]: unknown };
type Shipped = {
  readonly filter_chains: readonly [
    { readonly filters: readonly [{ readonly name: string; readonly typed_config: Manager }] },
  ];
};
type Manager = Json & {
  readonly route_config: { readonly virtual_hosts: readonly [Json] };
  readonly http_filters: readonly { readonly name: string; readonly typed_config: Json }[];
};

/** The header rules that docs/attaching.md gives for `exposeHeaders: "*"` with credentials. */
const SECRETS = ["cookie", "authorization", "proxy-authorization", "set-cookie"];
const ALL_BUT_SECRETS = {
  forward_rules: { disallowed_headers: { patterns: SECRETS.map((exact) => ({ exact })) } },
};

/**
 * A shipped configuration with the routes of the scenarios, which name no group: corsd goes by host and path. It
 * listens on both loopback addresses; methods that HTTP does not know are let in.
 */
export async function envoyConfig(
  setup: Setup,
  places: {
    readonly servicePort: number;
    readonly socketPort: number;
    readonly socket: string;
    readonly ipv6: boolean;
  },
): Promise<Bootstrap> {
  const { servicePort, socketPort, socket, ipv6 } = places;
  const config = await renderConfig(join(ENVOY, `${setup}.yaml`), {
    servicePort,
    corsd: { pipe: socket },
  });
  const { listeners, clusters } = config.static_resources;
  const shipped = listeners[0] as unknown as Shipped;
  const hosts = ["127.0.0.1", ...(ipv6 ? ["::1"] : [])];
  return {
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: {
      listeners: hosts.map((host) => listenerOf(shipped, host, setup)),
      clusters: [
        ...clusters.map((each) => (each.name === "service" ? { ...each, ...HTTP2 } : each)),
        clusterOf("sockets", socketPort),
        // Nothing listens on the discard port of loopback.
        { ...clusterOf("dead", 9), connect_timeout: "0.25s" },
      ],
    },
  } as unknown as Bootstrap;
}

function listenerOf(shipped: Shipped, host: string, setup: Setup): Json {
  const [{ filters }] = shipped.filter_chains;
  const [filter] = filters;
  const { route_config: routes, ...manager } = filter.typed_config;
  // Patience for a busy machine.
  const asked = { message_timeout: "5s", ...(setup === "full" ? ALL_BUT_SECRETS : {}) };
  const typed = {
    ...manager,
    http_filters: manager.http_filters.map((each) =>
      each.name === "envoy.filters.http.ext_proc"
        ? { ...each, typed_config: { ...each.typed_config, ...asked } }
        : each,
    ),
    http_protocol_options: { allow_custom_methods: true },
    route_config: {
      ...routes,
      virtual_hosts: [{ ...routes.virtual_hosts[0], routes: ROUTES }],
    },
  };
  return {
    name: host,
    address: { socket_address: { address: host, port_value: 0 } },
    filter_chains: [{ filters: [{ ...filter, typed_config: typed }] }],
  };
}

/** A path is `/GROUP/BEHIND/…`: see address.ts. There is none for `nowhere`. */
function route(behind: string, action: Json): Json {
  return { name: behind, match: { safe_regex: { regex: `/[^/]+/${behind}/.*` } }, ...action };
}

const ROUTES: readonly Json[] = [
  route("at", { route: { cluster: "service" } }),
  route("socket", { route: { cluster: "sockets" } }),
  route("dead", { route: { cluster: "dead" } }),
  route("limited", { direct_response: { status: 429, body: { inline_string: "x" } } }),
  route("denied", { direct_response: { status: 403, body: { inline_string: "x" } } }),
  route("moved", {
    redirect: {
      response_code: "TEMPORARY_REDIRECT",
      regex_rewrite: { pattern: { regex: "/moved/" }, substitution: "/at/" },
    },
  }),
  { name: "page", match: { path: "/page" }, route: { cluster: "service" } },
];

const HTTP2 = {
  typed_extension_protocol_options: {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
      "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
};

function clusterOf(name: string, port: number): Json {
  const address = { socket_address: { address: "127.0.0.1", port_value: port } };
  return {
    name,
    type: "STATIC",
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}
