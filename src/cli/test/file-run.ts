import type { TestResult, Untouched } from "../../expectation/judge.ts";

/** What came out of the tests of one file. */
export type FileRun = {
  readonly file: string;
  readonly results: readonly TestResult[];
  readonly untouched: Untouched;
};

/** `strict`: a policy or group without a test is a failure too. */
export function isPassed({ results, untouched }: FileRun, strict: boolean): boolean {
  const isCovered = untouched.policies.length + untouched.groups.length === 0;
  return results.every(({ mismatches }) => mismatches.length === 0) && (isCovered || !strict);
}

/** One line for all that no test has to do with, or undefined where there is nothing. */
export function untouchedLine({ untouched }: FileRun): string | undefined {
  const { policies, groups } = untouched;
  const names = [
    ...policies.map((name) => `policy \`${name}\``),
    ...groups.map((name) => `group \`${name}\``),
  ];
  return names.length === 0 ? undefined : `no test touches ${names.join(", ")}`;
}
