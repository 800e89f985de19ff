import type { Problem } from "../problem.ts";
import { activeMembers, type ResolvedGroup } from "../resolve-document.ts";
import { conditionText } from "../scope/scope.ts";
import { warningAt } from "./finding.ts";

/** Groups that are open though policies stand in them, and groups that nothing can select. */
export function lintGroups(groups: readonly ResolvedGroup[]): readonly Problem[] {
  return [...groups.flatMap(lintOpen), ...lintUnmatched(groups)];
}

/** A group of shadow policies alone is open on purpose; one with a disabled policy may not be. */
function lintOpen(group: ResolvedGroup): readonly Problem[] {
  const disabled = group.members.find(({ written }) => !written.enabled);
  if (disabled === undefined || activeMembers(group, "enforcing").length > 0) return [];
  return [
    warningAt(group.written?.at ?? disabled.written.at, group.name, {
      code: "group-open",
      message: `group \`${group.name}\` is left open: none of its policies is enforcing, and \`${disabled.policy.name}\` is disabled`,
      fix: "enable a policy, or remove the group",
    }),
  ];
}

/**
 * Of two entries with the same keys the first in the document decides. An entry that several others cover together is
 * not seen: silence proves nothing.
 */
function lintUnmatched(groups: readonly ResolvedGroup[]): readonly Problem[] {
  const taken = new Map<string, string>();
  return groups.flatMap(({ name, match, written }) => {
    const keys = match.map(conditionText);
    const first = taken.get(keys[0] ?? "");
    const unmatched = keys.length > 0 && keys.every((key) => taken.has(key));
    for (const key of keys) if (!taken.has(key)) taken.set(key, name);
    if (!unmatched || written === undefined) return [];
    return [
      warningAt(written.at, name, {
        code: "group-never-matches",
        message: `group \`${name}\` can never match: its entries stand in earlier groups, such as \`${first}\``,
        fix: "change its `match`, or remove the group",
      }),
    ];
  });
}
