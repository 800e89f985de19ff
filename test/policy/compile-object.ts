import { type Compiled, compileDocument } from "../../src/policy/compile.ts";
import type { Node } from "../../src/policy/node.ts";
import type { Problem } from "../../src/policy/problem.ts";
import { libraries } from "../../src/source/libraries.ts";

/** A value as a parsed file. Every value has a line of its own, counted in reading order. */
export function nodeOf(value: unknown, file = "policies.json"): Node {
  let line = 0;
  const visit = (each: unknown): Node => {
    line += 1;
    const place = { file, line, column: 1 };
    if (Array.isArray(each)) return { kind: "list", place, items: each.map(visit) };
    if (typeof each === "object" && each !== null) {
      const entries = Object.entries(each).map(([key, item]) => ({
        key,
        place,
        value: visit(item),
      }));
      return { kind: "map", place, entries };
    }
    const scalar = each as string | number | boolean | null;
    return { kind: "scalar", place, value: scalar, text: String(scalar) };
  };
  return visit(value);
}

export function compileObject(document: object): Compiled {
  const file = "policies.json";
  return compileDocument([{ file, root: nodeOf(document, file) }], "r1", libraries);
}

/** A problem in short: `warning origin-any /policies/0/allowOrigins`. */
export function shortly({ severity, code, pointer }: Problem): string {
  return `${severity} ${code} ${pointer}`;
}

export function problemsOf(document: object): readonly string[] {
  return compileObject(document).problems.map(shortly);
}

export const WEB = { name: "web", allowOrigins: ["https://app.example.com"] };

/** The problems of a document with one policy, which admits an origin unless the test says otherwise. */
export function problemsOfPolicy(policy: object): readonly string[] {
  return problemsOf({ policies: [{ ...WEB, ...policy }] });
}
