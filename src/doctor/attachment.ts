import { type ExtProc, type Overrides, readOverrides } from "./dump/ext-proc.ts";
import type { HttpFilter } from "./dump/http-filter.ts";
import type { Manager } from "./dump/manager.ts";
import type { Level, PerFilter, Route, VirtualHost } from "./dump/route-config.ts";
import type { Place } from "./place.ts";
import { at, isOn } from "./spot.ts";

/** gRPC metadata that only corsd has a use for. */
const GROUP = "x-corsd-group";
const MODE = "x-corsd-mode";
export const EXT_PROC_PER_ROUTE = "envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute";

/** corsd's filter in a connection manager, and what becomes of it on each route. */
export type Attachment = {
  readonly manager: Manager;
  readonly filter: HttpFilter;
  readonly extProc: ExtProc;
  /** Where in the chain. */
  readonly index: number;
  readonly hosts: readonly GovernedHost[];
};

export type GovernedHost = {
  readonly host: VirtualHost;
  readonly routes: readonly GovernedRoute[];
};

export type GovernedRoute = {
  readonly route: Route;
  /** False: nobody asks corsd about its requests. */
  readonly isOn: boolean;
  /** The group that it names. */
  readonly group: string | undefined;
  /** All levels together; its metadata with that of the filter. */
  readonly overrides: Overrides;
  readonly setUp: SetUp;
};

/** Which set-up corsd takes it for; `unknown` for a mode that it does not know. */
export type SetUp = "full" | "request-only" | "unknown";

/** The ext_proc filters that are corsd's; `clusters`: they are those that go there. */
export function attachmentsIn(
  managers: readonly Manager[],
  clusters: readonly string[],
): readonly Attachment[] {
  return managers.flatMap((manager) =>
    manager.filters.flatMap((filter, index) => {
      const { extProc } = filter;
      if (extProc === undefined || !isCorsd(extProc, filter, manager, clusters)) return [];
      return [{ manager, filter, extProc, index, hosts: governed(manager, filter, extProc) }];
    }),
  );
}

/** By the cluster that was named; else by a cluster with corsd in its name, or by metadata that is for corsd alone. */
function isCorsd(
  { cluster = "", metadata }: ExtProc,
  { name }: HttpFilter,
  manager: Manager,
  clusters: readonly string[],
): boolean {
  if (clusters.length > 0) return clusters.includes(cluster);
  return (
    cluster.toLowerCase().includes("corsd") ||
    speaksToCorsd(metadata) ||
    levelsOf(manager)
      .flatMap(({ perFilter }) => perFilter)
      .some((one) => one.filter === name && isForCorsd(one))
  );
}

/** True for an override that names a group or a mode. */
export function isForCorsd({ type, config }: PerFilter): boolean {
  return type === EXT_PROC_PER_ROUTE && speaksToCorsd(readOverrides(config).metadata);
}

function speaksToCorsd(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.has(GROUP) || metadata.has(MODE);
}

/** All levels of all route configurations of a connection manager. */
function levelsOf({ hosts }: Manager): readonly Level[] {
  return hosts.flatMap((host) => [host.above, host, ...host.routes]);
}

function governed(
  { hosts }: Manager,
  filter: HttpFilter,
  extProc: ExtProc,
): readonly GovernedHost[] {
  return hosts.map((host) => ({
    host,
    routes: host.routes.map((route) =>
      governedRoute(route, [host.above, host, route], filter, extProc),
    ),
  }));
}

/** Envoy merges what the levels say, from the widest to the closest; whether the filter is off, the closest says. */
function governedRoute(
  route: Route,
  levels: readonly Level[],
  filter: HttpFilter,
  extProc: ExtProc,
): GovernedRoute {
  let isOnHere = !filter.disabled;
  let overrides: Overrides = {
    metadata: extProc.metadata,
    processing: undefined,
    failsOpen: undefined,
    receives: undefined,
  };
  for (const { filter: name, disabled, config } of levels.flatMap(({ perFilter }) => perFilter)) {
    if (name !== filter.name) continue;
    isOnHere = !disabled && !isOn(at(config, "disabled"));
    overrides = merged(overrides, readOverrides(config));
  }
  const { metadata } = overrides;
  return {
    route,
    isOn: isOnHere,
    group: groupIn(metadata),
    overrides,
    setUp: setUpOf(metadata),
  };
}

function merged(wide: Overrides, close: Overrides): Overrides {
  return {
    metadata: new Map([...wide.metadata, ...close.metadata]),
    processing: close.processing ?? wide.processing,
    failsOpen: close.failsOpen ?? wide.failsOpen,
    receives: close.receives ?? wide.receives,
  };
}

/** Which set-up corsd takes it for that is called with this metadata. */
export function setUpOf(metadata: ReadonlyMap<string, string>): SetUp {
  const mode = metadata.get(MODE) ?? "";
  if (mode === "") return "full";
  return mode === "request-only" ? "request-only" : "unknown";
}

/** The group that the metadata names; an empty name is none. */
export function groupIn(metadata: ReadonlyMap<string, string>): string | undefined {
  return metadata.get(GROUP) || undefined;
}

/** The routes whose requests corsd is asked about. */
export function routesOn({ hosts }: Attachment): readonly GovernedRoute[] {
  return hosts.flatMap(({ routes }) => routes).filter(({ isOn: here }) => here);
}

/** Something that holds for some requests, where it is said, and the set-ups of those requests. */
export type InForce<T> = {
  readonly what: T;
  readonly place: Place;
  readonly setUps: ReadonlySet<SetUp>;
};

/**
 * What the filter says, and each override of it once, as far as some route goes by it; where there are no routes, what
 * the filter says. `pick` gives an override of the kind asked for.
 */
export function inForce<T extends { readonly pointer: string }>(
  attachment: Attachment,
  own: T,
  pick: (overrides: Overrides) => T | undefined,
): readonly InForce<T>[] {
  const { filter, extProc, hosts } = attachment;
  const found = new Map<string, InForce<T> & { readonly setUps: Set<SetUp> }>();
  const add = (what: T, owner: Place, setUp: SetUp): void => {
    const place = { ...owner, pointer: what.pointer };
    const known = found.get(what.pointer) ?? { what, place, setUps: new Set() };
    found.set(what.pointer, { ...known, setUps: known.setUps.add(setUp) });
  };
  for (const { host, routes } of hosts) {
    for (const { route, overrides, setUp } of routes.filter(({ isOn: here }) => here)) {
      const what = pick(overrides);
      const isOfRoute = what?.pointer.startsWith(`${route.place.pointer}/`) === true;
      if (what === undefined) add(own, filter.place, setUp);
      else add(what, isOfRoute ? route.place : host.place, setUp);
    }
  }
  if (found.size === 0) add(own, filter.place, setUpOf(extProc.metadata));
  return [...found.values()];
}
