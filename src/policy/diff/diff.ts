import { remembered } from "../remembered.ts";
import type { ResolvedDocument, ResolvedGroup } from "../resolve-document.ts";
import type { KnownFacts } from "./diff-facts.ts";
import { type Difference, differs, diffGroup } from "./diff-group.ts";

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
