/** The known name nearest to what was written; `near`: close enough to be what was meant. */
export type Suggestion = { readonly name: string; readonly near: boolean };

/** Longer names are compared by their beginning only, so that the work is bounded. */
const MAX_COMPARED = 64;

/** The nearest of the known names, of which there must be one: `allow_origin` and `origins` both find `allowOrigins`. */
export function suggest(written: string, known: readonly string[]): Suggestion {
  const text = plain(written);
  let name = "";
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const effort = distance(text, plain(candidate));
    if (effort < least) {
      least = effort;
      name = candidate;
    }
  }
  const { length } = plain(name);
  return { name, near: least < length && least <= Math.max(2, length / 3) };
}

function plain(name: string): string {
  return name
    .slice(0, MAX_COMPARED)
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]/g, "");
}

/** Edits from one name to the other (Levenshtein), or a half where one is the other with more at an end. */
function distance(from: string, to: string): number {
  if (from === to) return 0;
  if (from.length > 2 && (from.includes(to) || to.includes(from))) return 0.5;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const swap = at(row, column) + (character === other ? 0 : 1);
      next.push(Math.min(swap, at(row, column + 1) + 1, at(next, column) + 1));
    }
    row = next;
  }
  return at(row, to.length);
}

// The indexes above are always inside; NaN would show at once where they are not.
function at(row: readonly number[], index: number): number {
  return Number(row[index]);
}
