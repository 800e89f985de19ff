import type { Problem } from "./problem.ts";
import type { ProblemCode } from "./problem-code.ts";

/** Most problems in one report. Nobody reads more, and a hostile document must not fill the memory with them. */
export const MAX_PROBLEMS = 10_000;

/** Stands in place of the last problem of a full report. */
export const TOO_MANY: {
  readonly code: ProblemCode;
  readonly value: string;
  readonly message: string;
  readonly fix: string;
} = {
  code: "too-many-problems",
  value: "",
  message: `there are ${MAX_PROBLEMS} problems or more, and the rest is left out`,
  fix: "correct those that are listed first",
};

/**
 * At most {@link MAX_PROBLEMS}, errors before warnings where some are left out. Warnings alone, however many, do not keep
 * a document from being used, so what says that some were left out is then a warning too.
 */
export function limitProblems(problems: readonly Problem[]): readonly Problem[] {
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning");
  const ranked = [...errors, ...warnings];
  const last = ranked[MAX_PROBLEMS - 1];
  if (last === undefined) return problems;
  const severity = errors.length > 0 ? "error" : "warning";
  return [...ranked.slice(0, MAX_PROBLEMS - 1), { ...last, ...TOO_MANY, severity }];
}

/**
 * The problems of many items, as far as a report can hold them: of errors and of warnings no more than
 * {@link MAX_PROBLEMS} each, so that many warnings never hide an error.
 */
export function gatherProblems<T>(
  items: Iterable<T>,
  problemsOf: (item: T) => readonly Problem[],
): readonly Problem[] {
  const found: Problem[] = [];
  const room = { error: MAX_PROBLEMS, warning: MAX_PROBLEMS };
  for (const item of items) {
    for (const problem of problemsOf(item)) {
      if (room[problem.severity] === 0) continue;
      room[problem.severity] -= 1;
      found.push(problem);
    }
  }
  return found;
}
