import type { TestResult } from "../../expectation/judge.ts";
import type { FileRun } from "./file-run.ts";

/** For programs, in the order of keys that is promised to them. */
export function jsonReport(runs: readonly FileRun[]): string {
  const results = runs.flatMap((run) => run.results);
  const failed = results.filter(({ mismatches }) => mismatches.length > 0).length;
  const report = {
    passed: results.length - failed,
    failed,
    files: runs.map(({ file, results: own, untouched }) => ({
      file,
      tests: own.map(plainResult),
      untouched,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function plainResult({ test, mismatches, explanation }: TestResult): object {
  const { line, column } = test.at.place;
  return {
    name: test.name,
    line,
    column,
    passed: mismatches.length === 0,
    mismatches: mismatches.map(({ name, expected, actual }) => ({
      name,
      expected: expected ?? null,
      actual: actual ?? null,
    })),
    explanation,
  };
}
