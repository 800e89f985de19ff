import type { Origin } from "./origin.ts";
import { NOBODY, OriginIndex, type OriginList, type OriginLookup } from "./origin-index.ts";
import type { AdmittedOrigin } from "./origin-pattern.ts";
import type { Steps } from "./steps.ts";

/** Origins from which on a list has an index of its own, which all chains share. */
const LONG_LIST = 64;

/** Most indexes that one look-up asks besides that of the other lists. */
const MAX_LAYERS = 8;

/** Indexes of long lists, each with rank 0 alone; made once for a document. */
export type KnownIndexes = Map<readonly AdmittedOrigin[], OriginIndex>;

/**
 * The index of some lists in the order of their ranks. Many chains may have the same long list: it is indexed once and
 * asked beside the others, where one index for each chain would hold it as often.
 */
export function* indexLists(
  lists: readonly OriginList[],
  known: KnownIndexes,
): Steps<OriginLookup> {
  const long = lists.filter(({ origins }) => origins.length >= LONG_LIST).slice(0, MAX_LAYERS);
  const others = new Set(lists);
  const layers: Layer[] = [];
  for (const list of long) {
    others.delete(list);
    layers.push({ rank: list.rank, index: yield* indexOnce(list, known) });
  }
  const [first] = layers;
  if (first === undefined) return yield* OriginIndex.of(lists);
  if (others.size === 0 && layers.length === 1 && first.rank === 0) return first.index;
  return new LayeredIndex(yield* OriginIndex.of(others), layers);
}

function* indexOnce(list: OriginList, known: KnownIndexes): Steps<OriginIndex> {
  const index = known.get(list.origins) ?? (yield* OriginIndex.of([{ ...list, rank: 0 }]));
  known.set(list.origins, index);
  return index;
}

type Layer = { readonly rank: number; readonly index: OriginIndex };

/** Layers by rank, and one index of all lists that are in none. */
class LayeredIndex implements OriginLookup {
  readonly #others: OriginIndex;
  readonly #layers: readonly Layer[];

  constructor(others: OriginIndex, layers: readonly Layer[]) {
    this.#others = others;
    this.#layers = layers;
  }

  first(origin: Origin): number {
    const best = this.#others.first(origin);
    for (const { rank, index } of this.#layers) {
      if (rank >= best) break;
      if (index.first(origin) !== NOBODY) return rank;
    }
    return best;
  }

  firstOpaque(): number {
    const best = this.#others.firstOpaque();
    const admits = this.#layers.find(({ index }) => index.firstOpaque() !== NOBODY);
    return Math.min(best, admits?.rank ?? NOBODY);
  }
}
