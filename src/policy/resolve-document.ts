import type { Application, Policy } from "../cors/policy.ts";
import { atOnce, type Steps } from "../cors/steps.ts";
import type {
  PolicyDocument,
  WrittenApplication,
  WrittenGroup,
  WrittenMatch,
  WrittenOrigins,
  WrittenPolicy,
} from "./document.ts";
import {
  type ReadOrigins,
  readWrittenOrigins,
  resolveApplication,
  resolvePolicy,
} from "./resolve.ts";
import type { Condition } from "./scope/scope.ts";

/** A policy with its presets applied, beside what was written. */
export type ResolvedPolicy<Origins = WrittenOrigins> = {
  readonly written: WrittenPolicy<Origins>;
  readonly policy: Policy;
};

export type ResolvedApplication<Origins = WrittenOrigins> = {
  readonly written: WrittenApplication<Origins>;
  readonly application: Application;
};

/** What applies in one group. */
export type ResolvedGroup<Origins = WrittenOrigins> = {
  readonly name: string;
  /** Undefined: the group of everything that stands where a document has no `apiGroups`. */
  readonly written: WrittenGroup | undefined;
  readonly match: readonly Condition[];
  /** In their order, disabled ones too. */
  readonly members: readonly ResolvedPolicy<Origins>[];
  /** Applications of this group by name. */
  readonly applications: readonly ResolvedApplication<Origins>[];
  /** Applications of every group: the same list in all of them. */
  readonly everywhere: readonly ResolvedApplication<Origins>[];
};

export type ResolvedDocument<Origins = WrittenOrigins> = {
  readonly policies: readonly ResolvedPolicy<Origins>[];
  readonly applications: readonly ResolvedApplication<Origins>[];
  readonly groups: readonly ResolvedGroup<Origins>[];
};

/** Name of the one group of a document without `apiGroups`; an application cannot name it. */
export const DEFAULT_GROUP = "default";

/** A document with its presets applied, by group. References to what does not exist are left out. */
export function resolveDocument(document: PolicyDocument): ResolvedDocument {
  return atOnce(resolveSteps(document, readWrittenOrigins));
}

/** {@link resolveDocument} with origins in any form, for who has other work to do in between. */
export function* resolveSteps<Origins>(
  document: PolicyDocument<Origins>,
  read: ReadOrigins<Origins>,
): Steps<ResolvedDocument<Origins>> {
  const policies: ResolvedPolicy<Origins>[] = [];
  for (const written of document.policies) {
    policies.push({ written, policy: resolvePolicy(written, read) });
    yield;
  }
  const applications: ResolvedApplication<Origins>[] = [];
  for (const written of document.applications) {
    applications.push({ written, application: resolveApplication(written, read) });
    yield;
  }
  const everywhere = applications.filter(({ written }) => groupNames(written) === undefined);
  if (document.groups === undefined) {
    return { policies, applications, groups: [everything(policies, everywhere)] };
  }
  const byName = new Map(policies.map((resolved) => [resolved.policy.name, resolved]));
  const byGroup = applicationsByGroup(applications);
  const groups: ResolvedGroup<Origins>[] = [];
  for (const written of document.groups) {
    groups.push({
      name: written.name.value,
      written,
      match: written.match.map(condition),
      members: written.policies.flatMap(({ value }) => byName.get(value) ?? []),
      applications: byGroup.get(written.name.value) ?? [],
      everywhere,
    });
    yield;
  }
  return { policies, applications, groups };
}

function everything<Origins>(
  members: readonly ResolvedPolicy<Origins>[],
  everywhere: readonly ResolvedApplication<Origins>[],
): ResolvedGroup<Origins> {
  const match = [{ host: undefined, path: undefined, route: undefined }];
  return { name: DEFAULT_GROUP, written: undefined, match, members, applications: [], everywhere };
}

/** The enabled policies in their order: those that enforce, or, as in a rehearsal, shadow ones in their places too. */
export function activeMembers<Origins>(
  group: ResolvedGroup<Origins>,
  modes: "enforcing" | "rehearsed",
): readonly ResolvedPolicy<Origins>[] {
  return group.members.filter(
    ({ written }) => written.enabled && (modes === "rehearsed" || written.mode === "enforce"),
  );
}

/** True where a shadow policy of the group is enabled. */
export function hasShadow(group: ResolvedGroup<unknown>): boolean {
  return group.members.some(({ written }) => written.enabled && written.mode === "shadow");
}

/** Undefined: every group. */
function groupNames({ apiGroups }: WrittenApplication<unknown>): readonly string[] | undefined {
  if (apiGroups === undefined || apiGroups.kind === "any") return undefined;
  return apiGroups.items.map(({ value }) => value);
}

function applicationsByGroup<Origins>(
  applications: readonly ResolvedApplication<Origins>[],
): ReadonlyMap<string, readonly ResolvedApplication<Origins>[]> {
  const byGroup = new Map<string, ResolvedApplication<Origins>[]>();
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
