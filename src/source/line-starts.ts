/** The offsets at which the lines of a text begin, and what they say of other offsets. A line ends in a line feed. */
export class LineStarts {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
      starts.push(end + 1);
    }
    this.#starts = starts;
  }

  /** Line and column of an offset, from 1. */
  find(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (Number(this.#starts[middle]) <= offset) low = middle + 1;
      else high = middle;
    }
    return { line: low, column: offset - Number(this.#starts[low - 1]) + 1 };
  }
}
