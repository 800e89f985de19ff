import { trimBlanks } from "./blanks.ts";
import { memoized } from "./memo.ts";
import { isToken } from "./token.ts";

/** Longest Access-Control-Request-Headers looked at, in bytes (all lines together). */
export const MAX_LIST_LENGTH = 8192;
/** Most different names in it. Envoy takes 100 headers by default, so no actual request could carry more. */
export const MAX_NAMES = 128;
/** Most empty elements (RFC 9110 section 5.6.1.2: "a reasonable number"). */
export const MAX_EMPTY_ELEMENTS = 16;

/**
 * Reads Access-Control-Request-Headers: a list of header names in any order and case, a repeated one counted once.
 * Gives the names in lower case, in the order received; undefined where it is malformed or over a limit above.
 */
export const parseHeaderList: (text: string) => readonly string[] | undefined = memoized((text) => {
  if (text.length > MAX_LIST_LENGTH) return undefined;
  if (text === "") return [];
  const names = new Set<string>();
  let empty = 0;
  for (const element of text.split(",")) {
    const name = trimBlanks(element);
    if (name === "") {
      empty += 1;
      if (empty > MAX_EMPTY_ELEMENTS) return undefined;
      continue;
    }
    if (!isToken(name)) return undefined;
    names.add(name.toLowerCase());
    if (names.size > MAX_NAMES) return undefined;
  }
  return [...names];
});
