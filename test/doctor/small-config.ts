import { diagnose } from "../../src/doctor/diagnose.ts";
import type { DocumentFacts } from "../../src/doctor/document-facts.ts";
import { readSetup, type Setup } from "../../src/doctor/dump/setup.ts";
import type { MatchExpression } from "../../src/doctor/dump/string-matcher.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { merged } from "./apply-edit.ts";

/** Enough of expressions for these tests; how RE2 differs is the business of who brings it. */
export const matches: MatchExpression = (expression, text) =>
  new RegExp(`^(?:${expression})$`).test(text);

const FILTERS = "type.googleapis.com/envoy.extensions.filters.http";
export const MANAGER =
  "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
export const EXT_PROC = `${FILTERS}.ext_proc.v3.ExternalProcessor`;
export const PER_ROUTE = `${FILTERS}.ext_proc.v3.ExtProcPerRoute`;
export const FILTER_CONFIG = "type.googleapis.com/envoy.config.route.v3.FilterConfig";

/** A configuration that goes with corsd, and changes to its parts, each a JSON Merge Patch. */
export type Parts = {
  readonly manager?: object;
  readonly filter?: object;
  readonly extProc?: object;
  /** Filters in front of corsd's. */
  readonly front?: readonly object[];
  readonly routeConfig?: object;
  readonly host?: object;
  readonly routes?: readonly object[];
  readonly cluster?: object;
  readonly listener?: object;
  readonly version?: object | null;
};

export const route = (name: string, patch: object = {}): object =>
  merged({ name, match: { prefix: "/" }, route: { cluster: "service" } }, patch) as object;

/** What a route says to corsd's filter. */
export const said = (overrides: object): object => ({
  typed_per_filter_config: { corsd: { "@type": PER_ROUTE, overrides } },
});

export const group = (name: string): object =>
  said({ grpc_initial_metadata: [{ key: "x-corsd-group", value: name }] });

export const filter = (name: string, message: string, patch: object = {}): object =>
  merged({ name, typed_config: { "@type": `${FILTERS}.${message}` } }, patch) as object;

export function corsdFilter({ extProc = {}, filter: patch = {} }: Parts): object {
  const config = merged(
    {
      "@type": EXT_PROC,
      grpc_service: { envoy_grpc: { cluster_name: "corsd" } },
      processing_mode: { request_header_mode: "SEND", response_header_mode: "SEND" },
      request_attributes: ["xds.route_name", "request.protocol"],
      mutation_rules: {
        disallow_all: true,
        allow_expression: {
          regex: "access-control-.*|vary|timing-allow-origin|content-type|cache-control",
        },
      },
      forward_rules: {
        disallowed_headers: { patterns: [{ suffix: "cookie" }, { contains: "authorization" }] },
      },
    },
    extProc,
  );
  return merged({ name: "corsd", typed_config: config }, patch) as object;
}

export function managerOf(parts: Parts): object {
  const { front = [], host = {}, routes = [route("orders")], routeConfig = {} } = parts;
  const router = filter("router", "router.v3.Router");
  const base = {
    "@type": MANAGER,
    use_remote_address: true,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT",
    http_filters: [...front, corsdFilter(parts), router],
    route_config: merged(
      { virtual_hosts: [merged({ name: "all", domains: ["*"], routes }, host)] },
      routeConfig,
    ),
  };
  return merged(base, parts.manager ?? {}) as object;
}

export function clusterOf(patch: object = {}): object {
  return merged(
    {
      name: "corsd",
      circuit_breakers: { thresholds: [{ max_requests: 9999, max_pending_requests: 9999 }] },
      http2_protocol_options: {},
      load_assignment: endpoints("127.0.0.1"),
    },
    patch,
  ) as object;
}

export const endpoints = (...addresses: readonly string[]): object => ({
  cluster_name: "corsd",
  endpoints: [
    {
      lb_endpoints: addresses.map((address) => ({
        endpoint: {
          address:
            address === "pipe"
              ? { pipe: { path: "/run/corsd.sock" } }
              : { socket_address: { address } },
        },
      })),
    },
  ],
});

/** A bootstrap of one listener and corsd's cluster. */
export function config(parts: Parts = {}): object {
  const chain = { filters: [{ typed_config: managerOf(parts) }] };
  const listener = merged({ name: "api", filter_chains: [chain] }, parts.listener ?? {});
  const version = parts.version ?? { major_number: 1, minor_number: 40 };
  return {
    node: { user_agent_build_version: { version } },
    static_resources: { listeners: [listener], clusters: [clusterOf(parts.cluster)] },
  };
}

export const facts = (patch: Partial<DocumentFacts> = {}): DocumentFacts => ({
  groups: new Map([["orders", { routes: [], hasOtherMatches: true }]]),
  needsRouteName: false,
  needsHttpVersion: false,
  requiresOrigin: false,
  continuesPreflights: false,
  exposesEverything: false,
  isOpen: false,
  ...patch,
});

export function setupOf(dump: unknown): Setup {
  const setup = readSetup(dump, matches);
  if (!setup.ok) throw new Error(setup.error);
  return setup.value;
}

export function findingsIn(
  dump: unknown,
  document?: DocumentFacts,
  clusters: readonly string[] = [],
): readonly Finding[] {
  return diagnose(setupOf(dump), { document, clusters, version: undefined }, matches);
}

/** What is found in a configuration that is changed in these parts. */
export function codesOf(parts: Parts, document?: DocumentFacts): readonly string[] {
  return findingsIn(config(parts), document).map(({ code }) => code);
}
