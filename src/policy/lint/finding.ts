import type { At, WrittenList } from "../document.ts";
import type { Problem } from "../problem.ts";
import type { ProblemCode } from "../problem-code.ts";
import { gatherProblems } from "../problem-limit.ts";
import { quote } from "../quote.ts";

/** What is wrong with one value, and the way out. */
export type Remark = {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fix: string;
};

export function errorAt(at: At, value: string, remark: Remark): Problem {
  return { ...at.place, pointer: at.pointer, severity: "error", value, ...remark };
}

export function warningAt(at: At, value: string, remark: Remark): Problem {
  return { ...at.place, pointer: at.pointer, severity: "warning", value, ...remark };
}

/** A warning for each entry of a list that a rule has something to say about. */
export function warnEach<T>(
  list: WrittenList<T> | undefined,
  remarkOf: (value: T, text: string) => Remark | undefined,
): readonly Problem[] {
  if (list?.kind !== "listed") return [];
  return gatherProblems(list.items, ({ value, text, at }) => {
    const remark = remarkOf(value, text);
    return remark === undefined ? [] : [warningAt(at, text, remark)];
  });
}

/** A warning for each entry that compares equal to an earlier one. */
export function warnRepeated<T>(
  list: WrittenList<T> | undefined,
  compared: (value: T) => string,
): readonly Problem[] {
  const seen = new Set<string>();
  return warnEach(list, (value, text) => {
    const key = compared(value);
    if (!seen.has(key)) {
      seen.add(key);
      return undefined;
    }
    return {
      code: "entry-repeated",
      message: `${quote(text)} stands in this list already`,
      fix: "remove one of them",
    };
  });
}

/**
 * Each problem once: a rule can come to the same place by several groups. An error goes before a warning with the same
 * code, since a place can be fine in one group and not in another.
 */
export function distinctProblems(problems: readonly Problem[]): readonly Problem[] {
  const kept = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.code} ${problem.file} ${problem.pointer}`;
    const known = kept.get(key);
    if (known === undefined || (known.severity === "warning" && problem.severity === "error")) {
      kept.set(key, problem);
    }
  }
  return [...kept.values()];
}
