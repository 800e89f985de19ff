import { quote } from "../quote.ts";
import type { Difference, ListChange, PolicyDifference } from "./diff-group.ts";
import { type Effect, valueEffect } from "./effect.ts";

export type DiffLine = { readonly text: string; readonly effect: Effect };

/** What a change does, one fact a line; the lines of a group are indented under its name. */
export function diffLines(differences: readonly Difference[]): readonly DiffLine[] {
  return differences.flatMap((difference) => {
    const facts = [...groupFacts(difference), ...difference.policies.flatMap(policyFacts)];
    return [title(difference), ...facts.map((fact) => ({ ...fact, text: `  ${fact.text}` }))];
  });
}

/** The texts of {@link diffLines}. */
export function renderDiff(differences: readonly Difference[]): readonly string[] {
  return diffLines(differences).map(({ text }) => text);
}

function title({ groups, change }: Difference): DiffLine {
  const names = groups.map((name) => `\`${name}\``).join(", ");
  return {
    text: `${groups.length === 1 ? "group" : "groups"} ${names}: ${change}`,
    effect: "other",
  };
}

function groupFacts(difference: Difference): readonly DiffLine[] {
  const { match, origins, governance, reordered, kept } = difference;
  return [
    // Requests come from another group, whose policies may have said less; or go to one, or to none, which passes them.
    ...listFacts(match, {
      added: { text: "selected by", effect: "wider" },
      removed: { text: "no longer selected by", effect: "wider" },
      kept: undefined,
    }),
    ...(governance === undefined ? [] : [GOVERNANCE[governance]]),
    ...listFacts(origins, {
      added: { text: "origins newly admitted", effect: "wider" },
      removed: { text: "origins no longer admitted", effect: "narrower" },
      kept,
    }),
    ...(reordered
      ? [{ text: "its policies stand in another order", effect: "wider" } as const]
      : []),
  ];
}

const GOVERNANCE: Readonly<Record<"opened" | "governed", DiffLine>> = {
  opened: {
    text: "no policy is enforcing any more: exchanges pass untouched",
    effect: "wider",
  },
  governed: {
    text: "a policy is enforcing now: the service's own CORS headers are replaced",
    effect: "other",
  },
};

function policyFacts(difference: PolicyDifference): readonly DiffLine[] {
  const { before, after, lists, values, kept } = difference;
  // What is not enforced admits nobody, whatever it says.
  const enforced = (effect: Effect): Effect => (after === "enforcing" ? effect : "other");
  const facts = [
    ...(before === after ? [] : [stateFact(before, after, kept)]),
    ...lists.flatMap(({ list, ...change }) =>
      listFacts(change, {
        added: { text: `${list} added`, effect: enforced("wider") },
        removed: { text: `${list} removed`, effect: enforced("narrower") },
        kept,
      }),
    ),
    ...values.map((value) => {
      const { key, before: was, after: is } = value;
      const taken = key === "allowCredentials" && is === "false";
      const text = `${key}: ${was} -> ${is}${keeping(taken ? kept : undefined)}`;
      return { text, effect: enforced(valueEffect(value)) };
    }),
  ];
  return facts.map(({ text, effect }) => ({
    text: `policy \`${difference.policy}\`: ${text}`,
    effect,
  }));
}

function stateFact(
  before: PolicyDifference["before"],
  after: PolicyDifference["after"],
  kept: number | undefined,
): DiffLine {
  const text = `${before ?? "absent"} -> ${after ?? "absent"}`;
  if (before === "enforcing") return { text: `${text}${keeping(kept)}`, effect: "narrower" };
  return { text, effect: after === "enforcing" ? "wider" : "other" };
}

function listFacts(
  { added, removed }: ListChange,
  words: {
    readonly added: DiffLine;
    readonly removed: DiffLine;
    readonly kept: number | undefined;
  },
): readonly DiffLine[] {
  const fact = ({ text, effect }: DiffLine, entries: readonly string[], end: string): DiffLine[] =>
    entries.length === 0
      ? []
      : [{ text: `${text}: ${entries.map(quote).join(", ")}${end}`, effect }];
  return [...fact(words.added, added, ""), ...fact(words.removed, removed, keeping(words.kept))];
}

function keeping(seconds: number | undefined): string {
  return seconds === undefined ? "" : `; browsers may keep a preflight for up to ${seconds} s`;
}
