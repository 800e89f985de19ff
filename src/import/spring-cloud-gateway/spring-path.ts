/**
 * The prefix that a path pattern of Spring stands for; undefined where it is none. Only what ends in `/**` or `{*name}`
 * takes everything below.
 */
export function springPath(pattern: string): string | undefined {
  const prefix = /^(\/[^*{}?]*?)?\/(?:\*\*|\{\*[^}]*\})$/.exec(pattern);
  return prefix === null ? undefined : (prefix[1] ?? "/");
}

/** True where every path below the second is below the first. */
export function isBelow(upper: string, lower: string): boolean {
  return upper === "/" || lower === upper || lower.startsWith(`${upper}/`);
}
