import type { Difference } from "../difference.ts";
import { NameGiver } from "../policy-name.ts";
import type { WrittenGroup } from "../written-document.ts";
import type { RoutedHost } from "./area.ts";
import { covers, type Entry, placeAreas } from "./place-areas.ts";

export type ImportedGroups = {
  readonly apiGroups: readonly WrittenGroup[];
  readonly differences: readonly Difference[];
};

/** Groups for the routes of hosts: one for each policy, and one for what has none amid others that do. */
export function apiGroupsOf(hosts: readonly RoutedHost[]): ImportedGroups {
  const isTelling = tellingNames(hosts);
  const placed = joined(hosts).map((host) => placeAreas(host, isTelling));
  const entries = closed(placed.flatMap((each) => each.entries));
  const kept = entries.filter(
    (entry) => entry.policy !== undefined || entries.some((other) => wouldTake(other, entry)),
  );
  const names = new NameGiver();
  const policies = [...new Set(kept.map(({ policy }) => policy))];
  const apiGroups = policies.map((policy) => ({
    name: names.give(policy ?? "without-policy"),
    match: matchOf(kept.filter((entry) => entry.policy === policy)),
    policies: policy === undefined ? [] : [policy],
  }));
  // A route may be that of several hosts.
  const said = placed.flatMap(({ differences }) => differences);
  const differences = new Map(said.map((each) => [JSON.stringify(each), each]));
  return { apiGroups, differences: [...differences.values()] };
}

/** A name tells a policy where all routes that have it have that policy. */
function tellingNames(hosts: readonly RoutedHost[]): (route: string) => boolean {
  const policies = new Map<string, Set<string | undefined>>();
  for (const { route, policy } of hosts.flatMap(({ areas }) => areas)) {
    if (route === undefined) continue;
    policies.set(route, (policies.get(route) ?? new Set()).add(policy));
  }
  return (route) => policies.get(route)?.size === 1;
}

/** Each host once, with all of its areas in their order. */
function joined(hosts: readonly RoutedHost[]): readonly RoutedHost[] {
  const names = [...new Set(hosts.map(({ host }) => host))];
  return names.map((host) => ({
    host,
    areas: hosts.filter((each) => each.host === host).flatMap(({ areas }) => areas),
  }));
}

/**
 * A request that no route of its host takes goes nowhere, while corsd goes on to wider hosts: an entry without a policy
 * stands in between.
 */
function closed(entries: readonly Entry[]): readonly Entry[] {
  const hosts = new Set(entries.flatMap(({ host }) => host ?? []));
  const open = [...hosts].filter(
    (host) => !entries.some((entry) => entry.host === host && entry.path === "/"),
  );
  return [
    ...entries,
    ...open.map((host) => ({ host, path: "/", route: undefined, policy: undefined })),
  ];
}

/** True where the one has a policy that the other's requests would come under if it were not there. */
function wouldTake(one: Entry, other: Entry): boolean {
  if (one.policy === undefined) return false;
  if (other.route !== undefined) return true;
  if (one.path === undefined || other.path === undefined) return false;
  if (one.host === other.host) return covers(one.path, other.path);
  return isWider(one.host, other.host) && meet(one.path, other.path);
}

function isWider(host: string | undefined, than: string | undefined): boolean {
  if (host === undefined) return true;
  return than !== undefined && host.startsWith("*.") && than.endsWith(host.slice(1));
}

/** Paths of which one holds the other: some request is below both. */
function meet(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

/** Each once. A host alone is all of its paths. */
function matchOf(entries: readonly Entry[]): WrittenGroup["match"] {
  const matches = entries.map(({ host, path, route }) => ({
    ...(host === undefined ? {} : { host }),
    ...(path === undefined || (path === "/" && host !== undefined) ? {} : { path }),
    ...(route === undefined ? {} : { route }),
  }));
  return [...new Map(matches.map((match) => [JSON.stringify(match), match])).values()];
}
