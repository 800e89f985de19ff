import { quote } from "../../policy/quote.ts";
import type { Difference } from "../difference.ts";
import type { WrittenGroup } from "../written-document.ts";
import type { KongRoute } from "./kong-entities.ts";

type Entry = WrittenGroup["match"][number];
type Note = Pick<Difference, "place" | "text">;

/** What selects a group, and what of the route it cannot say. */
export type KongMatch = { readonly entries: readonly Entry[]; readonly notes: readonly Note[] };

/** The hosts and paths of a route. What Kong asks beyond that would be lost, so then nothing is matched. */
export function matchOf(route: KongRoute): KongMatch {
  const { place } = route.found;
  const notes: Note[] = [];
  const note = (key: string, text: string): void => {
    notes.push({ place: `${place}/${key}`, text });
  };
  for (const key of route.others) {
    note(
      key,
      `corsd does not select requests by \`${key}\`: until Envoy names the group, its requests fall under another, or none`,
    );
  }
  if (route.methods.length > 0 && !route.methods.includes("OPTIONS")) {
    note(
      "methods",
      "preflights did not reach the plugin, since the route takes no OPTIONS; now they are answered",
    );
  }
  const hosts = route.hosts.filter((host) => {
    const fault = hostFault(host);
    if (fault !== undefined)
      note("hosts", `requests to ${quote(host)} fall under another group, or none: ${fault}`);
    return fault === undefined;
  });
  const paths = route.paths.filter((path) => {
    const isPlain = !path.startsWith("~");
    if (!isPlain)
      note(
        "paths",
        `requests to ${quote(path)} fall under another group, or none: a path is no expression here`,
      );
    return isPlain;
  });
  // A list of which nothing is left must not become a list of nothing, which stands for all.
  const isLost =
    hosts.length < Math.min(1, route.hosts.length) ||
    paths.length < Math.min(1, route.paths.length);
  const entries = isLost || route.others.length > 0 ? [] : combined(hosts, paths);
  return { entries, notes };
}

function hostFault(host: string): string | undefined {
  if (/:[0-9]+$/.test(host)) return "a host has no port here";
  return host.endsWith("*") ? "`*` can stand only in front" : undefined;
}

function combined(hosts: readonly string[], paths: readonly string[]): readonly Entry[] {
  if (paths.length === 0 && hosts.length === 0) return [{ path: "/" }];
  if (paths.length === 0) return hosts.map((host) => ({ host }));
  if (hosts.length === 0) return paths.map((path) => ({ path }));
  return hosts.flatMap((host) => paths.map((path) => ({ host, path })));
}

/** True where one of the entries may lie below one of the others: those would take its requests. */
export function mayOverlap(entries: readonly Entry[], others: readonly Entry[]): boolean {
  return entries.some(({ host = "", path = "/" }) =>
    others.some((other) => {
      const isHost = other.host === undefined || other.host.startsWith("*") || other.host === host;
      return isHost && path.startsWith(other.path ?? "/");
    }),
  );
}
