import { join } from "node:path";
import type { Bootstrap } from "../../envoy/render.ts";
import { renderConfig } from "../../envoy/render.ts";
import { LANES, type Lane } from "./lane.ts";

const ENVOY = join(import.meta.dirname, "..", "..", "envoy");
const TLS = join(import.meta.dirname, "..", "server", "tls");

type Json = { readonly [key: string]: unknown };

/** A listener of the shipped configuration, as far as it is taken apart. */
type ShippedListener = {
  readonly filter_chains: readonly [
    { readonly filters: readonly [{ readonly typed_config: Manager }] },
  ];
};

type Manager = {
  readonly http_filters: readonly Json[];
  readonly route_config: { readonly virtual_hosts: readonly [VirtualHost] };
};

type VirtualHost = {
  readonly routes: readonly Json[];
  readonly response_headers_to_add?: readonly Json[];
};

/**
 * The shipped configuration with a listener for each lane, in their order; everything between Envoy and corsd stands as
 * shipped. Answers name the protocol of the request in `x-protocol`.
 */
export async function envoyWithProtocols(
  file: string,
  places: { readonly servicePort: number; readonly quicPort: number; readonly socket: string },
): Promise<Bootstrap> {
  const { servicePort, quicPort, socket } = places;
  const config = await renderConfig(join(ENVOY, file), { servicePort, corsd: { pipe: socket } });
  const patient = JSON.parse(
    JSON.stringify(config).replace('"message_timeout":"0.2s"', '"message_timeout":"5s"'),
  ) as Bootstrap;
  const { listeners, clusters } = patient.static_resources;
  const shipped = listeners[0] as unknown as ShippedListener;
  const manager = shipped.filter_chains[0].filters[0].typed_config;
  return {
    ...patient,
    static_resources: {
      listeners: LANES.map((lane) => listenerOf(lane, withRoutes(manager), quicPort)),
      clusters: [...clusters, grpcCluster(socket), deadCluster()],
    },
  } as unknown as Bootstrap;
}

/** gRPC-Web in front of the router, a route to a gRPC service, and one to a service that is not there. */
function withRoutes(manager: Manager): Json {
  const { http_filters: filters, route_config: routes } = manager;
  const [host] = routes.virtual_hosts;
  const last = host.routes.at(-1) ?? {};
  const grpcWeb = {
    name: "envoy.filters.http.grpc_web",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.grpc_web.v3.GrpcWeb",
    },
  };
  const routesTo = (name: string, prefix: string): Json => ({
    ...last,
    name,
    match: { prefix },
    route: { cluster: name },
  });
  return {
    ...manager,
    http_filters: [...filters.slice(0, -1), grpcWeb, filters.at(-1)],
    route_config: {
      ...routes,
      virtual_hosts: [
        {
          ...host,
          routes: [
            routesTo("grpc", "/grpc.health.v1.Health/"),
            routesTo("dead", "/dead"),
            ...host.routes,
          ],
          response_headers_to_add: [
            ...(host.response_headers_to_add ?? []),
            { header: { key: "x-protocol", value: "%PROTOCOL%" } },
          ],
        },
      ],
    },
  };
}

function listenerOf(lane: Lane, manager: Json, quicPort: number): Json {
  const filter = {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: { ...manager, codec_type: lane.codec, ...lane.manager },
  };
  const chain = { filters: [filter] };
  const address = { socket_address: { address: "127.0.0.1", port_value: 0 } };
  switch (lane.transport) {
    case "plaintext":
      return { name: lane.name, address, filter_chains: [chain] };
    case "TLS":
      return {
        name: lane.name,
        address,
        filter_chains: [{ ...chain, transport_socket: tls(lane.alpn) }],
      };
    case "QUIC":
      return {
        name: lane.name,
        address: {
          socket_address: { address: "127.0.0.1", port_value: quicPort, protocol: "UDP" },
        },
        udp_listener_config: { quic_options: {} },
        filter_chains: [{ ...chain, transport_socket: quic() }],
      };
  }
}

function context(alpn: readonly string[]): Json {
  const file = (name: string): Json => ({ filename: join(TLS, name) });
  return {
    common_tls_context: {
      alpn_protocols: alpn,
      tls_certificates: [{ certificate_chain: file("first.pem"), private_key: file("first.key") }],
    },
  };
}

function tls(alpn: readonly string[]): Json {
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
      ...context(alpn),
    },
  };
}

function quic(): Json {
  return {
    name: "envoy.transport_sockets.quic",
    typed_config: {
      "@type":
        "type.googleapis.com/envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport",
      downstream_tls_context: context(["h3"]),
    },
  };
}

function cluster(name: string, address: Json): Json {
  return {
    name,
    type: "STATIC",
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}

/** A gRPC service that is there already: corsd answers the standard health check. */
function grpcCluster(socket: string): Json {
  return {
    ...cluster("grpc", { pipe: { path: socket } }),
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
}

/** Nothing listens on the discard port of loopback. */
function deadCluster(): Json {
  const address = { socket_address: { address: "127.0.0.1", port_value: 9 } };
  return { ...cluster("dead", address), connect_timeout: "0.25s" };
}
