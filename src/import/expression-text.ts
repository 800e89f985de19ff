// What can be seen in the text of an expression, of whatever dialect, without parsing it.

/** True where the expression is a choice (`a|b`) as a whole, not within brackets. */
export function hasChoice(source: string): boolean {
  // Escaped characters go first, then classes; groups are peeled off from the inside out.
  let flat = source.replaceAll(/\\./gs, "_").replaceAll(/\[\^?\]?[^\]]*\]/g, "_");
  for (let before = ""; before !== flat; ) {
    before = flat;
    flat = flat.replaceAll(/\([^()]*\)/g, "_");
  }
  return flat.includes("|");
}

/** True for a `$` at the end that is not the escaped sign. */
export function endsInAnchor(source: string): boolean {
  return /(?<!\\)(?:\\\\)*\$$/.test(source);
}

/** The expression without `^` and `$` at its ends: where it has to match the whole text they say nothing. */
export function withoutAnchors(source: string): string {
  return (endsInAnchor(source) ? source.slice(0, -1) : source).replace(/^\^/, "");
}

const PLAIN = /^(?:[A-Za-z0-9:/_-]|\\[^A-Za-z0-9])+$/;

/** The one text that the expression matches, where it is no more than that: `https://a\.example`. */
export function plainText(source: string): string | undefined {
  return PLAIN.test(source) ? source.replaceAll(/\\(.)/g, "$1") : undefined;
}

/** An expression that matches this text alone. */
export function literalExpression(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
