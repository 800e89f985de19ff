import { diffDocuments } from "../policy/diff/diff.ts";
import { diffLines } from "../policy/diff/render-diff.ts";
import { quote } from "../policy/quote.ts";
import { remembered } from "../policy/remembered.ts";
import type {
  ResolvedApplication,
  ResolvedDocument,
  ResolvedGroup,
  ResolvedPolicy,
} from "../policy/resolve-document.ts";
import { applyEdit, type Edit } from "./edit.ts";
import type { OriginView } from "./origin-view.ts";

/** Most groups that are named in one line. */
const MAX_NAMED = 5;

/** Everything that becomes wider, as `corsd diff` says it, in every group that has a policy which is changed. */
export function grantsOf(
  document: ResolvedDocument<unknown>,
  edits: readonly Edit[],
  view: OriginView,
): readonly string[] {
  const changed = new Set(edits.map(({ policy }) => policy));
  const groups = document.groups.filter(({ members }) =>
    members.some(({ policy }) => changed.has(policy.name)),
  );
  const before = reduced(groups, view, []);
  const after = reduced(groups, view, edits);
  return diffDocuments(before, after).flatMap((difference) => {
    const [first, ...others] = difference.groups.map(quote);
    const named = [first, ...others.slice(0, MAX_NAMED - 1)].join(", ");
    const hidden = difference.groups.length - MAX_NAMED;
    const title = `${others.length === 0 ? "group" : "groups"} ${named}${hidden > 0 ? ` and ${hidden} more` : ""}`;
    return diffLines([difference])
      .filter(({ effect }) => effect === "wider")
      .map(({ text }) => `${title}: ${text.trim()}`);
  });
}

/** The groups as the requests see them, with the edits made. */
function reduced(
  groups: readonly ResolvedGroup<unknown>[],
  view: OriginView,
  edits: readonly Edit[],
): ResolvedDocument<unknown> {
  const policies = new Map<ResolvedPolicy<unknown>, ResolvedPolicy<unknown>>();
  const applications = new Map<
    readonly ResolvedApplication<unknown>[],
    readonly ResolvedApplication<unknown>[]
  >();
  const policyOf = (resolved: ResolvedPolicy<unknown>) =>
    remembered(policies, resolved, () => {
      const own = edits.filter(({ policy }) => policy === resolved.policy.name);
      return { ...resolved, policy: own.reduce(applyEdit, view.policy(resolved.policy)) };
    });
  const applicationsOf = (list: readonly ResolvedApplication<unknown>[]) =>
    remembered(applications, list, () =>
      list.map((each) => ({ ...each, application: view.application(each.application) })),
    );
  return {
    policies: [],
    applications: [],
    groups: groups.map((group) => ({
      ...group,
      members: group.members.map(policyOf),
      applications: applicationsOf(group.applications),
      everywhere: applicationsOf(group.everywhere),
    })),
  };
}
