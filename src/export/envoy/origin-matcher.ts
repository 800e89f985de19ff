import type { AdmittedOrigin } from "../../cors/origin-pattern.ts";
import type { StringMatcher } from "./cors-policy.ts";

// `scheme://host[:port]` with `*.` in front of the host, `*` for the host, `*` for the port: see AdmittedOrigin.
const PARTS = /^([^:]+):\/\/(\*\.|\*)?([^*]*?)(?::([0-9]+|\*))?$/;

const LABELS_IN_FRONT = "(?:[a-z0-9_-]+\\.)+";
const ANY_HOST = "(?:[a-z0-9_.-]+|\\[[0-9a-f:.]+\\])";
const ANY_PORT = "(?::[1-9][0-9]*)?";
/** Every origin but the opaque one. Not `.*`: that admits `*` and `null` too. */
const ANY_TUPLE = "[a-z][a-z0-9+.-]*://.+";

/**
 * What admits the same origins in Envoy's filter, which compares the Origin header as text (browsers send it in the
 * canonical form). Undefined where nothing does: the filter asks each matcher for the text `*` too, and one that takes it
 * admits every origin, `null` among them.
 */
export function originMatcher(
  origin: AdmittedOrigin,
  credentials: boolean,
): StringMatcher | undefined {
  if (typeof origin !== "string") {
    const { source, test } = origin;
    return test("*") || test("null") ? undefined : regex(source);
  }
  // With credentials the opaque origin is never admitted.
  if (origin === "*") return credentials ? regex(ANY_TUPLE) : { exact: "*" };
  if (!origin.includes("*")) return { exact: origin };
  return regex(origin.replace(PARTS, expressionOf));
}

function expressionOf(
  _: string,
  scheme: string,
  wildcard: string | undefined,
  host: string,
  port: string | undefined,
): string {
  const front = wildcard === undefined ? "" : wildcard === "*" ? ANY_HOST : LABELS_IN_FRONT;
  const behind = port === undefined ? "" : port === "*" ? ANY_PORT : `:${port}`;
  return `${literal(scheme)}://${front}${literal(host)}${behind}`;
}

/**
 * Envoy refuses a configuration with an expression of more than 100 instructions, unless its runtime says otherwise.
 * RE2 counts a little otherwise than re2js, and about one for each character of a text: from here on it may be too many.
 */
const LIKELY_TAKEN = 80;

/** True for an expression that Envoy may take only with a higher `re2.max_program_size.error_level`. */
export function mayBeTooLarge(matcher: StringMatcher): boolean {
  return "safe_regex" in matcher && matcher.safe_regex.regex.length > LIKELY_TAKEN;
}

function regex(source: string): StringMatcher {
  return { safe_regex: { regex: source } };
}

/** Without a meaning of their own: the signs of a scheme or a host that RE2 would read as more than themselves. */
function literal(text: string): string {
  return text.replace(/[.+[\]]/g, "\\$&");
}
