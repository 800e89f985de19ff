import type { HttpVersion } from "./http-version.ts";
import { HTTP_VERSIONS } from "./http-version.ts";
import { type OriginEntry, OriginIndex } from "./origin-index.ts";
import type { OriginPattern } from "./origin-pattern.ts";
import type { Application, Policy } from "./policy.ts";
import type { Steps } from "./steps.ts";

/** The enforcing policies of a group in their order, with what every request would otherwise compute again. */
export type Chain = {
  readonly policies: readonly [Policy, ...Policy[]];
  readonly admits: PolicyIndex;
  readonly applications: readonly ApplicationIndex[];
  /** The first policy is `*` answered by `*` in every HTTP version: one answer serves every origin, so caches may share it. */
  readonly open: boolean;
  /** The first policy that refuses requests without an Origin. */
  readonly requiresOrigin: Policy | undefined;
  readonly checksWebSocket: boolean;
  /** Some policy sends Timing-Allow-Origin, so the service's own is removed. */
  readonly timing: boolean;
  readonly privateNetwork: boolean;
};

/**
 * Which policy admits an origin, by rank: in any HTTP version, and, where some policy names versions, in each version
 * (`other`: one that no policy can name, or that nobody told).
 */
export type PolicyIndex = {
  readonly any: OriginIndex;
  readonly versions:
    | { readonly named: ReadonlyMap<string, OriginIndex>; readonly other: OriginIndex }
    | undefined;
};

/** Applications' origins; the rank is the application's place in `names`. */
export type ApplicationIndex = { readonly index: OriginIndex; readonly names: readonly string[] };

export function* indexPolicies(policies: readonly Policy[]): Steps<PolicyIndex> {
  const any = yield* OriginIndex.steps(policyEntries(policies, () => true));
  if (policies.every((policy) => policy.httpVersions === undefined)) {
    return { any, versions: undefined };
  }
  const named = new Map<string, OriginIndex>();
  for (const version of HTTP_VERSIONS) named.set(version, yield* indexVersion(policies, version));
  return { any, versions: { named, other: yield* indexVersion(policies, undefined) } };
}

function indexVersion(
  policies: readonly Policy[],
  version: HttpVersion | undefined,
): Steps<OriginIndex> {
  return OriginIndex.steps(policyEntries(policies, (policy) => allowsVersion(policy, version)));
}

export function* indexApplications(applications: readonly Application[]): Steps<ApplicationIndex> {
  const index = yield* OriginIndex.steps(applicationEntries(applications));
  return { index, names: applications.map(({ name }) => name) };
}

function* applicationEntries(applications: readonly Application[]): Iterable<OriginEntry> {
  for (const [rank, { origins }] of applications.entries()) {
    for (const pattern of origins) yield { pattern, rank, carriesNull: true };
  }
}

/** A chain over indexes made beforehand, so that groups with the same policies share them. */
export function linkChain(
  policies: Chain["policies"],
  admits: PolicyIndex,
  applications: readonly ApplicationIndex[],
): Chain {
  const [first] = policies;
  return {
    policies,
    admits,
    applications,
    open:
      first.access.kind === "anyone" &&
      first.access.answer === "star" &&
      first.httpVersions === undefined,
    requiresOrigin: policies.find((policy) => policy.requireOrigin),
    checksWebSocket: policies.some((policy) => policy.webSocket === "check"),
    timing: policies.some((policy) => policy.timingAllowOrigin),
    privateNetwork: policies.some((policy) => policy.allowPrivateNetwork),
  };
}

/** True where the policy takes requests of this version; a version nobody told is in no list. */
export function allowsVersion(policy: Policy, version: string | undefined): boolean {
  const { httpVersions } = policy;
  return httpVersions === undefined || (version !== undefined && httpVersions.has(version));
}

/** The origins that a policy's own list admits. */
export function ownOrigins(policy: Policy): readonly OriginPattern[] {
  return policy.access.kind === "anyone" ? [{ kind: "any" }] : policy.access.origins;
}

function* policyEntries(
  policies: readonly Policy[],
  counts: (policy: Policy) => boolean,
): Iterable<OriginEntry> {
  for (const [rank, policy] of policies.entries()) {
    const carriesNull = policy.access.kind !== "credentialed";
    for (const pattern of counts(policy) ? ownOrigins(policy) : []) {
      yield { pattern, rank, carriesNull };
    }
  }
}
