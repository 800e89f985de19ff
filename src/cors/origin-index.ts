import type { Origin } from "./origin.ts";
import type { Expression, OriginPattern } from "./origin-pattern.ts";

/** A pattern and the rank of the one who lists it; the lowest rank wins. `carriesNull`: its `*` admits the opaque origin. */
export type OriginEntry = {
  readonly pattern: OriginPattern;
  readonly rank: number;
  readonly carriesNull: boolean;
};

/** Nobody in the index admits the origin. */
export const NOBODY: number = Number.POSITIVE_INFINITY;

/**
 * Finds the lowest rank that admits an origin. Exact origins and wildcards are looked up: the work of one look-up is
 * bounded by the labels of the origin's host (at most 127) and by the expressions, whatever the number of entries.
 */
export class OriginIndex {
  readonly #any: number;
  readonly #opaque: number;
  readonly #tuples: ReadonlyMap<string, number>;
  readonly #hasChildren: boolean;
  readonly #hasAnyHost: boolean;
  readonly #hasAnyPort: boolean;
  readonly #expressions: readonly { readonly rank: number; readonly expression: Expression }[];

  constructor(entries: Iterable<OriginEntry>) {
    let any = NOBODY;
    let opaque = NOBODY;
    let hasChildren = false;
    let hasAnyHost = false;
    let hasAnyPort = false;
    const tuples = new Map<string, number>();
    const expressions: { rank: number; expression: Expression }[] = [];
    for (const { pattern, rank, carriesNull } of entries) {
      switch (pattern.kind) {
        case "any":
          any = Math.min(any, rank);
          if (carriesNull) opaque = Math.min(opaque, rank);
          break;
        case "opaque":
          opaque = Math.min(opaque, rank);
          break;
        case "tuple": {
          const key = patternKey(pattern);
          tuples.set(key, Math.min(tuples.get(key) ?? NOBODY, rank));
          hasChildren ||= pattern.host.kind === "children";
          hasAnyHost ||= pattern.host.kind === "any";
          hasAnyPort ||= pattern.port === "any";
          break;
        }
        case "expression":
          expressions.push({ rank, expression: pattern.expression });
          break;
      }
    }
    this.#any = any;
    this.#opaque = opaque;
    this.#tuples = tuples;
    this.#hasChildren = hasChildren;
    this.#hasAnyHost = hasAnyHost;
    this.#hasAnyPort = hasAnyPort;
    this.#expressions = expressions.sort((a, b) => a.rank - b.rank);
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
