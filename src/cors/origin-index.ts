import type { Origin } from "./origin.ts";
import type { Expression, OriginPattern } from "./origin-pattern.ts";
import type { Steps } from "./steps.ts";

/** A pattern and the rank of the one who lists it; the lowest rank wins. `carriesNull`: its `*` admits the opaque origin. */
export type OriginEntry = {
  readonly pattern: OriginPattern;
  readonly rank: number;
  readonly carriesNull: boolean;
};

/** Nobody in the index admits the origin. */
export const NOBODY: number = Number.POSITIVE_INFINITY;

/** Entries that are taken in one step: half a millisecond. */
const ENTRIES_A_STEP = 500;

/**
 * Finds the lowest rank that admits an origin. Exact origins and wildcards are looked up: the work of one look-up is
 * bounded by the labels of the origin's host (at most 127) and by the expressions, whatever the number of entries.
 */
export class OriginIndex {
  #any: number = NOBODY;
  #opaque: number = NOBODY;
  readonly #tuples: Map<string, number> = new Map();
  #hasChildren = false;
  #hasAnyHost = false;
  #hasAnyPort = false;
  readonly #expressions: { readonly rank: number; readonly expression: Expression }[] = [];

  constructor(entries: Iterable<OriginEntry>) {
    for (const entry of entries) this.#add(entry);
    this.#expressions.sort((a, b) => a.rank - b.rank);
  }

  /** The index of many entries, with other work in between. */
  static *steps(entries: Iterable<OriginEntry>): Steps<OriginIndex> {
    const index = new OriginIndex([]);
    let count = 0;
    for (const entry of entries) {
      index.#add(entry);
      count += 1;
      if (count % ENTRIES_A_STEP === 0) yield;
    }
    index.#expressions.sort((a, b) => a.rank - b.rank);
    return index;
  }

  /** Before the index is given away only: nothing changes in it afterwards. */
  #add({ pattern, rank, carriesNull }: OriginEntry): void {
    switch (pattern.kind) {
      case "any":
        this.#any = Math.min(this.#any, rank);
        if (carriesNull) this.#opaque = Math.min(this.#opaque, rank);
        break;
      case "opaque":
        this.#opaque = Math.min(this.#opaque, rank);
        break;
      case "tuple": {
        const key = patternKey(pattern);
        this.#tuples.set(key, Math.min(this.#tuples.get(key) ?? NOBODY, rank));
        this.#hasChildren ||= pattern.host.kind === "children";
        this.#hasAnyHost ||= pattern.host.kind === "any";
        this.#hasAnyPort ||= pattern.port === "any";
        break;
      }
      case "expression":
        this.#expressions.push({ rank, expression: pattern.expression });
        break;
    }
  }

  /** The lowest rank that admits the origin, or {@link NOBODY}. */
  first(origin: Origin): number {
    const best = Math.min(this.#any, this.#firstTuple(origin));
    for (const { rank, expression } of this.#expressions) {
      if (rank >= best) break;
      if (expression.test(origin.canonical)) return rank;
    }
    return best;
  }

  /** The lowest rank that admits the opaque origin `null`: no wildcard and no expression does. */
  firstOpaque(): number {
    return this.#opaque;
  }

  #firstTuple(origin: Origin): number {
    if (this.#tuples.size === 0) return NOBODY;
    let best = this.#tuples.get(origin.canonical) ?? NOBODY;
    if (!this.#hasChildren && !this.#hasAnyHost && !this.#hasAnyPort) return best;
    const { scheme, host } = origin;
    const port = origin.port === undefined ? "" : `:${origin.port}`;
    if (this.#hasAnyPort) best = this.#either(best, `${scheme}://${host}`, port);
    if (this.#hasAnyHost) best = this.#either(best, `${scheme}://*`, port);
    if (!this.#hasChildren) return best;
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
      best = this.#either(best, `${scheme}://*${host.slice(dot)}`, port);
    }
    return best;
  }

  /** With this port, or with any. */
  #either(best: number, base: string, port: string): number {
    const exact = Math.min(best, this.#tuples.get(base + port) ?? NOBODY);
    return this.#hasAnyPort ? Math.min(exact, this.#tuples.get(`${base}:*`) ?? NOBODY) : exact;
  }
}

type TuplePattern = Extract<OriginPattern, { kind: "tuple" }>;

/** One string a pattern, no two patterns the same: `*` cannot stand in a host or a port. */
function patternKey(pattern: TuplePattern): string {
  const port = portKey(pattern.port);
  switch (pattern.host.kind) {
    case "exact":
      return `${pattern.scheme}://${pattern.host.name}${port}`;
    case "children":
      return `${pattern.scheme}://*.${pattern.host.of}${port}`;
    case "any":
      return `${pattern.scheme}://*${port}`;
  }
}

function portKey(port: TuplePattern["port"]): string {
  if (port === undefined) return "";
  return port === "any" ? ":*" : `:${port}`;
}
