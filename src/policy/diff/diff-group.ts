import type { Policy } from "../../cors/policy.ts";
import type { ResolvedGroup } from "../resolve-document.ts";
import {
  type GroupFacts,
  groupFacts,
  type KnownFacts,
  LIST_NAMES,
  type ListName,
  NO_GROUP,
  type PolicyFacts,
  type PolicyState,
} from "./diff-facts.ts";
import { POLICY_VALUES } from "./policy-values.ts";

/** Entries that came and went; `*` stands for all that is not listed. */
export type ListChange = { readonly added: readonly string[]; readonly removed: readonly string[] };

export type PolicyDifference = {
  readonly policy: string;
  /** Undefined: it does not stand in the group. */
  readonly before: PolicyState | undefined;
  readonly after: PolicyState | undefined;
  /** Lists that changed; empty where the policy came or went. */
  readonly lists: readonly (ListChange & { readonly list: ListName })[];
  readonly values: readonly {
    readonly key: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** How long browsers may go by what was taken away, in seconds; undefined: nothing was, or nothing is kept. */
  readonly kept: number | undefined;
};

/** What a change does in groups that it changes alike. */
export type Difference = {
  readonly groups: readonly string[];
  readonly change: "added" | "removed" | "changed";
  readonly match: ListChange;
  /** Whom the group admits, by policies and applications together. */
  readonly origins: ListChange;
  /** `opened`: no policy is enforcing any more; `governed`: one is, for the first time. */
  readonly governance: "opened" | "governed" | undefined;
  /** Enforcing policies that stand in both stand in another order. */
  readonly reordered: boolean;
  readonly policies: readonly PolicyDifference[];
  /** How long browsers may go by an origin that was taken away, in seconds. */
  readonly kept: number | undefined;
};

/** What a change does in one group; undefined stands for a group that does not exist. */
export function diffGroup(
  name: string,
  old: ResolvedGroup<unknown> | undefined,
  young: ResolvedGroup<unknown> | undefined,
  known: KnownFacts,
): Difference {
  const before = old === undefined ? NO_GROUP : groupFacts(old, known);
  const after = young === undefined ? NO_GROUP : groupFacts(young, known);
  const origins = diffSets(before.origins, after.origins);
  return {
    groups: [name],
    change: young === undefined ? "removed" : old === undefined ? "added" : "changed",
    match: diffSets(before.match, after.match),
    origins,
    governance: governance(before, after),
    reordered: isReordered(before.enforcing, after.enforcing),
    policies: diffPolicies(before, after),
    kept: keptFor(origins.removed.length > 0, before.keeps),
  };
}

/** True where a difference says anything. */
export function differs({ change, match, origins, reordered, policies }: Difference): boolean {
  const moved = [match, origins].some(({ added, removed }) => added.length + removed.length > 0);
  return change !== "changed" || moved || reordered || policies.length > 0;
}

function governance(before: GroupFacts, after: GroupFacts): Difference["governance"] {
  const [was, is] = [before.enforcing.length > 0, after.enforcing.length > 0];
  if (was === is) return undefined;
  return is ? "governed" : "opened";
}

function isReordered(before: readonly string[], after: readonly string[]): boolean {
  const [old, young] = [new Set(before), new Set(after)];
  const kept = before.filter((name) => young.has(name));
  const stand = after.filter((name) => old.has(name));
  return kept.some((name, place) => name !== stand[place]);
}

function diffPolicies(before: GroupFacts, after: GroupFacts): readonly PolicyDifference[] {
  const names = new Set([...before.policies.keys(), ...after.policies.keys()]);
  return [...names].flatMap((name) => {
    const difference = diffPolicy(name, before.policies.get(name), after.policies.get(name));
    const same =
      difference.before === difference.after &&
      difference.lists.length + difference.values.length === 0;
    return same ? [] : [difference];
  });
}

function diffPolicy(
  policy: string,
  before: PolicyFacts | undefined,
  after: PolicyFacts | undefined,
): PolicyDifference {
  const states = { policy, before: before?.state, after: after?.state };
  if (before === undefined || after === undefined) {
    const kept = before && keptFor(before.state === "enforcing", before.keeps);
    return { ...states, lists: [], values: [], kept };
  }
  const lists = LIST_NAMES.flatMap((list) => {
    const change = diffSets(before.lists[list], after.lists[list]);
    return change.added.length + change.removed.length === 0 ? [] : [{ list, ...change }];
  });
  const values = diffValues(before.policy, after.policy);
  const taken =
    after.state !== "enforcing" ||
    lists.some(({ removed }) => removed.length > 0) ||
    values.some(({ key, after: now }) => key === "allowCredentials" && now === "false");
  return {
    ...states,
    lists,
    values,
    kept: keptFor(before.state === "enforcing" && taken, before.keeps),
  };
}

function diffValues(before: Policy, after: Policy): PolicyDifference["values"] {
  return POLICY_VALUES.flatMap(([key, of]) => {
    const [was, is] = [of(before), of(after)];
    return was === is ? [] : [{ key, before: was, after: is }];
  });
}

function keptFor(taken: boolean, seconds: number): number | undefined {
  return taken && seconds > 0 ? seconds : undefined;
}

/** Where one side is `*`, the other side's entries are among those that it stands for. */
function diffSets(before: ReadonlySet<string>, after: ReadonlySet<string>): ListChange {
  return {
    added: before.has("*") ? [] : [...after].filter((entry) => !before.has(entry)),
    removed: after.has("*") ? [] : [...before].filter((entry) => !after.has(entry)),
  };
}
