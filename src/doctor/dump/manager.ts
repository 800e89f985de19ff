import type { Place } from "../place.ts";
import { at, isOn, isThere, items, numberOf, type Spot, textOf } from "../spot.ts";
import { type Discovered, type HttpFilter, readHttpFilter } from "./http-filter.ts";
import { readVirtualHosts, type VirtualHost } from "./route-config.ts";
import type { MatchExpression } from "./string-matcher.ts";

/** An upgrade with filters of its own, which then stand instead of those of the connection manager. */
export type OwnUpgrade = {
  readonly type: string;
  readonly place: Place;
  readonly filters: readonly HttpFilter[];
};

/** An HTTP connection manager. */
export type Manager = {
  readonly place: Place;
  readonly filters: readonly HttpFilter[];
  readonly upgrades: readonly OwnUpgrade[];
  readonly hosts: readonly VirtualHost[];
  /** Route configurations, or scopes of them, that it uses and that are not there. */
  readonly missingRoutes: readonly string[];
  /** Whether it takes connections from outside of a mesh or a process, as far as that shows. */
  readonly isOuter: boolean;
  readonly usesRemoteAddress: boolean;
  readonly trustedHops: number;
  readonly normalizesPath: boolean;
  readonly mergesSlashes: boolean;
  /** `path_with_escaped_slashes_action`. */
  readonly escapedSlashes: string;
  readonly stripsAnyPort: boolean;
};

/** What a connection manager refers to by name. */
export type Named = {
  readonly discovered: Discovered;
  /** By name: inline ones stand in the connection manager itself. */
  readonly routeConfigs: ReadonlyMap<string, Spot>;
  /** Names of route configurations by the name of their scopes (SRDS). */
  readonly scopes: ReadonlyMap<string, readonly string[]>;
};

export function readManager(
  spot: Spot,
  owner: Place,
  isOuter: boolean,
  named: Named,
  matches: MatchExpression,
): Manager {
  const place = { ...owner, pointer: spot.pointer };
  const filters = (list: Spot): readonly HttpFilter[] =>
    items(list).map((filter) => readHttpFilter(filter, place, named.discovered));
  const upgrades = items(at(spot, "upgrade_configs"))
    .map((upgrade) => ({
      type: textOf(at(upgrade, "upgrade_type")),
      place: { ...place, pointer: upgrade.pointer },
      filters: filters(at(upgrade, "filters")),
    }))
    .filter((upgrade) => upgrade.filters.length > 0);
  const found = routeConfigsOf(spot, named);
  return {
    place,
    isOuter,
    upgrades,
    filters: filters(at(spot, "http_filters")),
    missingRoutes: found.missing,
    hosts: found.configs.flatMap((config) => readVirtualHosts(config, owner, matches)),
    usesRemoteAddress: isOn(at(spot, "use_remote_address")),
    trustedHops: numberOf(at(spot, "xff_num_trusted_hops"), 0),
    normalizesPath: isOn(at(spot, "normalize_path")),
    mergesSlashes: isOn(at(spot, "merge_slashes")),
    escapedSlashes: textOf(at(spot, "path_with_escaped_slashes_action")),
    stripsAnyPort: isOn(at(spot, "strip_any_host_port")),
  };
}

type RouteConfigs = { readonly configs: readonly Spot[]; readonly missing: readonly string[] };

/** Inline, by name (RDS), and by scope (SRDS). */
function routeConfigsOf(spot: Spot, { routeConfigs, scopes }: Named): RouteConfigs {
  const scoped = at(spot, "scoped_routes");
  const list = at(scoped, "scoped_route_configurations_list", "scoped_route_configurations");
  const scope = isThere(at(scoped, "scoped_rds")) ? textOf(at(scoped, "name")) : "";
  const names = [
    textOf(at(spot, "rds", "route_config_name")),
    ...items(list).map((one) => textOf(at(one, "route_configuration_name"))),
    ...(scopes.get(scope) ?? []),
  ];
  // Inline configurations stand in the dump once more, mostly without a name.
  const wanted = [...new Set(names.filter((name) => name !== ""))];
  return {
    configs: [
      at(spot, "route_config"),
      ...items(list).map((one) => at(one, "route_configuration")),
      ...wanted.flatMap((name) => routeConfigs.get(name) ?? []),
    ],
    missing: [
      ...wanted.filter((name) => !routeConfigs.has(name)),
      ...(scope === "" || scopes.has(scope) ? [] : [scope]),
    ],
  };
}
