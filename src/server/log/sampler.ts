/** More keys than a policy document in use can have; a flood of reloads must not fill the memory. */
const MAX_KEYS = 10_000;

type Window = { start: number; taken: number; passedOver: number };

/** Lets some of many like events through: at most so many a second for each key. */
export class Sampler {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #windows: Map<string, Window> = new Map();

  /** `now` in milliseconds, monotonic. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Undefined: pass this one over. Else how many of its key were passed over since the last one taken. */
  take(key: string): number | undefined {
    if (this.#perSecond === 0) return undefined;
    const window = this.#window(key);
    if (window.taken >= this.#perSecond) {
      window.passedOver += 1;
      return undefined;
    }
    window.taken += 1;
    const { passedOver } = window;
    window.passedOver = 0;
    return passedOver;
  }

  #window(key: string): Window {
    const now = this.#now();
    let window = this.#windows.get(key);
    if (window === undefined) {
      if (this.#windows.size >= MAX_KEYS) this.#windows.clear();
      window = { start: now, taken: 0, passedOver: 0 };
      this.#windows.set(key, window);
    } else if (now - window.start >= 1000) {
      window.start = now;
      window.taken = 0;
    }
    return window;
  }
}
