import { type Problem, plainProblem } from "../policy/problem.ts";
import type { Comparison } from "../source/compare.ts";

/** Most problems that are answered: who has more of them mends the first ones first. */
export const MAX_ANSWERED_PROBLEMS = 100;

export type DiffAnswer = {
  /** How many there are, in all. */
  readonly problemCount: number;
  /** Errors before warnings; at most {@link MAX_ANSWERED_PROBLEMS}. */
  readonly problems: readonly Problem[];
  /** Lines as of `corsd diff`; null where the document has errors. */
  readonly changes: readonly string[] | null;
};

export function answerDiff({ problems, changes }: Comparison): DiffAnswer {
  const weight = ({ severity }: Problem): number => (severity === "error" ? 0 : 1);
  const shown = problems.toSorted((one, other) => weight(one) - weight(other));
  return {
    problemCount: problems.length,
    problems: shown.slice(0, MAX_ANSWERED_PROBLEMS).map(plainProblem),
    changes: changes ?? null,
  };
}
