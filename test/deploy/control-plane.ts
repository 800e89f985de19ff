import { manifest, readManifests } from "./manifests.ts";

// What control planes make of the manifests, as far as corsd is concerned. They are programs of a cluster; these are
// models of the few steps that count here, after Istio's reference of EnvoyFilter and Envoy Gateway's translator.

export type Filter = {
  readonly name: string;
  disabled?: boolean;
  readonly typed_config: Record<string, unknown>;
};
type Route = {
  readonly name: string;
  readonly typed_per_filter_config?: Record<string, unknown>;
  readonly [field: string]: unknown;
};
type Cluster = { readonly name: string; readonly [field: string]: unknown };

export type ProxyConfig = {
  readonly filters: readonly Filter[];
  readonly routes: readonly Route[];
  readonly clusters: readonly Cluster[];
};

type IstioPatch = {
  readonly applyTo: string;
  readonly match: {
    readonly context: string;
    readonly routeConfiguration?: { readonly vhost: { readonly route: { readonly name: string } } };
  };
  readonly patch: { readonly operation: string; readonly value: unknown };
};

/** The proxy with every patch of an EnvoyFilter. Throws on a patch of another sort than those that are modelled. */
export function patchedByIstio(name: string, proxy: ProxyConfig): ProxyConfig {
  const { written } = manifest("istio", "EnvoyFilter", name);
  const { spec } = written as { spec: { configPatches: IstioPatch[] } };
  return spec.configPatches.reduce(patchOnce, proxy);
}

function patchOnce(proxy: ProxyConfig, { applyTo, match, patch }: IstioPatch): ProxyConfig {
  switch (`${applyTo} ${patch.operation}`) {
    case "CLUSTER ADD":
      return { ...proxy, clusters: [...proxy.clusters, patch.value as Cluster] };
    case "HTTP_FILTER INSERT_FIRST":
      return { ...proxy, filters: [patch.value as Filter, ...proxy.filters] };
    case "HTTP_ROUTE MERGE": {
      const wanted = match.routeConfiguration?.vhost.route.name;
      const routes = proxy.routes.map((route) =>
        route.name === wanted ? { ...route, ...(patch.value as object) } : route,
      );
      return { ...proxy, routes };
    }
    default:
      throw new Error(`${applyTo} ${patch.operation} is not modelled`);
  }
}

type ExtProc = {
  readonly failOpen: boolean;
  readonly messageTimeout: string;
  readonly processingMode: { readonly request: { readonly attributes: string[] } };
};

type JsonPatch = {
  readonly operation: {
    readonly op: string;
    readonly jsonPath: string;
    readonly path: string;
    readonly value: unknown;
  };
};

/**
 * The proxy with the filter of the EnvoyExtensionPolicy: made disabled, enabled by each route, then changed by the
 * EnvoyPatchPolicy. (The cluster is Envoy Gateway's own, and not modelled.)
 */
export function patchedByEnvoyGateway(proxy: ProxyConfig): ProxyConfig {
  const policy = manifest("envoy-gateway", "EnvoyExtensionPolicy", "corsd");
  const { spec } = policy.written as { spec: { extProc: [ExtProc] } };
  const [extProc] = spec.extProc;
  const name = `envoy.filters.http.ext_proc/envoyextensionpolicy/corsd/${policy.metadata.name}/extproc/0`;
  const filter: Filter = {
    name,
    disabled: true,
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
      failure_mode_allow: extProc.failOpen,
      grpc_service: {
        envoy_grpc: { cluster_name: "corsd", authority: "corsd.corsd:50051" },
        timeout: "10s",
      },
      message_timeout: `${Number.parseInt(extProc.messageTimeout, 10) / 1000}s`,
      processing_mode: {
        request_header_mode: "SEND",
        response_header_mode: "SEND",
        request_trailer_mode: "SKIP",
        response_trailer_mode: "SKIP",
      },
      request_attributes: extProc.processingMode.request.attributes,
    },
  };
  const enabled = { "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", config: {} };
  return {
    clusters: proxy.clusters,
    filters: [jsonPatched(filter), ...proxy.filters],
    routes: proxy.routes.map((route) => ({
      ...route,
      typed_per_filter_config: { [name]: enabled },
    })),
  };
}

function jsonPatched(filter: Filter): Filter {
  const { written } = manifest("envoy-gateway", "EnvoyPatchPolicy", "corsd");
  const { spec } = written as { spec: { jsonPatches: JsonPatch[] } };
  const patched = structuredClone(filter);
  for (const { operation } of spec.jsonPatches) {
    const [, name] =
      /^\.\.http_filters\[\?\(@\.name=="([^"]+)"\)\]$/.exec(operation.jsonPath) ?? [];
    const [, field] = /^typed_config\/([a-z_]+)$/.exec(operation.path) ?? [];
    if (operation.op !== "add" || field === undefined) {
      throw new Error(`${operation.op} ${operation.path} is not modelled`);
    }
    // A path that fits nothing is an error of Envoy Gateway's.
    if (name !== patched.name) throw new Error(`${operation.jsonPath} fits no filter`);
    patched.typed_config[field] = operation.value;
  }
  return patched;
}

/** The routes of Envoy Gateway's HTTPRoutes with paths alone, in the form of Envoy. */
export function gatewayRoutes(): readonly Route[] {
  return readManifests("envoy-gateway")
    .filter(({ kind }) => kind === "HTTPRoute")
    .flatMap(({ metadata, written }) => {
      const { spec } = written as {
        spec: { rules: { matches: { path: { value: string }; method?: string }[] }[] };
      };
      return spec.rules.flatMap(({ matches }, rule) =>
        matches.map(({ path, method }, index) => ({
          name: `httproute/corsd/${metadata.name}/rule/${rule}/match/${index}/*`,
          match: {
            path_separated_prefix: path.value,
            ...(method === undefined
              ? {}
              : { headers: [{ name: ":method", string_match: { exact: method } }] }),
          },
          route: { cluster: "service" },
        })),
      );
    });
}
