import { ok } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";
import { hasChoice, withoutAnchors } from "../expression-text.ts";
import { BYTEWISE, exactOrigin, expressionOrigin, type ReadOrigin } from "../origin-entry.ts";

// What Kong takes for plain text, in a list of one and in a longer one; all else is a PCRE expression.
const PLAIN = /^[A-Za-z0-9.:/-]+$/;

/** Undefined for every origin: Kong reads an empty list so, and any list with `*`. */
export function kongOrigins(origins: readonly string[]): readonly ReadOrigin[] | undefined {
  if (origins.length === 0 || origins.includes("*")) return undefined;
  const [only = ""] = origins;
  // A single text is sent as it is, and the browser compares.
  if (origins.length === 1 && PLAIN.test(only)) return [exactOrigin(only, BYTEWISE)];
  return origins.map((origin) => (PLAIN.test(origin) ? plainOrigin(origin) : expression(origin)));
}

/** In a list Kong compares scheme, host and port: what follows, and a default port, is cut off before. */
function plainOrigin(text: string): ReadOrigin {
  const origin = /^[A-Za-z][A-Za-z0-9.-]*:\/\/[^/]+/.exec(text)?.[0] ?? text;
  return exactOrigin(origin, { ignoresCase: false, dropsDefaultPort: true });
}

/** Kong looks at the beginning, and puts a `$` at the end; without a colon in it, it looks at the host alone. */
function expression(source: string): ReadOrigin {
  const read = hasChoice(source)
    ? expressionOrigin(source, "start")
    : expressionOrigin(source, "whole");
  if (source.includes(":") || !read.ok) return read;
  const pattern = `~https?://(?:${withoutAnchors(source)})(?::[0-9]+)?`;
  const note = `${quote(source)} was compared with the host under any scheme; now only http and https`;
  return ok({ pattern, note: read.value.note ?? note });
}
