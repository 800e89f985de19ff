import type { Libraries } from "../libraries.ts";
import type { Problem } from "../problem.ts";
import { gatherProblems } from "../problem-limit.ts";
import {
  activeMembers,
  hasShadow,
  type ResolvedApplication,
  type ResolvedDocument,
  type ResolvedGroup,
  type ResolvedPolicy,
} from "../resolve-document.ts";
import { distinctProblems, warnRepeated } from "./finding.ts";
import { lintBudget } from "./lint-budget.ts";
import { lintGroups } from "./lint-groups.ts";
import { lintHeaders } from "./lint-headers.ts";
import { lintMethods } from "./lint-methods.ts";
import {
  governingRegime,
  lintOrigins,
  lintRepeatedOrigins,
  ownRegime,
  policyOrigins,
  type Regime,
  UNGOVERNED,
  writtenOrigins,
} from "./lint-origins.ts";
import { lintPolicies } from "./lint-policies.ts";
import { lintSwitches } from "./lint-switches.ts";

/**
 * What values mean and should not, or may not mean. A disabled policy stands nowhere, so nothing is said of its meaning;
 * a shadow policy is judged like an enforcing one, since it is on its way to be one.
 */
export function lintValues(resolved: ResolvedDocument, libraries: Libraries): readonly Problem[] {
  const enabled = resolved.policies.filter(({ written }) => written.enabled);
  return distinctProblems([
    ...gatherProblems(enabled, (policy) => lintPolicy(policy, libraries)),
    ...lintApplications(resolved, libraries),
    ...lintBudget(resolved.groups),
  ]);
}

/** Policies and groups that have no effect where they stand. To be asked of a document that decoded without an error. */
export function lintRelations(resolved: ResolvedDocument): readonly Problem[] {
  return [...lintPolicies(resolved), ...lintGroups(resolved.groups)];
}

function lintPolicy({ written }: ResolvedPolicy, libraries: Libraries): readonly Problem[] {
  return [
    ...lintOrigins(policyOrigins(written), [ownRegime(written)], libraries),
    ...lintRepeatedOrigins(written.allowOrigins),
    ...lintMethods(written),
    ...lintHeaders(written),
    ...lintSwitches(written),
  ];
}

/**
 * An application is judged under the policies that govern for it: the first one of each of its groups. Of policies that
 * judge alike one is enough, so the work does not grow with the number of groups.
 */
function lintApplications(
  { applications, groups }: ResolvedDocument,
  libraries: Libraries,
): readonly Problem[] {
  const everywhere = new Map<string, Regime>();
  const byApplication = new Map<string, Map<string, Regime>>();
  for (const group of groups) {
    for (const regime of governingFirst(group).map(governingRegime)) {
      const kind = `${regime.credentials} ${regime.anyOrigin}`;
      everywhere.set(kind, regime);
      for (const { application } of group.applications) {
        const regimes = byApplication.get(application.name) ?? new Map<string, Regime>();
        byApplication.set(application.name, regimes.set(kind, regime));
      }
    }
  }
  const inEveryGroup = new Set(groups[0]?.everywhere.map(({ application }) => application.name));
  return gatherProblems(applications, (resolved) => {
    const { name } = resolved.application;
    const regimes = inEveryGroup.has(name) ? everywhere : byApplication.get(name);
    return lintApplication(resolved, [...(regimes?.values() ?? [])], libraries);
  });
}

function lintApplication(
  { written }: ResolvedApplication,
  regimes: readonly Regime[],
  libraries: Libraries,
): readonly Problem[] {
  const judgedBy = regimes.length === 0 ? [UNGOVERNED] : regimes;
  return [
    ...lintOrigins(writtenOrigins(written.origins), judgedBy, libraries),
    ...lintRepeatedOrigins(written.origins),
    ...warnRepeated(written.apiGroups, (name) => name),
  ];
}

/** The policies that answer for applications: the first that enforces, and the first of the rehearsal. */
function governingFirst(group: ResolvedGroup): readonly ResolvedPolicy["written"][] {
  const firsts = [
    ...activeMembers(group, "enforcing").slice(0, 1),
    ...(hasShadow(group) ? activeMembers(group, "rehearsed").slice(0, 1) : []),
  ];
  return firsts.map(({ written }) => written);
}
