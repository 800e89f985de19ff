import { err, ok, type Result } from "../../cors/result.ts";
import type { Place } from "../place.ts";
import { at, isThere, items, type Spot, textOf, typeOf } from "../spot.ts";
import { type Cluster, readCluster } from "./cluster.ts";
import { type Manager, type Named, readManager } from "./manager.ts";
import { type Sources, sourcesOf } from "./sources.ts";
import type { MatchExpression } from "./string-matcher.ts";
import { readVersion, type Version } from "./version.ts";

/** The configuration of an Envoy, as far as corsd depends on it. */
export type Setup = {
  /** Undefined where the configuration does not say. */
  readonly version: Version | undefined;
  readonly managers: readonly Manager[];
  readonly clusters: readonly Cluster[];
};

/** Reads what Envoy answers to `/config_dump`, or a bootstrap. The error is a phrase for people. */
export function readSetup(dump: unknown, matches: MatchExpression): Result<Setup, string> {
  const sources = sourcesOf({ value: dump, pointer: "" });
  if (sources === undefined) {
    return err(
      "it is neither a config_dump of Envoy (`configs`) nor a bootstrap (`static_resources`)",
    );
  }
  const named = namedIn(sources);
  const managers = sources.listeners.flatMap((listener) => managersOf(listener, named, matches));
  const assignments = new Map(
    sources.assignments.map((spot) => [textOf(at(spot, "cluster_name")), spot]),
  );
  const clusters = sources.clusters.map((spot) =>
    readCluster(spot, assignments.get(textOf(at(spot, "name"))) ?? NOTHING),
  );
  const version = readVersion(at(sources.node, "user_agent_build_version"));
  return ok({ version, managers, clusters });
}

function namedIn(sources: Sources): Named {
  return {
    discovered: new Map(sources.extensions.map((spot) => [textOf(at(spot, "name")), spot])),
    routeConfigs: new Map(sources.routeConfigs.map((spot) => [textOf(at(spot, "name")), spot])),
    scopes: sources.scopes,
  };
}

const NOTHING: Spot = { value: undefined, pointer: "" };

const MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

function managersOf(listener: Spot, named: Named, matches: MatchExpression): readonly Manager[] {
  const place = { listener: nameOf(listener), pointer: listener.pointer };
  const isOuter = isOuterListener(listener);
  const read = (config: Spot, owner: Place): readonly Manager[] =>
    typeOf(config) === MANAGER ? [readManager(config, owner, isOuter, named, matches)] : [];
  const ofChain = (chain: Spot, filterChain: string): readonly Manager[] =>
    items(at(chain, "filters")).flatMap((filter) =>
      read(at(filter, "typed_config"), { ...place, filterChain }),
    );
  return [
    ...read(at(listener, "api_listener", "api_listener"), place),
    ...items(at(listener, "filter_chains")).flatMap((chain, index) =>
      ofChain(chain, textOf(at(chain, "name")) || String(index)),
    ),
    ...ofChain(at(listener, "default_filter_chain"), "default"),
  ];
}

/** A listener without a name goes by its address. */
function nameOf(listener: Spot): string {
  const address = at(listener, "address", "socket_address");
  const place = `${textOf(at(address, "address"))}:${at(address, "port_value").value}`;
  return textOf(at(listener, "name")) || place;
}

/** A sidecar's, an internal and an API listener are reached by way of a proxy or of the program itself. */
function isOuterListener(listener: Spot): boolean {
  const inner = [at(listener, "internal_listener"), at(listener, "api_listener")].some(isThere);
  const direction = textOf(at(listener, "traffic_direction"));
  return !inner && !["INBOUND", "OUTBOUND"].includes(direction);
}
