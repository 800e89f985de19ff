import type { OriginPattern } from "../../cors/origin-pattern.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import type { Libraries } from "../libraries.ts";
import { quote } from "../quote.ts";
import { MAX_GROUP_INSTRUCTIONS, MAX_PATTERN_LENGTH } from "../vocabulary/limits.ts";
import { diagnosePattern, type PatternFault } from "./pattern-fault.ts";
import { parseTuplePattern } from "./tuple-pattern.ts";

/** Reads one entry of a list of origins as written in a policy document. */
export function parseOriginPattern(
  text: string,
  libraries: Libraries,
): Result<OriginPattern, PatternFault> {
  if (text === "*") return ok({ kind: "any" });
  if (text === "null") return ok({ kind: "opaque" });
  if (text.startsWith("~")) return parseExpression(text.slice(1), libraries);
  if (text.length > MAX_PATTERN_LENGTH) return err(tooLong(text, "pattern"));
  const pattern = parseTuplePattern(text, libraries);
  return pattern === undefined ? err(diagnosePattern(text, libraries)) : ok(pattern);
}

function parseExpression(
  source: string,
  { compileExpression }: Libraries,
): Result<OriginPattern, PatternFault> {
  if (source.length > MAX_PATTERN_LENGTH) return err(tooLong(source, "expression"));
  const written = quote(`~${source}`);
  if (source === "") {
    const message = `${written} is an expression that matches nothing`;
    return err({ code: "expression-invalid", message, fix: "write an RE2 expression behind `~`" });
  }
  const compiled = compileExpression(source);
  if (!compiled.ok) {
    const message = `${written} is no RE2 expression: ${compiled.error}`;
    return err({ code: "expression-invalid", message, fix: "correct the expression" });
  }
  const { instructions } = compiled.value;
  if (instructions > MAX_GROUP_INSTRUCTIONS) {
    const message = `${written} compiles to ${instructions} RE2 instructions`;
    const fix = `simplify it to at most ${MAX_GROUP_INSTRUCTIONS}`;
    return err({ code: "expression-invalid", message, fix });
  }
  return ok({ kind: "expression", expression: compiled.value });
}

function tooLong(text: string, what: string): PatternFault {
  const message = `the ${what} ${quote(text)} has ${text.length} characters`;
  return { code: "value-too-long", message, fix: `write at most ${MAX_PATTERN_LENGTH}` };
}
