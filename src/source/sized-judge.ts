import type { Contents } from "./examine.ts";
import { type Judge, type Judgement, judgeHere } from "./judge.ts";
import type { PackedDocument } from "./packed-document.ts";

/**
 * Bytes from which on another thread is worth its start of about half a second. Smaller contents keep this one for
 * less than a tenth of a second, also when nothing is compiled yet: docs/decisions/0006-reload-in-a-worker.md.
 */
export const SMALL: number = 8 * 1024;

/** Judges small contents at once on the caller's thread, and has the others judged elsewhere. */
export class SizedJudge implements Judge {
  readonly #elsewhere: Judge;

  constructor(elsewhere: Judge) {
    this.#elsewhere = elsewhere;
  }

  judge(contents: Contents, before: PackedDocument | undefined): Promise<Judgement> {
    return sizeOf(contents) < SMALL
      ? judgeHere({ contents, before })
      : this.#elsewhere.judge(contents, before);
  }

  rest(): void {
    this.#elsewhere.rest();
  }
}

/** All files together, in bytes. */
export function sizeOf({ files }: Contents): number {
  return files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
