// What a preflight asks for, within its bounds.

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const MAX_METHOD = 64;
const MAX_BYTES = 8_192;
const MAX_NAMES = 128;
const MAX_EMPTY = 16;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Access-Control-Request-Method: one token. */
export function isMethod(text: string): boolean {
  return isToken(text) && text.length <= MAX_METHOD;
}

/** Access-Control-Request-Headers: the names, lower case, each once, in their order; undefined: malformed. */
export function readNames(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return [];
  if (text.length > MAX_BYTES) return undefined;
  const elements = text.split(",").map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ""));
  const names = new Set(elements.filter((element) => element !== "").map(lower));
  const empty = elements.filter((element) => element === "").length;
  if (empty > MAX_EMPTY || names.size > MAX_NAMES) return undefined;
  return [...names].every(isToken) ? [...names] : undefined;
}

function lower(text: string): string {
  return text.toLowerCase();
}
