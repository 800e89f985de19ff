import type { HttpVersion } from "./http-version.ts";
import { HTTP_VERSIONS } from "./http-version.ts";
import { indexLists, type KnownIndexes } from "./layered-index.ts";
import type { OriginList, OriginLookup } from "./origin-index.ts";
import type { AdmittedOrigin } from "./origin-pattern.ts";
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
  readonly any: OriginLookup;
  readonly versions:
    | { readonly named: ReadonlyMap<string, OriginLookup>; readonly other: OriginLookup }
    | undefined;
};

/** Applications' origins; the rank is the application's place in `names`. */
export type ApplicationIndex = { readonly index: OriginLookup; readonly names: readonly string[] };

/** `known` has the indexes of long lists that were made before, and gets those that are made now. */
export function* indexPolicies(
  policies: readonly Policy[],
  known: KnownIndexes,
): Steps<PolicyIndex> {
  const lists = policies.map(policyList);
  const any = yield* indexLists(lists, known);
  if (policies.every((policy) => policy.httpVersions === undefined)) {
    return { any, versions: undefined };
  }
  const indexVersion = (version: HttpVersion | undefined): Steps<OriginLookup> => {
    const isTaken = (_: OriginList, at: number): boolean => {
      const policy = policies[at];
      return policy !== undefined && allowsVersion(policy, version);
    };
    return indexLists(lists.filter(isTaken), known);
  };
  const named = new Map<string, OriginLookup>();
  for (const version of HTTP_VERSIONS) named.set(version, yield* indexVersion(version));
  return { any, versions: { named, other: yield* indexVersion(undefined) } };
}

/** See {@link indexPolicies}. */
export function* indexApplications(
  applications: readonly Application[],
  known: KnownIndexes,
): Steps<ApplicationIndex> {
  const lists = applications.map(({ origins }, rank) => ({ origins, rank, carriesNull: true }));
  return { index: yield* indexLists(lists, known), names: applications.map(({ name }) => name) };
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
export function ownOrigins({ access }: Policy): readonly AdmittedOrigin[] {
  return access.kind === "anyone" ? EVERY : access.origins;
}

const EVERY: readonly AdmittedOrigin[] = ["*"];

function policyList(policy: Policy, rank: number): OriginList {
  const carriesNull = policy.access.kind !== "credentialed";
  return { origins: ownOrigins(policy), rank, carriesNull };
}
