import type { Generations } from "./generations.ts";
import type { Judgement } from "./judge.ts";

/** How many wrong answers are kept in words; all are counted. */
const KEPT = 20;

/** What became of the requests. */
export class Ledger {
  right = 0;
  wrong = 0;
  /** Unanswered or answered by Envoy alone, while something was being disturbed. */
  disturbed = 0;
  /** The same while nothing was. */
  unexplained = 0;
  /** How long a newer generation had been there when a request was sent, in milliseconds; of each answer with a number. */
  readonly staleness: number[] = [];
  readonly words: string[] = [];
  readonly #generations: Generations;
  readonly #isDisturbed: (from: number, to: number) => boolean;

  constructor(generations: Generations, isDisturbed: (from: number, to: number) => boolean) {
    this.#generations = generations;
    this.#isDisturbed = isDisturbed;
  }

  /** Times in milliseconds of `performance.now()`. */
  enter(name: string, judged: Judgement | string, sentAt: number, endedAt: number): void {
    if (typeof judged === "string" || judged.kind === "unavailable") {
      const how = typeof judged === "string" ? judged : `${judged.status}`;
      this.#miss(`${name}: ${how}`, sentAt, endedAt);
    } else if (judged.kind === "wrong") {
      this.wrong += 1;
      this.#say(`wrong: ${name}: ${judged.because}`);
    } else {
      this.right += 1;
      if (judged.generation !== undefined) this.#note(judged.generation, name, sentAt);
    }
  }

  #note(generation: number, name: string, sentAt: number): void {
    if (generation > this.#generations.newest) {
      this.wrong += 1;
      this.#say(`wrong: ${name}: generation ${generation} was never written`);
    }
    this.staleness.push(this.#generations.staleness(generation, sentAt));
  }

  #miss(words: string, sentAt: number, endedAt: number): void {
    if (this.#isDisturbed(sentAt, endedAt)) {
      this.disturbed += 1;
    } else {
      this.unexplained += 1;
      this.#say(`unexplained: ${words}`);
    }
  }

  #say(words: string): void {
    if (this.words.length < KEPT) this.words.push(words);
  }
}
