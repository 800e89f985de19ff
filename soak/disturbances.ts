/** How long a disturbance may be felt after it is over: until Envoy asks a process again that was away. In milliseconds. */
const AFTERMATH = 3_000;

/** When something was being disturbed; times in milliseconds of `performance.now()`. */
export class Disturbances {
  readonly #spans: { readonly from: number; to: number }[] = [];
  readonly counts: Map<string, number> = new Map();

  /** Disturbs, and holds everything until a while after it for disturbed. */
  async during(name: string, work: () => Promise<void>): Promise<void> {
    this.count(name, 1);
    const span = { from: performance.now(), to: Number.POSITIVE_INFINITY };
    this.#spans.push(span);
    await work();
    span.to = performance.now() + AFTERMATH;
  }

  count(name: string, times: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  /** Whether any part of that time was disturbed. */
  readonly touch = (from: number, to: number): boolean =>
    this.#spans.some((span) => from <= span.to && to >= span.from);
}
