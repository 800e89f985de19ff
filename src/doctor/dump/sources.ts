import { at, isThere, items, type Spot, textOf, typeOf } from "../spot.ts";

/** What is wherever it stands: static, discovered, or written in a bootstrap. */
export type Sources = {
  readonly node: Spot;
  readonly listeners: readonly Spot[];
  readonly clusters: readonly Spot[];
  /** What Envoy has learned of the endpoints of clusters. */
  readonly assignments: readonly Spot[];
  readonly routeConfigs: readonly Spot[];
  /** Configurations of single filters (ECDS). */
  readonly extensions: readonly Spot[];
  /** Names of route configurations by the name of their scopes (SRDS). */
  readonly scopes: ReadonlyMap<string, readonly string[]>;
};

/** The parts of a `ConfigDump` or of a `Bootstrap`; undefined where it is neither. */
export function sourcesOf(root: Spot): Sources | undefined {
  if (Array.isArray(at(root, "configs").value)) return sourcesOfDump(root);
  return isThere(at(root, "static_resources")) ? sourcesOfBootstrap(root) : undefined;
}

function sourcesOfDump(root: Spot): Sources {
  const sections = items(at(root, "configs"));
  // Envoy writes each section once; a dump that was asked for by resource has many small ones.
  const find = (section: string, list: string, ...path: readonly string[]): readonly Spot[] =>
    sections
      .filter((spot) => typeOf(spot) === `envoy.admin.v3.${section}`)
      .flatMap((spot) => items(at(spot, list)))
      .map((spot) => at(spot, ...path))
      .filter(isThere);
  const [node = root] = sections
    .filter((spot) => typeOf(spot) === "envoy.admin.v3.BootstrapConfigDump")
    .map((spot) => at(spot, "bootstrap", "node"));
  return {
    node,
    listeners: [
      ...find("ListenersConfigDump", "static_listeners", "listener"),
      ...find("ListenersConfigDump", "dynamic_listeners", "active_state", "listener"),
    ],
    clusters: [
      ...find("ClustersConfigDump", "static_clusters", "cluster"),
      ...find("ClustersConfigDump", "dynamic_active_clusters", "cluster"),
    ],
    assignments: [
      ...find("EndpointsConfigDump", "static_endpoint_configs", "endpoint_config"),
      ...find("EndpointsConfigDump", "dynamic_endpoint_configs", "endpoint_config"),
    ],
    routeConfigs: [
      ...find("RoutesConfigDump", "static_route_configs", "route_config"),
      ...find("RoutesConfigDump", "dynamic_route_configs", "route_config"),
    ],
    extensions: find("EcdsConfigDump", "ecds_filters", "ecds_filter"),
    scopes: scopesOf([
      ...find("ScopedRoutesConfigDump", "inline_scoped_route_configs"),
      ...find("ScopedRoutesConfigDump", "dynamic_scoped_route_configs"),
    ]),
  };
}

function scopesOf(configs: readonly Spot[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    configs.map((config) => [
      textOf(at(config, "name")),
      items(at(config, "scoped_route_configs")).map((scope) =>
        textOf(at(scope, "route_configuration_name")),
      ),
    ]),
  );
}

/** Discovered parts are not there before Envoy runs. */
function sourcesOfBootstrap(root: Spot): Sources {
  return {
    node: at(root, "node"),
    listeners: items(at(root, "static_resources", "listeners")),
    clusters: items(at(root, "static_resources", "clusters")),
    assignments: [],
    routeConfigs: [],
    extensions: [],
    scopes: new Map(),
  };
}
