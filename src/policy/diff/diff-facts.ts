import { ownOrigins } from "../../cors/chain.ts";
import type { NameList, Policy } from "../../cors/policy.ts";
import { patternText } from "../pattern-text.ts";
import { activeMembers, type ResolvedGroup, type ResolvedPolicy } from "../resolve-document.ts";
import { conditionText } from "../scope/scope.ts";

/** What holds in a group, as texts that can be compared. */
export type GroupFacts = {
  readonly match: ReadonlySet<string>;
  /** Whom its enforcing policies and its applications admit. */
  readonly origins: ReadonlySet<string>;
  /** Names of its enforcing policies in their order. */
  readonly enforcing: readonly string[];
  /** Longest time that a browser keeps a preflight of the group, in seconds. */
  readonly keeps: number;
  readonly policies: ReadonlyMap<string, PolicyFacts>;
};

export type PolicyState = "enforcing" | "shadow" | "disabled";

export type PolicyFacts = {
  readonly state: PolicyState;
  /** Longest time that a browser keeps a preflight of the policy, in seconds. */
  readonly keeps: number;
  readonly lists: Readonly<Record<ListName, ReadonlySet<string>>>;
  readonly values: ReadonlyMap<string, string>;
};

export const LIST_NAMES = ["origins", "methods", "headers", "exposed headers"] as const;
export type ListName = (typeof LIST_NAMES)[number];

// What browsers use where there is no Access-Control-Max-Age (Fetch section 4.9, "max-age").
const DEFAULT_MAX_AGE = 5;

/** A group that does not exist: what an added group had before. */
export const NO_GROUP: GroupFacts = {
  match: new Set(),
  origins: new Set(),
  enforcing: [],
  keeps: 0,
  policies: new Map(),
};

export function groupFacts(group: ResolvedGroup): GroupFacts {
  const enforcing = activeMembers(group, "enforcing").map(({ policy }) => policy);
  const applications = enforcing.length === 0 ? [] : [...group.applications, ...group.everywhere];
  const origins = [
    ...enforcing.flatMap(ownOrigins),
    ...applications.flatMap(({ application }) => application.origins),
  ];
  return {
    match: new Set(group.match.map(conditionText)),
    origins: new Set(origins.map(patternText)),
    enforcing: enforcing.map(({ name }) => name),
    keeps: Math.max(0, ...enforcing.map(keptSeconds)),
    policies: new Map(group.members.map((member) => [member.policy.name, policyFacts(member)])),
  };
}

function policyFacts({ written, policy }: ResolvedPolicy): PolicyFacts {
  const mode = written.mode === "shadow" ? "shadow" : "enforcing";
  return {
    state: written.enabled ? mode : "disabled",
    keeps: keptSeconds(policy),
    lists: {
      origins: new Set(ownOrigins(policy).map(patternText)),
      methods: nameTexts(policy.methods),
      headers: nameTexts(policy.headers),
      "exposed headers": nameTexts(policy.exposed),
    },
    values: policyValues(policy),
  };
}

function keptSeconds({ maxAge }: Policy): number {
  return maxAge ?? DEFAULT_MAX_AGE;
}

function nameTexts(list: NameList): ReadonlySet<string> {
  return list.kind === "any" ? new Set(["*"]) : list.names;
}

/** Everything that is one value, by the key it is written under. */
function policyValues(policy: Policy): ReadonlyMap<string, string> {
  const { refusalStatus, ...switches } = policy.behavior;
  const values = {
    allowCredentials: policy.access.kind === "credentialed",
    maxAge: policy.maxAge ?? "no header",
    httpVersions: policy.httpVersions === undefined ? "all" : [...policy.httpVersions].join(", "),
    requireOrigin: policy.requireOrigin,
    preflight: policy.preflight,
    webSocket: policy.webSocket,
    allowPrivateNetwork: policy.allowPrivateNetwork,
    timingAllowOrigin: policy.timingAllowOrigin,
    ...prefixed("behavior.", switches),
    ...prefixed("behavior.refusalStatus.", refusalStatus),
  };
  return new Map(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]),
  );
}
