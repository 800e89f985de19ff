import type { Origin } from "./origin.ts";
import type { AdmittedOrigin, Expression } from "./origin-pattern.ts";
import type { Steps } from "./steps.ts";

/** A list and the rank of the one whose it is; the lowest rank wins. `carriesNull`: its `*` admits the opaque origin. */
export type OriginList = {
  readonly origins: readonly AdmittedOrigin[];
  readonly rank: number;
  readonly carriesNull: boolean;
};

/** Nobody in the index admits the origin. */
export const NOBODY: number = Number.POSITIVE_INFINITY;

/** Origins that are taken in one step: a tenth of a millisecond. */
const ORIGINS_A_STEP = 500;

/** Finds who admits an origin. */
export type OriginLookup = Pick<OriginIndex, "first" | "firstOpaque">;

/**
 * Finds the lowest rank that admits an origin. Exact origins and wildcards are looked up: the work of one look-up is
 * bounded by the labels of the origin's host (at most 127) and by the expressions, whatever the number of origins.
 */
export class OriginIndex {
  #any: number = NOBODY;
  #opaque: number = NOBODY;
  /** By canonical texts: `*` can stand neither in a host nor in a port, so no two patterns have the same. */
  readonly #tuples: Map<string, number> = new Map();
  #hasChildren = false;
  #hasAnyHost = false;
  #hasAnyPort = false;
  readonly #expressions: { readonly rank: number; readonly expression: Expression }[] = [];

  private constructor() {}

  /** The index of some lists, with other work in between. */
  static *of(lists: Iterable<OriginList>): Steps<OriginIndex> {
    const index = new OriginIndex();
    let count = 0;
    for (const { origins, rank, carriesNull } of lists) {
      for (const origin of origins) {
        index.#add(origin, rank, carriesNull);
        count += 1;
        if (count % ORIGINS_A_STEP === 0) yield;
      }
    }
    index.#expressions.sort((a, b) => a.rank - b.rank);
    return index;
  }

  /** Nothing changes in an index that was given away. */
  #add(origin: AdmittedOrigin, rank: number, carriesNull: boolean): void {
    if (typeof origin !== "string") {
      this.#expressions.push({ rank, expression: origin });
    } else if (origin === "*") {
      this.#any = Math.min(this.#any, rank);
      if (carriesNull) this.#opaque = Math.min(this.#opaque, rank);
    } else if (origin === "null") {
      this.#opaque = Math.min(this.#opaque, rank);
    } else {
      this.#tuples.set(origin, Math.min(this.#tuples.get(origin) ?? NOBODY, rank));
      if (origin.includes("*")) this.#noteWildcards(origin);
    }
  }

  #noteWildcards(origin: string): void {
    if (origin.endsWith(":*")) this.#hasAnyPort = true;
    if (origin.includes("://*.")) this.#hasChildren = true;
    else if (origin.includes("://*")) this.#hasAnyHost = true;
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
