// Parts of a text found by what stands beside them: in linear time, where an expression might go back and forth.

/** What stands between two texts, the first that is there; undefined where one of them is not. Linear. */
export function between(text: string, before: string, after: string): string | undefined {
  const start = text.indexOf(before);
  if (start < 0) return undefined;
  const from = start + before.length;
  const end = text.indexOf(after, from);
  return end < 0 ? undefined : text.slice(from, end);
}

export function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** What stands in front of a text; the whole where that is not there. */
export function upTo(text: string, end: string): string {
  const at = text.indexOf(end);
  return at < 0 ? text : text.slice(0, at);
}
