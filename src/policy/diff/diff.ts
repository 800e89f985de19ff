import { quote } from "../quote.ts";
import { remembered } from "../remembered.ts";
import type { ResolvedDocument, ResolvedGroup } from "../resolve-document.ts";
import type { KnownFacts } from "./diff-facts.ts";
import {
  type Difference,
  differs,
  diffGroup,
  type ListChange,
  type PolicyDifference,
} from "./diff-group.ts";

/**
 * What changes between two documents, by group; empty where nothing does. With a tag: as if each document had only the
 * policies with that tag.
 */
export function diffDocuments(
  before: ResolvedDocument<unknown>,
  after: ResolvedDocument<unknown>,
  tag?: string,
): readonly Difference[] {
  const old = groupsByName(before, tag);
  const young = groupsByName(after, tag);
  const known: KnownFacts = new Map();
  const alike = new Map<string, { readonly difference: Difference; readonly groups: string[] }>();
  for (const name of new Set([...old.keys(), ...young.keys()])) {
    const difference = diffGroup(name, old.get(name), young.get(name), known);
    if (!differs(difference)) continue;
    const key = JSON.stringify({ ...difference, groups: [] });
    remembered(alike, key, () => ({ difference, groups: [] })).groups.push(name);
  }
  return [...alike.values()].map(({ difference, groups }) => ({ ...difference, groups }));
}

function groupsByName(
  { groups }: ResolvedDocument<unknown>,
  tag: string | undefined,
): ReadonlyMap<string, ResolvedGroup<unknown>> {
  const seen = tag === undefined ? groups : groups.flatMap((group) => onlyTagged(group, tag));
  return new Map(seen.map((group) => [group.name, group]));
}

/** The group with the policies that have the tag; none where it has no such policy. */
function onlyTagged(group: ResolvedGroup<unknown>, tag: string): readonly ResolvedGroup<unknown>[] {
  const members = group.members.filter(({ written }) => written.tags.includes(tag));
  return members.length === 0 ? [] : [{ ...group, members }];
}

/** What a change does, one fact a line; the lines of a group are indented under its name. */
export function renderDiff(differences: readonly Difference[]): readonly string[] {
  return differences.flatMap((difference) => {
    const facts = [...renderGroup(difference), ...difference.policies.flatMap(renderPolicy)];
    return [title(difference), ...facts.map((fact) => `  ${fact}`)];
  });
}

function title({ groups, change }: Difference): string {
  const names = groups.map((name) => `\`${name}\``).join(", ");
  return `${groups.length === 1 ? "group" : "groups"} ${names}: ${change}`;
}

function renderGroup({
  match,
  origins,
  governance,
  reordered,
  kept,
}: Difference): readonly string[] {
  return [
    ...renderList(match, "selected by", "no longer selected by", undefined),
    ...(governance === undefined ? [] : [GOVERNANCE[governance]]),
    ...renderList(origins, "origins newly admitted", "origins no longer admitted", kept),
    ...(reordered ? ["its policies stand in another order"] : []),
  ];
}

const GOVERNANCE: Readonly<Record<"opened" | "governed", string>> = {
  opened: "no policy is enforcing any more: exchanges pass untouched",
  governed: "a policy is enforcing now: the service's own CORS headers are replaced",
};

function renderPolicy(difference: PolicyDifference): readonly string[] {
  const { before, after, lists, values, kept } = difference;
  const policy = `policy \`${difference.policy}\``;
  const facts = [
    ...(before === after ? [] : [renderState(before, after, kept)]),
    ...lists.flatMap(({ list, ...change }) =>
      renderList(change, `${list} added`, `${list} removed`, kept),
    ),
    ...values.map(({ key, before: was, after: is }) => {
      const taken = key === "allowCredentials" && is === "false";
      return `${key}: ${was} -> ${is}${keeping(taken ? kept : undefined)}`;
    }),
  ];
  return facts.map((fact) => `${policy}: ${fact}`);
}

function renderState(
  before: PolicyDifference["before"],
  after: PolicyDifference["after"],
  kept: number | undefined,
): string {
  const was = before ?? "absent";
  const is = after ?? "absent";
  return `${was} -> ${is}${keeping(was === "enforcing" ? kept : undefined)}`;
}

function renderList(
  { added, removed }: ListChange,
  addedTo: string,
  removedFrom: string,
  kept: number | undefined,
): readonly string[] {
  return [
    ...(added.length === 0 ? [] : [`${addedTo}: ${added.map(quote).join(", ")}`]),
    ...(removed.length === 0
      ? []
      : [`${removedFrom}: ${removed.map(quote).join(", ")}${keeping(kept)}`]),
  ];
}

function keeping(seconds: number | undefined): string {
  return seconds === undefined ? "" : `; browsers may keep a preflight for up to ${seconds} s`;
}
