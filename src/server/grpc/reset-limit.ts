/**
 * How many stream resets a peer may send on one connection before it is cut. Envoy ends each side stream with
 * RST_STREAM, so there is no limit unless one is asked for: a peer that resets streams to exhaust a server
 * (CVE-2023-44487) spends as much as the server here, since no work outlives a stream. `limited`: that many at once,
 * and that many more per second.
 */
export type ResetLimit =
  | { readonly kind: "lifted" }
  | { readonly kind: "limited"; readonly perSecond: number };

/** What is left of the limit of one connection: a token bucket. */
export class ResetBudget {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #since: number;

  /** `now`: a clock that never goes back, in milliseconds. */
  constructor(limit: ResetLimit, now: () => number = () => performance.now()) {
    this.#perSecond = limit.kind === "lifted" ? Number.POSITIVE_INFINITY : limit.perSecond;
    this.#now = now;
    this.#left = this.#perSecond;
    this.#since = now();
  }

  /** Counts a reset; false where it is one too many. The clock is asked only when little is left. */
  spend(): boolean {
    if (this.#left < 1) this.#refill();
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #refill(): void {
    const now = this.#now();
    const earned = ((now - this.#since) / 1000) * this.#perSecond;
    this.#since = now;
    this.#left = Math.min(this.#left + earned, this.#perSecond);
  }
}
