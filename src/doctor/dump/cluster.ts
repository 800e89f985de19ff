import type { Place } from "../place.ts";
import { at, isThere, items, numberOf, type Spot, textOf } from "../spot.ts";

export type Cluster = {
  readonly place: Place;
  readonly name: string;
  /** The least of what the thresholds of its default priority let in at a time. */
  readonly maxRequests: number;
  readonly maxPending: number;
  readonly speaksHttp2: boolean;
  readonly hasTls: boolean;
  /** Where it goes: `pipe`, or a host. */
  readonly endpoints: readonly string[];
  readonly healthChecks: readonly { readonly checksWhenIdle: boolean }[];
};

/** Envoy's default of every threshold. */
const DEFAULT_THRESHOLD = 1024;

const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** `assignment`: its endpoints as Envoy has learned them, empty where it was not asked. */
export function readCluster(spot: Spot, assignment: Spot): Cluster {
  const name = textOf(at(spot, "name"));
  const threshold = items(at(spot, "circuit_breakers", "thresholds")).find((one) =>
    ["", "DEFAULT"].includes(textOf(at(one, "priority"))),
  );
  const limit = (field: string): number =>
    threshold === undefined ? DEFAULT_THRESHOLD : numberOf(at(threshold, field), DEFAULT_THRESHOLD);
  const learned = endpointsOf(assignment);
  return {
    name,
    place: { cluster: name, pointer: spot.pointer },
    maxRequests: limit("max_requests"),
    maxPending: limit("max_pending_requests"),
    speaksHttp2: speaksHttp2(spot),
    hasTls: isThere(at(spot, "transport_socket")),
    // Of a name that does not resolve Envoy has learned nothing.
    endpoints: learned.length > 0 ? learned : endpointsOf(at(spot, "load_assignment")),
    healthChecks: items(at(spot, "health_checks")).map((check) => ({
      checksWhenIdle: isThere(at(check, "no_traffic_interval")),
    })),
  };
}

function speaksHttp2(spot: Spot): boolean {
  const options = at(spot, "typed_extension_protocol_options", HTTP_OPTIONS);
  const forms = [
    at(spot, "http2_protocol_options"),
    at(options, "explicit_http_config", "http2_protocol_options"),
    // Over TLS both sides settle on HTTP/2 by themselves.
    at(options, "auto_config"),
  ];
  return forms.some(isThere);
}

function endpointsOf(assignment: Spot): readonly string[] {
  return items(at(assignment, "endpoints"))
    .flatMap((locality) => items(at(locality, "lb_endpoints")))
    .map((one) => {
      const address = at(one, "endpoint", "address");
      return isThere(at(address, "socket_address"))
        ? textOf(at(address, "socket_address", "address"))
        : "pipe";
    });
}
