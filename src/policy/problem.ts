import type { Place } from "./node.ts";
import { printable } from "./quote.ts";

export type Severity = "error" | "warning";

/** One thing wrong with a document. A document is reported whole: nothing stops at the first problem. */
export type Problem = Place & {
  readonly severity: Severity;
  /** Stable, for programs: `origin-invalid`, `unknown-key`, … */
  readonly code: string;
  /** JSON Pointer into its file, e.g. `/policies/0/allowOrigins/2`. */
  readonly pointer: string;
  /** What was found, as written. */
  readonly value: string;
  /** What is wrong: lower case, no full stop, the operator's text in backticks. */
  readonly message: string;
  /** The way out, as an instruction. */
  readonly fix: string;
};

/** The problem as one line can show it: what is proposed to an operator may hold a piece of the text as it is. */
export function printableProblem<P extends Pick<Problem, "message" | "fix">>(problem: P): P {
  return { ...problem, message: printable(problem.message), fix: printable(problem.fix) };
}

/** `file:line:column pointer: message; fix`, warnings marked as such, and what stands inside of a scalar. */
export function renderProblem(problem: Problem): string {
  const mark = problem.severity === "warning" ? "warning: " : "";
  const place = `${problem.file}:${problem.line}:${problem.column} ${problem.pointer}`.trimEnd();
  return `${place}: ${mark}${sentenceOf(problem)}`;
}

/** What is wrong and the way out, and the line where the place does not say it. */
export function sentenceOf({ inner, message, fix }: Problem): string {
  const within =
    inner === undefined ? "" : `in line ${inner.line}, column ${inner.column} of the text: `;
  return `${within}${message}; ${fix}`;
}

/** The problem for programs, its keys in the order that is promised to them. */
export function plainProblem(problem: Problem): Problem {
  const { file, line, column, inner, pointer, code, severity, value, message, fix } = problem;
  const within = inner === undefined ? {} : { inner };
  return { file, line, column, ...within, pointer, code, severity, value, message, fix };
}
