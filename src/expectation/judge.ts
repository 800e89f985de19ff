import type { Snapshot } from "../cors/snapshot.ts";
import { explainRequest } from "../explain/explain-request.ts";
import type { Explanation } from "../explain/explanation.ts";
import type { ResolvedDocument } from "../policy/resolve-document.ts";
import type { Test } from "./decode-test-file.ts";
import { compare, type Mismatch } from "./fact.ts";

export type TestResult = {
  readonly test: Test;
  readonly explanation: Explanation;
  /** None: all is as expected. */
  readonly mismatches: readonly Mismatch[];
};

/** What is decided about the request of a test, and what of it is not as expected. */
export function judgeTest(snapshot: Snapshot, test: Test): TestResult {
  const explanation = explainRequest(snapshot, test.request);
  return { test, explanation, mismatches: compare(test.facts, explanation) };
}

/** Names of what no test has to do with. */
export type Untouched = {
  readonly policies: readonly string[];
  readonly groups: readonly string[];
};

/**
 * The groups to which no test's request belongs, and the enabled policies that govern none: neither in force nor, for
 * one in shadow mode, in what would be decided.
 */
export function untouchedBy(
  { policies, groups }: Pick<ResolvedDocument<unknown>, "policies" | "groups">,
  results: readonly TestResult[],
): Untouched {
  const governed = new Set(
    results.flatMap(({ explanation: { policy, shadow } }) => [policy, shadow?.policy]),
  );
  const asked = new Set(results.map(({ explanation: { group } }) => group));
  return {
    policies: policies
      .filter(({ written }) => written.enabled && !governed.has(written.name.value))
      .map(({ written }) => written.name.value),
    groups: groups.map(({ name }) => name).filter((name) => !asked.has(name)),
  };
}
