import type { Outcome, Reason, Verdict } from "../../cors/decision.ts";
import type { RequestKind } from "../../cors/request.ts";
import { type Labels, MAX_SERIES, otherwise, type Series } from "./tally.ts";

type Counted = {
  readonly kind: RequestKind;
  readonly outcome: Outcome;
  readonly reason: Reason | undefined;
  readonly differs: boolean | undefined;
  count: number;
};

/**
 * Counts verdicts by what they say, at the cost of two look-ups. Of the labels only the names of groups and policies
 * are from no closed set; documents come and go, so that they are bounded: what comes after {@link MAX_SERIES} - 1
 * counts as `other`.
 */
export class VerdictCounts {
  readonly #groups: Map<string, Map<string, Counted[]>> = new Map();
  #size = 0;
  #others: Labels | undefined;
  #otherCount = 0;

  /** `differs` is a label of its own; leave it out everywhere or nowhere. */
  add(
    group: string | undefined,
    kind: RequestKind,
    { policy, outcome, reason }: Pick<Verdict, "policy" | "outcome" | "reason">,
    differs?: boolean,
  ): void {
    const groupName = group ?? "";
    const policyName = policy?.name ?? "";
    const known = this.#groups.get(groupName)?.get(policyName);
    // A few at most: to compare words that are the same objects is faster than to look them up.
    for (const counted of known ?? NONE) {
      if (
        counted.kind === kind &&
        counted.outcome === outcome &&
        counted.reason === reason &&
        counted.differs === differs
      ) {
        counted.count += 1;
        return;
      }
    }
    this.#begin(groupName, policyName, { kind, outcome, reason, differs, count: 1 });
  }

  series(): readonly Series[] {
    const all: Series[] = [];
    for (const [group, policies] of this.#groups) {
      for (const [policy, list] of policies) {
        for (const counted of list) all.push(asSeries(group, policy, counted));
      }
    }
    if (this.#others !== undefined) all.push({ labels: this.#others, count: this.#otherCount });
    return all;
  }

  #begin(group: string, policy: string, counted: Counted): void {
    if (this.#size >= MAX_SERIES - 1) {
      this.#others ??= otherwise(asSeries(group, policy, counted).labels);
      this.#otherCount += 1;
      return;
    }
    this.#size += 1;
    const policies = this.#groups.get(group) ?? new Map<string, Counted[]>();
    this.#groups.set(group, policies);
    const list = policies.get(policy) ?? [];
    policies.set(policy, list);
    list.push(counted);
  }
}

const NONE: readonly Counted[] = [];

function asSeries(group: string, policy: string, counted: Counted): Series {
  const { kind, outcome, reason = "", differs, count } = counted;
  const labels = { group, policy, kind, outcome, reason };
  return {
    labels: differs === undefined ? labels : { ...labels, differs: String(differs) },
    count,
  };
}
