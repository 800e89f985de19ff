import { at, isOn, isThere, items, type Spot, secondsOf, textOf, textsOf } from "../spot.ts";
import { readStringMatcher, type StringMatcher } from "./string-matcher.ts";

/** What Envoy sends of a request and its response. */
export type Processing = {
  readonly pointer: string;
  readonly requestHeaders: boolean;
  readonly responseHeaders: boolean;
  /** The fields that have Envoy send bodies, or trailers. */
  readonly bodies: readonly string[];
  readonly trailers: readonly string[];
};

/** Envoy's `HeaderMutationRules`. */
export type MutationRules = {
  readonly isThere: boolean;
  readonly disallowAll: boolean;
  readonly isError: boolean;
  /** Expressions; undefined where there is none. */
  readonly allow: string | undefined;
  readonly disallow: string | undefined;
};

/** Envoy's `HeaderForwardingRules`. */
export type ForwardRules = {
  /** Undefined: all. */
  readonly allowed: readonly StringMatcher[] | undefined;
  readonly disallowed: readonly StringMatcher[];
};

/** The configuration of an ext_proc filter, as far as corsd depends on it. */
export type ExtProc = {
  readonly pointer: string;
  /** Undefined: it does not go to a cluster of Envoy's. */
  readonly cluster: string | undefined;
  /** gRPC metadata that the filter adds, names in lower case. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly processing: Processing;
  readonly attributes: readonly string[];
  readonly mutation: MutationRules;
  readonly forward: ForwardRules;
  readonly failsOpen: boolean;
  readonly observes: boolean;
  readonly ignoresImmediate: boolean;
  /** Seconds. */
  readonly messageTimeout: number;
  /** Namespaces of dynamic metadata that an answer may write. */
  readonly receives: readonly string[];
};

/** What a route, a virtual host or a route configuration says otherwise; undefined: nothing. */
export type Overrides = {
  readonly metadata: ReadonlyMap<string, string>;
  readonly processing: Processing | undefined;
  readonly failsOpen: { readonly value: boolean; readonly pointer: string } | undefined;
  readonly receives: readonly string[] | undefined;
};

/** Envoy's default, in seconds (`message_timeout`). */
const DEFAULT_MESSAGE_TIMEOUT = 0.2;

const RECEIVES = ["metadata_options", "receiving_namespaces", "untyped"];

export function readExtProc(spot: Spot): ExtProc {
  const service = at(spot, "grpc_service");
  const cluster = at(service, "envoy_grpc", "cluster_name");
  return {
    pointer: spot.pointer,
    cluster: isThere(cluster) ? textOf(cluster) : undefined,
    metadata: readMetadata(at(service, "initial_metadata")),
    processing: readProcessing(at(spot, "processing_mode")),
    attributes: textsOf(at(spot, "request_attributes")),
    mutation: readMutation(at(spot, "mutation_rules")),
    forward: readForward(at(spot, "forward_rules")),
    failsOpen: isOn(at(spot, "failure_mode_allow")),
    observes: isOn(at(spot, "observability_mode")),
    ignoresImmediate: isOn(at(spot, "disable_immediate_response")),
    messageTimeout: secondsOf(at(spot, "message_timeout"), DEFAULT_MESSAGE_TIMEOUT),
    receives: textsOf(at(spot, ...RECEIVES)),
  };
}

/** Of an `ExtProcPerRoute`. */
export function readOverrides(spot: Spot): Overrides {
  const written = at(spot, "overrides");
  const processing = at(written, "processing_mode");
  const failsOpen = at(written, "failure_mode_allow");
  const receives = at(written, ...RECEIVES);
  return {
    metadata: readMetadata(at(written, "grpc_initial_metadata")),
    processing: isThere(processing) ? readProcessing(processing) : undefined,
    failsOpen: isThere(failsOpen)
      ? { value: isOn(failsOpen), pointer: written.pointer }
      : undefined,
    receives: isThere(receives) ? textsOf(receives) : undefined,
  };
}

/** A list of `core.v3.HeaderValue`. */
function readMetadata(spot: Spot): ReadonlyMap<string, string> {
  return new Map(
    items(spot).map((entry) => [
      textOf(at(entry, "key")).toLowerCase(),
      textOf(at(entry, "value")),
    ]),
  );
}

/** By default headers are sent, and neither bodies nor trailers are. */
function readProcessing(spot: Spot): Processing {
  const said = (field: string): string => textOf(at(spot, field));
  return {
    pointer: spot.pointer,
    requestHeaders: said("request_header_mode") !== "SKIP",
    responseHeaders: said("response_header_mode") !== "SKIP",
    bodies: ["request_body_mode", "response_body_mode"].filter(
      (field) => !["", "NONE"].includes(said(field)),
    ),
    trailers: ["request_trailer_mode", "response_trailer_mode"].filter(
      (field) => said(field) === "SEND",
    ),
  };
}

function readMutation(spot: Spot): MutationRules {
  const expression = (field: string): string | undefined => {
    const written = at(spot, field);
    return isThere(written) ? textOf(at(written, "regex")) : undefined;
  };
  return {
    isThere: isThere(spot),
    disallowAll: isOn(at(spot, "disallow_all")),
    isError: isOn(at(spot, "disallow_is_error")),
    allow: expression("allow_expression"),
    disallow: expression("disallow_expression"),
  };
}

function readForward(spot: Spot): ForwardRules {
  const matchers = (field: string): readonly StringMatcher[] =>
    items(at(spot, field, "patterns")).map(readStringMatcher);
  return {
    allowed: isThere(at(spot, "allowed_headers")) ? matchers("allowed_headers") : undefined,
    disallowed: matchers("disallowed_headers"),
  };
}
