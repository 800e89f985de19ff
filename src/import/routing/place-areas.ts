import type { Difference } from "../difference.ts";
import type { Area, RoutedHost } from "./area.ts";

/** An entry of `match`, and the policy of the group that it is to stand in; undefined: a group without one. */
export type Entry = {
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly route: string | undefined;
  readonly policy: string | undefined;
};

export type Placed = {
  readonly entries: readonly Entry[];
  readonly differences: readonly Difference[];
};

/**
 * Turns routes, of which the first that fits counts, into prefixes, of which the longest counts. `isTelling`: whether
 * the name of a route tells its policy.
 */
export function placeAreas(
  { host, areas }: RoutedHost,
  isTelling: (route: string) => boolean,
): Placed {
  const { paths, partial, reached } = layOut(areas);
  const routes: Entry[] = [];
  const differences: Difference[] = notesOf(reached);
  for (const area of partial) {
    const { path, route, policy, place } = area;
    const around = path === undefined ? undefined : coverOf(path, paths);
    if (around === undefined ? isAlike(area, paths) : paths.get(around) === policy) continue;
    if (route !== undefined && isTelling(route) && needsName(area, around)) {
      routes.push({ host: undefined, path: undefined, route, policy });
      continue;
    }
    const text = placePartial(area, around, paths);
    if (text !== undefined) differences.push({ place, policy, text });
  }
  const entries = [...paths].map(([path, each]) => ({
    host,
    path,
    route: undefined,
    policy: each,
  }));
  return { entries: [...routes, ...entries], differences };
}

type Layout = {
  /** Policies of whole prefixes. */
  readonly paths: Map<string, string | undefined>;
  readonly partial: readonly Area[];
  /** Both, in their order. */
  readonly reached: readonly Area[];
};

function layOut(areas: readonly Area[]): Layout {
  const paths = new Map<string, string | undefined>();
  const partial: Area[] = [];
  const reached: Area[] = [];
  for (const area of areas) {
    const { path, extent, policy } = area;
    // Behind a route that takes all of it, an area is never reached.
    if (path !== undefined && coverOf(path, paths) !== undefined) continue;
    reached.push(area);
    if (path !== undefined && extent === "all") paths.set(path, policy);
    else partial.push(area);
  }
  return { paths, partial, reached };
}

/** What is without a policy is judged otherwise only amid what has one. */
function notesOf(areas: readonly Area[]): Difference[] {
  const isAmid = ({ path }: Area): boolean =>
    areas.some(
      (other) =>
        other.policy !== undefined &&
        other.path !== undefined &&
        path !== undefined &&
        covers(other.path, path),
    );
  return areas.flatMap((area) => {
    const { note, place, policy } = area;
    const isSaid = note !== undefined && (policy !== undefined || isAmid(area));
    return isSaid ? [{ place, policy, text: note }] : [];
  });
}

/** True for what is no path, where all paths of the host are judged as it is. */
function isAlike({ path, policy }: Area, paths: ReadonlyMap<string, string | undefined>): boolean {
  return (
    path === undefined && paths.has("/") && [...paths.values()].every((each) => each === policy)
  );
}

/** What cannot be said by a path, or would be said of others too. */
function needsName({ path, policy }: Area, around: string | undefined): boolean {
  return path === undefined || around !== undefined || policy !== undefined;
}

/** Finds a place for what is only a part of a prefix. The result says what that does to others. */
function placePartial(
  { path, extent, policy, words }: Area,
  around: string | undefined,
  paths: Map<string, string | undefined>,
): string | undefined {
  if (path === undefined) {
    return `${words} cannot be told from others of the host: they are judged as those, not ${by(policy)}`;
  }
  if (around === undefined) {
    if (policy === undefined) return undefined;
    paths.set(path, policy);
    return extent === "exact"
      ? `${words}: the paths below it are judged by the policy too`
      : `${words}: other requests below \`${path}\` are judged by the policy too`;
  }
  if (extent === "exact" && around !== path) {
    // Of two policies neither is granted to what the other was meant for.
    paths.set(path, undefined);
    return `${words} cannot be told from the paths below it: all of them are left to the service, without a policy`;
  }
  return `${words} cannot be told from other requests of the path: they are judged ${by(paths.get(around))}, not ${by(policy)}`;
}

function by(policy: string | undefined): string {
  return policy === undefined ? "without a policy" : `by \`${policy}\``;
}

/** The prefix that holds the path; of several the longest. */
function coverOf(path: string, paths: ReadonlyMap<string, unknown>): string | undefined {
  return [...paths.keys()]
    .filter((prefix) => covers(prefix, path))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** True where all paths below the second are below the first. */
export function covers(prefix: string, path: string): boolean {
  return prefix === "/" || path === prefix || path.startsWith(`${prefix}/`);
}
