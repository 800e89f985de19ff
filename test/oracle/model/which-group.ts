import type { Group, Meaning, Policy } from "./meaning.ts";
import { isHost, matchesHost } from "./origin.ts";
import type { ModelRequest } from "./request.ts";
import type { WrittenMatch } from "./written.ts";

// Step 1: which group a request belongs to.

export type Place =
  | { readonly kind: "found"; readonly group: Group | undefined }
  /** The deployment names a group that is not there. */
  | { readonly kind: "unknown" }
  /** The path as received and the path decoded are two groups. */
  | {
      readonly kind: "ambiguous";
      readonly received: Group | undefined;
      readonly decoded: Group | undefined;
    };

/** `counts` says which policies make a group one: a group without any is as good as none. */
export function placeOf(
  { groups }: Meaning,
  request: ModelRequest,
  counts: (policy: Policy) => boolean,
): Place {
  // 1.1 The deployment's word.
  if (request.group !== undefined && request.group !== "") {
    const group = groups.find(({ name }) => name === request.group);
    return group === undefined ? { kind: "unknown" } : { kind: "found", group };
  }
  // 1.4 Both readings of the path.
  const received = best(groups, request, receivedPath);
  const decoded = best(groups, request, decodedPath);
  const governed = (group: Group | undefined): Group | undefined =>
    group?.policies.some(counts) === true ? group : undefined;
  if (governed(received) !== governed(decoded)) return { kind: "ambiguous", received, decoded };
  return { kind: "found", group: governed(decoded) ?? decoded };
}

/** A way to read a path; what an entry says is read in the same way as the request. */
type Reading = (path: string) => string;

type Candidate = { readonly group: Group; readonly weights: readonly number[] };

/** 1.2 and 1.3: of the entries that hold, the one that says most; of two alike the earlier one. */
function best(groups: readonly Group[], request: ModelRequest, read: Reading): Group | undefined {
  let found: Candidate | undefined;
  for (const group of groups) {
    for (const entry of group.match) {
      if (!holds(entry, request, read)) continue;
      const weights = weightsOf(entry, read);
      if (found === undefined || isMore(weights, found.weights)) found = { group, weights };
    }
  }
  return found?.group;
}

/** All keys must hold; the path by whole segments. */
function holds(entry: WrittenMatch, request: ModelRequest, read: Reading): boolean {
  if (entry.route !== undefined && entry.route !== request.route) return false;
  if (entry.host !== undefined && !isHostOf(entry.host, hostOf(request.authority))) return false;
  const prefix = prefixOf(entry, read);
  const path = read(request.path);
  return prefix === "" || path === prefix || path.startsWith(`${prefix}/`);
}

function weightsOf(entry: WrittenMatch, read: Reading): readonly number[] {
  const route = entry.route === undefined ? 0 : 1;
  return [route, hostWeight(entry.host), prefixOf(entry, read).length];
}

/** A trailing slash is dropped, so that `/` is the same as none. */
function prefixOf({ path = "/" }: WrittenMatch, read: Reading): string {
  const prefix = read(path);
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}

function isHostOf(pattern: string, host: string | undefined): boolean {
  return host !== undefined && matchesHost(pattern.toLowerCase(), host);
}

/** A route before none, then the longer host, then the longer path. */
function isMore(ours: readonly number[], theirs: readonly number[]): boolean {
  for (const [index, weight] of ours.entries()) {
    const against = theirs[index] ?? 0;
    if (weight !== against) return weight > against;
  }
  return false;
}

/** Exact, then the longest wildcard, then any. */
function hostWeight(host: string | undefined): number {
  if (host === undefined) return 0;
  return host.startsWith("*.") ? host.length : 1_000_000;
}

/** Lower case, without port and one trailing dot; undefined: none, or none that could be one. */
function hostOf(authority: string | undefined): string | undefined {
  if (authority === undefined) return undefined;
  const [, written = ""] = /^(\[.*\]|[^:]*)(?::[0-9]*)?$/.exec(authority) ?? [];
  const host = written.endsWith(".") ? written.slice(0, -1) : written;
  return isHost(host) && !host.endsWith(".") ? host.toLowerCase() : undefined;
}

export function receivedPath(path: string): string {
  return path.split("?")[0] ?? "";
}

/** As a lenient service may read it. Escapes first, so that `%2f`, `%3b` and `%5c` act as their characters. */
export function decodedPath(path: string): string {
  const text = receivedPath(path)
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    )
    .replaceAll("\\", "/");
  const segments: string[] = [];
  for (const written of text.split("/")) {
    const segment = written.split(";")[0] ?? "";
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
