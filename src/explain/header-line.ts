import { trimBlanks } from "../cors/blanks.ts";
import type { Header } from "../cors/decision.ts";
import { err, ok, type Result } from "../cors/result.ts";
import { isToken } from "../cors/token.ts";

// Anything but control characters, tab excepted (RFC 9110 section 5.5). Not ASCII only: Envoy passes such bytes on.
const VALUE = /^(?:\t|\P{Cc})*$/u;

/** A header as it was written; the name comes out in lower case. The error is a phrase for people. */
export function parseHeader(name: string, written: string): Result<Header, string> {
  if (!isToken(name)) return err("write `name: value`");
  const value = trimBlanks(written);
  if (!VALUE.test(value)) return err("holds a control character");
  return ok([name.toLowerCase(), value]);
}

/** Splits `name: value` at the first colon; without one, the whole of it is no name. */
export function splitHeaderLine(line: string): Header {
  const colon = line.indexOf(":");
  return colon < 0 ? ["", line] : [line.slice(0, colon), line.slice(colon + 1)];
}

/**
 * The lines of each name as one value, as Envoy joins them: by a comma, empty lines dropped. A header whose lines
 * are all empty is there, with an empty value.
 */
export function joinLines(lines: readonly Header[]): ReadonlyMap<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of lines) {
    const before = joined.get(name) ?? "";
    joined.set(name, [before, value].filter((part) => part !== "").join(","));
  }
  return joined;
}
