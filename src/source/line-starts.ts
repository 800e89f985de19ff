/** The offsets at which the lines of a text begin, told in their order, and what they say of other offsets. */
export class LineStarts {
  readonly #starts: number[] = [];

  /** To be handed on as a function. */
  readonly add = (offset: number): void => {
    this.#starts.push(offset);
  };

  /** Line and column of an offset, from 1; of one before the first line, both 1. */
  find(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (Number(this.#starts[middle]) <= offset) low = middle + 1;
      else high = middle;
    }
    const start = this.#starts[low - 1];
    return start === undefined ? { line: 1, column: 1 } : { line: low, column: offset - start + 1 };
  }
}
