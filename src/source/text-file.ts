import type { Finding } from "../policy/decode/reader.ts";
import type { Place } from "../policy/node.ts";
import type { Problem } from "../policy/problem.ts";
import { MAX_VALUE } from "../policy/spot.ts";
import { LineStarts } from "./line-starts.ts";

/** Most problems with the text of one file. One slip can make every line after it wrong. */
export const MAX_TEXT_PROBLEMS = 1000;

/** The text of a file, where its parts stand, and what is wrong with them. */
export class TextFile {
  readonly file: string;
  readonly text: string;
  /** Not those that the YAML parser tells: it misses lines of texts that it fails at. */
  #lines: LineStarts | undefined;
  readonly #problems: Problem[] = [];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  place(offset: number): Place {
    this.#lines ??= new LineStarts(this.text);
    return { file: this.file, ...this.#lines.find(offset) };
  }

  report(offset: number, pointer: string, finding: Finding): void {
    if (this.#problems.length >= MAX_TEXT_PROBLEMS) return;
    const value = finding.value.slice(0, MAX_VALUE);
    const place = this.place(offset);
    this.#problems.push({ ...place, severity: "error", pointer, ...finding, value });
  }

  /** The text from an offset to the end of its line, cut. */
  restOfLine(offset: number): string {
    const [rest = ""] = this.text.slice(offset, offset + MAX_VALUE).split(/\r?\n/, 1);
    return rest;
  }
}
