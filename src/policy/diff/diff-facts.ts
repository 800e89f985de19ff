import { ownOrigins } from "../../cors/chain.ts";
import type { NameList, Policy } from "../../cors/policy.ts";
import { admittedText } from "../pattern-text.ts";
import { remembered } from "../remembered.ts";
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
  readonly policy: Policy;
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

/** What holds of policies, found out once: many groups have the same ones. */
export type KnownFacts = Map<ResolvedPolicy<unknown>, PolicyFacts>;

export function groupFacts(group: ResolvedGroup<unknown>, known: KnownFacts): GroupFacts {
  const factsOf = (member: ResolvedPolicy<unknown>) =>
    remembered(known, member, () => policyFacts(member));
  const enforcing = activeMembers(group, "enforcing");
  const applications = enforcing.length === 0 ? [] : [...group.applications, ...group.everywhere];
  const origins = [
    ...enforcing.flatMap((member) => [...factsOf(member).lists.origins]),
    ...applications.flatMap(({ application }) => application.origins.map(admittedText)),
  ];
  return {
    match: new Set(group.match.map(conditionText)),
    origins: new Set(origins),
    enforcing: enforcing.map(({ policy }) => policy.name),
    keeps: enforcing.reduce((most, { policy }) => Math.max(most, keptSeconds(policy)), 0),
    policies: new Map(group.members.map((member) => [member.policy.name, factsOf(member)])),
  };
}

function policyFacts({ written, policy }: ResolvedPolicy<unknown>): PolicyFacts {
  const mode = written.mode === "shadow" ? "shadow" : "enforcing";
  return {
    state: written.enabled ? mode : "disabled",
    keeps: keptSeconds(policy),
    lists: {
      origins: new Set(ownOrigins(policy).map(admittedText)),
      methods: nameTexts(policy.methods),
      headers: nameTexts(policy.headers),
      "exposed headers": nameTexts(policy.exposed),
    },
    policy,
  };
}

function keptSeconds({ maxAge }: Policy): number {
  return maxAge ?? DEFAULT_MAX_AGE;
}

function nameTexts(list: NameList): ReadonlySet<string> {
  return list.kind === "any" ? new Set(["*"]) : list.names;
}
