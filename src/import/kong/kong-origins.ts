import { err } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";
import { withoutAnchors } from "../expression-text.ts";
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
  if (source.includes("//*.")) {
    const meant = source.replace(/^\^|\$$/g, "");
    return err(
      `${quote(source)} is left out of the origins: as an expression, which Kong takes it for, \`/*\` is any number of slashes; add \`${meant}\` if every host below is meant`,
    );
  }
  const anchored = source.endsWith("$") ? source : `${source}$`;
  if (source.includes(":")) return expressionOrigin(anchored, "start");
  const host = expressionOrigin(anchored, "start");
  if (!host.ok) return host;
  const pattern = `~https?://(?:${withoutAnchors(anchored)})(?::[0-9]+)?`;
  const note =
    host.value.note ??
    `${quote(source)} was compared with the host under any scheme; now only http and https`;
  return { ok: true, value: { pattern, note } };
}
