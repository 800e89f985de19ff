import type { Problem } from "../problem.ts";
import { gatherProblems } from "../problem-limit.ts";
import { activeMembers, type ResolvedGroup } from "../resolve-document.ts";
import { conditionText } from "../scope/scope.ts";
import { warningAt } from "./finding.ts";

/** Groups that are open though policies stand in them, and groups that nothing can select. */
export function lintGroups(groups: readonly ResolvedGroup[]): readonly Problem[] {
  return [...gatherProblems(groups, lintOpen), ...lintUnmatched(groups)];
}

/** A group of shadow policies alone is open on purpose; one with a disabled policy, or with none, may not be. */
function lintOpen(group: ResolvedGroup): readonly Problem[] {
  const { name, written, members } = group;
  if (activeMembers(group, "enforcing").length > 0) return [];
  const disabled = members.find((member) => !member.written.enabled);
  const at = written?.at ?? disabled?.written.at;
  const why =
    disabled === undefined
      ? "it has no policy"
      : `none of its policies is enforcing, and \`${disabled.policy.name}\` is disabled`;
  if (at === undefined || (disabled === undefined && members.length > 0)) return [];
  return [
    warningAt(at, name, {
      code: "group-open",
      message: `group \`${name}\` is left open: ${why}`,
      fix:
        disabled === undefined
          ? "name a policy, or remove the group"
          : "enable a policy, or remove the group",
    }),
  ];
}

/**
 * Of two entries with the same keys the first in the document decides. An entry that several others cover together is
 * not seen: silence proves nothing.
 */
function lintUnmatched(groups: readonly ResolvedGroup[]): readonly Problem[] {
  const taken = new Map<string, string>();
  return gatherProblems(groups, ({ name, match, written }) => {
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
