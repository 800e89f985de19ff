import type { MatchExpression } from "../../doctor/dump/string-matcher.ts";
import { libraries } from "../../source/libraries.ts";

/** Matches RE2 expressions as Envoy does; each is compiled once. */
export function expressionMatcher(): MatchExpression {
  const compiled = new Map<string, ReturnType<typeof libraries.compileExpression>>();
  return (expression, text) => {
    const known = compiled.get(expression) ?? libraries.compileExpression(expression);
    compiled.set(expression, known);
    return known.ok && known.value.test(text);
  };
}
