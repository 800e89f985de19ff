import type { Request } from "../../cors/request.ts";
import type { Group, Match, Selection } from "../../cors/snapshot.ts";
import type { HostMatch } from "../document.ts";
import { hostMatchText } from "../pattern-text.ts";
import { remembered } from "../remembered.ts";
import {
  boundsOf,
  decodePath,
  isPlain,
  type PathBounds,
  prefixesOf,
  receivedPath,
} from "./path.ts";
import { hostOf, parentsOf } from "./scope-host.ts";

/** An entry of `match`: all of its keys must hold, a key left out holds always. */
export type Condition = {
  readonly host: HostMatch | undefined;
  /** A prefix by whole segments; `/` is the same as none. */
  readonly path: string | undefined;
  readonly route: string | undefined;
};

export type ScopedGroup = { readonly group: Group; readonly match: readonly Condition[] };

/**
 * Which group a request belongs to. Everything is looked up: the work for a request is bounded by the labels of its
 * host and the deepest configured path, and is linear in the length of its path; the number of groups does not matter.
 */
export function compileScope(groups: readonly ScopedGroup[]): (request: Request) => Selection {
  const names = new Map(
    groups.map(({ group }): [string, Selection] => [group.name, { by: "name", group }]),
  );
  const entries = groups.flatMap(({ group, match }) =>
    match.map((entry) => scopeEntry(group, entry)),
  );
  const asWritten = new ScopeTable(entries, (path) => path);
  const asDecoded = new ScopeTable(entries, decodePath);
  const alike = entries.every(({ path }) => decodePath(path) === path);
  return (request) => {
    if (request.group !== undefined && request.group !== "") {
      return names.get(request.group) ?? UNKNOWN;
    }
    const host = hostOf(request.authority);
    const path = receivedPath(request.path);
    const received = asWritten.find(request.route, host, path);
    if (alike && isPlain(path)) return received?.selection ?? NOWHERE;
    const decoded = asDecoded.find(request.route, host, decodePath(path));
    if (received === decoded) return received?.selection ?? NOWHERE;
    return { by: "match", received: received?.match, decoded: decoded?.match };
  };
}

const UNKNOWN: Selection = { by: "unknown-name" };
const NOWHERE: Selection = { by: "match", received: undefined, decoded: undefined };

type ScopeEntry = {
  readonly match: Match;
  readonly host: HostMatch | undefined;
  readonly path: string;
  readonly route: string | undefined;
  /** The answer for a request whose path comes here both ways; made once, not for every request. */
  readonly selection: Selection;
};

function scopeEntry(group: Group, condition: Condition): ScopeEntry {
  const { host, path = "/", route } = condition;
  const match = { group, entry: conditionText(condition) };
  return { match, host, path, route, selection: { by: "match", received: match, decoded: match } };
}

/** An entry in words: `host api.example.com, path /orders`. */
export function conditionText({ host, path = "/", route }: Condition): string {
  const words = [
    ...(route === undefined ? [] : [`route ${route}`]),
    ...(host === undefined ? [] : [`host ${hostMatchText(host)}`]),
    ...(path === "/" ? [] : [`path ${path}`]),
  ];
  return words.length === 0 ? "any request" : words.join(", ");
}

/** All entries, with one reading of their paths. */
class ScopeTable {
  readonly #routes: Map<string, HostTable> = new Map();
  readonly #unrouted: HostTable = new HostTable();
  readonly #bounds: PathBounds;

  constructor(entries: readonly ScopeEntry[], read: (path: string) => string) {
    const prefixes = new Set<string>();
    for (const entry of entries) {
      const prefix = prefixOf(read(entry.path));
      prefixes.add(prefix);
      const { route } = entry;
      const table =
        route === undefined
          ? this.#unrouted
          : remembered(this.#routes, route, () => new HostTable());
      table.add(prefix, entry);
    }
    this.#bounds = boundsOf(prefixes);
  }

  /** An entry that names the request's route goes before every other. */
  find(route: string | undefined, host: string | undefined, path: string): ScopeEntry | undefined {
    const prefixes = prefixesOf(path, this.#bounds);
    const routed = route === undefined ? undefined : this.#routes.get(route)?.find(host, prefixes);
    return routed ?? this.#unrouted.find(host, prefixes);
  }
}

/** `/` is a prefix of everything, as the empty prefix is. */
function prefixOf(path: string): string {
  return path === "/" ? "" : path;
}

/** Prefixes of paths; of two entries with the same keys the first in document order stands. */
type PathTable = Map<string, ScopeEntry>;

/** The entries that name one route, or those that name none. */
class HostTable {
  readonly #exact: Map<string, PathTable> = new Map();
  readonly #children: Map<string, PathTable> = new Map();
  readonly #any: PathTable = new Map();

  add(prefix: string, entry: ScopeEntry): void {
    remembered(this.#paths(entry.host), prefix, () => entry);
  }

  #paths(host: HostMatch | undefined): PathTable {
    if (host === undefined) return this.#any;
    return host.kind === "exact"
      ? remembered(this.#exact, host.name, () => new Map())
      : remembered(this.#children, host.of, () => new Map());
  }

  /** By the longest host whose paths hold, then by the longest path. */
  find(host: string | undefined, prefixes: readonly string[]): ScopeEntry | undefined {
    const entry = host === undefined ? undefined : this.#findHost(host, prefixes);
    return entry ?? longest(this.#any, prefixes);
  }

  #findHost(host: string, prefixes: readonly string[]): ScopeEntry | undefined {
    const exact = longest(this.#exact.get(host), prefixes);
    if (exact !== undefined || this.#children.size === 0) return exact;
    for (const parent of parentsOf(host)) {
      const entry = longest(this.#children.get(parent), prefixes);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }
}

function longest(
  table: PathTable | undefined,
  prefixes: readonly string[],
): ScopeEntry | undefined {
  if (table === undefined) return undefined;
  for (const prefix of prefixes) {
    const entry = table.get(prefix);
    if (entry !== undefined) return entry;
  }
  return undefined;
}
