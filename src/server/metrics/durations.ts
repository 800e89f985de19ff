import { DECISION_BOUNDS, type Histogram } from "./tally.ts";

// A typed array, so that to count allocates nothing: after one place for each bound, that of the rest, then the sum.
const REST = DECISION_BOUNDS.length;
const SUM = REST + 1;

/** Counts how long decisions took, in the buckets of {@link DECISION_BOUNDS}. */
export class Durations {
  readonly #values: Float64Array = new Float64Array(SUM + 1);

  add(seconds: number): void {
    let bucket = 0;
    while (bucket < REST && seconds > (DECISION_BOUNDS[bucket] as number)) bucket += 1;
    this.#values[bucket] = (this.#values[bucket] as number) + 1;
    this.#values[SUM] = (this.#values[SUM] as number) + seconds;
  }

  histogram(): Histogram {
    return { counts: [...this.#values.subarray(0, SUM)], sum: this.#values[SUM] as number };
  }
}
