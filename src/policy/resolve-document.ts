import type { Application, Policy } from "../cors/policy.ts";
import type {
  PolicyDocument,
  WrittenApplication,
  WrittenGroup,
  WrittenMatch,
  WrittenPolicy,
} from "./document.ts";
import { resolveApplication, resolvePolicy } from "./resolve.ts";
import type { Condition } from "./scope/scope.ts";

/** A policy with its presets applied, beside what was written. */
export type ResolvedPolicy = { readonly written: WrittenPolicy; readonly policy: Policy };

export type ResolvedApplication = {
  readonly written: WrittenApplication;
  readonly application: Application;
};

/** What applies in one group. */
export type ResolvedGroup = {
  readonly name: string;
  /** Undefined: the group of everything that stands where a document has no `apiGroups`. */
  readonly written: WrittenGroup | undefined;
  readonly match: readonly Condition[];
  /** In their order, disabled ones too. */
  readonly members: readonly ResolvedPolicy[];
  /** Applications of this group by name. */
  readonly applications: readonly ResolvedApplication[];
  /** Applications of every group: the same list in all of them. */
  readonly everywhere: readonly ResolvedApplication[];
};

export type ResolvedDocument = {
  readonly policies: readonly ResolvedPolicy[];
  readonly applications: readonly ResolvedApplication[];
  readonly groups: readonly ResolvedGroup[];
};

/** Name of the one group of a document without `apiGroups`; an application cannot name it. */
export const DEFAULT_GROUP = "default";

/** A document with its presets applied, by group. References to what does not exist are left out. */
export function resolveDocument(document: PolicyDocument): ResolvedDocument {
  const policies = document.policies.map((written) => ({
    written,
    policy: resolvePolicy(written),
  }));
  const applications = document.applications.map((written) => ({
    written,
    application: resolveApplication(written),
  }));
  const everywhere = applications.filter(({ written }) => groupNames(written) === undefined);
  if (document.groups === undefined) {
    const everything = { host: undefined, path: undefined, route: undefined };
    const group: ResolvedGroup = {
      name: DEFAULT_GROUP,
      written: undefined,
      match: [everything],
      members: policies,
      applications: [],
      everywhere,
    };
    return { policies, applications, groups: [group] };
  }
  const byName = new Map(policies.map((resolved) => [resolved.policy.name, resolved]));
  const byGroup = applicationsByGroup(applications);
  const groups = document.groups.map(
    (written): ResolvedGroup => ({
      name: written.name.value,
      written,
      match: written.match.map(condition),
      members: written.policies.flatMap(({ value }) => byName.get(value) ?? []),
      applications: byGroup.get(written.name.value) ?? [],
      everywhere,
    }),
  );
  return { policies, applications, groups };
}

/** The enabled policies in their order: those that enforce, or, as in a rehearsal, shadow ones in their places too. */
export function activeMembers(
  group: ResolvedGroup,
  modes: "enforcing" | "rehearsed",
): readonly ResolvedPolicy[] {
  return group.members.filter(
    ({ written }) => written.enabled && (modes === "rehearsed" || written.mode === "enforce"),
  );
}

/** True where a shadow policy of the group is enabled. */
export function hasShadow(group: ResolvedGroup): boolean {
  return group.members.some(({ written }) => written.enabled && written.mode === "shadow");
}

/** Undefined: every group. */
function groupNames({ apiGroups }: WrittenApplication): readonly string[] | undefined {
  if (apiGroups === undefined || apiGroups.kind === "any") return undefined;
  return apiGroups.items.map(({ value }) => value);
}

function applicationsByGroup(
  applications: readonly ResolvedApplication[],
): ReadonlyMap<string, readonly ResolvedApplication[]> {
  const byGroup = new Map<string, ResolvedApplication[]>();
  for (const resolved of applications) {
    for (const name of new Set(groupNames(resolved.written))) {
      const list = byGroup.get(name);
      if (list === undefined) byGroup.set(name, [resolved]);
      else list.push(resolved);
    }
  }
  return byGroup;
}

function condition({ host, path, route }: WrittenMatch): Condition {
  return { host: host?.value, path: path?.value, route: route?.value };
}
