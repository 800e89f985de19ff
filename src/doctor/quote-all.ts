/** Most names in one message; the rest are counted. */
const MAX_NAMED = 8;

/** Names in backticks, such as `a`, `b` and 3 more. */
export function quoteAll(names: readonly string[]): string {
  const named = names.slice(0, MAX_NAMED).map((name) => `\`${name}\``);
  const more = names.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
