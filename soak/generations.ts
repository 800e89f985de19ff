import { rename, writeFile } from "node:fs/promises";
import { badDocumentOf, documentOf } from "./generation.ts";

/** Every so many documents is a bad one. */
const BAD_EVERY = 7;

/** The policy file and when each of its contents was written; times in milliseconds of `performance.now()`. */
export class Generations {
  readonly file: string;
  readonly #writtenAt: number[] = [];
  #turns = 0;
  #bad = 0;
  #isBad = false;

  constructor(file: string) {
    this.file = file;
  }

  get newest(): number {
    return this.#writtenAt.length - 1;
  }

  get bad(): number {
    return this.#bad;
  }

  /** Whether the file holds a bad document at the moment. */
  get isBad(): boolean {
    return this.#isBad;
  }

  /** Writes the next generation, or now and then a bad document, in place or by a rename. */
  async write(): Promise<void> {
    this.#turns += 1;
    if (this.#turns % BAD_EVERY === 0) {
      this.#bad += 1;
      this.#isBad = true;
      await this.#put(badDocumentOf(this.newest + 1));
    } else {
      await this.writeGood();
    }
  }

  async writeGood(): Promise<void> {
    const generation = this.newest + 1;
    // Before the write: an answer may carry the number while the write is still under way.
    this.#writtenAt.push(performance.now());
    await this.#put(documentOf(generation));
    this.#writtenAt[generation] = performance.now();
    this.#isBad = false;
  }

  /**
   * For how long, at that moment, a newer generation than this had been there: 0 where it was the newest.
   */
  staleness(generation: number, at: number): number {
    const replaced = this.#writtenAt[generation + 1];
    return replaced === undefined ? 0 : Math.max(0, at - replaced);
  }

  async #put(text: string): Promise<void> {
    if (this.#turns % 2 === 0) {
      await writeFile(this.file, text);
      return;
    }
    await writeFile(`${this.file}.next`, text);
    await rename(`${this.file}.next`, this.file);
  }
}
