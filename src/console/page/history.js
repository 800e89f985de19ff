/** Milliseconds of one bar. */
export const BAR = 5000;
/** Bars that are remembered: five minutes. */
export const BARS = 60;

/**
 * What counters did over the last minutes, from their values at some moments. What happened between two moments is
 * taken to have happened evenly: so it is where the page was hidden for a while.
 */
export class History {
  /** @type {Map<string, Map<number, number>>} */
  #bars = new Map();
  /** @type {ReadonlyMap<string, number>} */
  #last = new Map();
  /** @type {number | undefined} */
  #lastAt;
  /** @type {number | undefined} */
  #firstAt;

  /**
   * Whether all bars are known: what was before the first values is not.
   *
   * @param {number} at
   * @returns {boolean}
   */
  isWhole(at) {
    return this.#firstAt !== undefined && at - this.#firstAt >= BAR * BARS;
  }

  /**
   * @param {number} at milliseconds since 1970, not before the last one
   * @param {ReadonlyMap<string, number>} counts by name; a name that was not there before was at 0
   * @param {boolean} isFresh they began anew since the last time
   */
  add(at, counts, isFresh = false) {
    const before = isFresh ? new Map() : this.#last;
    // The first values say nothing of when they came to be.
    if (this.#lastAt !== undefined) {
      for (const [name, count] of counts) {
        const more = count - (before.get(name) ?? 0);
        if (more > 0) this.#spread(name, more, Math.max(this.#lastAt, at - BAR * BARS), at);
      }
    }
    this.#last = new Map(counts);
    this.#lastAt = at;
    this.#firstAt ??= at;
    this.#forget(at);
  }

  /**
   * The bars of one counter, the oldest first; the last one is the bar of `at`.
   *
   * @param {string} name
   * @param {number} at
   * @returns {number[]}
   */
  bars(name, at) {
    const bars = this.#bars.get(name);
    const newest = Math.floor(at / BAR);
    return Array.from({ length: BARS }, (_, index) => bars?.get(newest - BARS + 1 + index) ?? 0);
  }

  /**
   * @param {string} name
   * @param {number} amount
   * @param {number} from
   * @param {number} to
   */
  #spread(name, amount, from, to) {
    const bars = this.#bars.get(name) ?? new Map();
    this.#bars.set(name, bars);
    for (let bar = Math.floor(from / BAR); bar <= Math.floor(to / BAR); bar += 1) {
      const part = to === from ? 1 : overlap(bar, from, to) / (to - from);
      if (part > 0) bars.set(bar, (bars.get(bar) ?? 0) + amount * part);
    }
  }

  /** @param {number} at */
  #forget(at) {
    const oldest = Math.floor(at / BAR) - BARS + 1;
    for (const [name, bars] of this.#bars) {
      for (const bar of bars.keys()) if (bar < oldest) bars.delete(bar);
      if (bars.size === 0) this.#bars.delete(name);
    }
  }
}

/**
 * Milliseconds of a bar that lie between two moments.
 *
 * @param {number} bar
 * @param {number} from
 * @param {number} to
 */
function overlap(bar, from, to) {
  return Math.max(0, Math.min(to, (bar + 1) * BAR) - Math.max(from, bar * BAR));
}
