import type { Decided, Needed } from "../../src/extproc/exchange.ts";
import { Counters } from "../../src/server/metrics/counters.ts";
import type { Observer, StreamEnd, Unexpected } from "../../src/server/observe.ts";

/** An observer that counts and can be waited for. */
export class Recorder extends Counters implements Observer {
  readonly seen: (Decided | Unexpected | Needed)[] = [];
  readonly ends: StreamEnd[] = [];
  readonly errors: unknown[] = [];
  #wake: () => void = () => {};

  override decided(event: Decided, seconds: number): void {
    super.decided(event, seconds);
    this.seen.push(event);
  }

  override unexpected(message: Unexpected): void {
    super.unexpected(message);
    this.seen.push(message);
  }

  override missing(attribute: Needed): void {
    super.missing(attribute);
    this.seen.push(attribute);
  }

  override streamEnded(end: StreamEnd): void {
    super.streamEnded(end);
    this.ends.push(end);
    this.#wake();
  }

  override bug(error?: unknown): void {
    super.bug();
    this.errors.push(error);
  }

  /** Resolves once so many streams have ended. */
  async ended(count: number): Promise<readonly StreamEnd[]> {
    while (this.ends.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.ends;
  }
}
