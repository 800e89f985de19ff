import { ownOrigins } from "../../cors/chain.ts";
import type { Policy } from "../../cors/policy.ts";
import type { Problem } from "../problem.ts";
import { gatherProblems } from "../problem-limit.ts";
import {
  activeMembers,
  hasShadow,
  type ResolvedDocument,
  type ResolvedGroup,
  type ResolvedPolicy,
} from "../resolve-document.ts";
import { type Remark, warningAt } from "./finding.ts";
import { governingNames } from "./lint-governing.ts";

/** Enabled policies that stand where they have no effect. */
export function lintPolicies({ policies, groups }: ResolvedDocument): readonly Problem[] {
  const use = usage(groups);
  const enabled = policies.filter(({ written }) => written.enabled);
  return gatherProblems(enabled, (resolved) => {
    const { at, name } = resolved.written;
    return remarkPolicy(resolved, use).map((remark) => warningAt(at, name.text, remark));
  });
}

type Usage = {
  readonly attached: ReadonlySet<string>;
  /** Policies of a group that admits an application. */
  readonly besideApplications: ReadonlySet<string>;
  /** Policies that govern some request of some group, as far as can be told. */
  readonly governing: ReadonlySet<string>;
};

function usage(groups: readonly ResolvedGroup[]): Usage {
  const withApplications = groups.filter(
    ({ applications, everywhere }) => applications.length + everywhere.length > 0,
  );
  return {
    attached: memberNames(groups),
    besideApplications: memberNames(withApplications),
    governing: governingNames(distinctChains(groups)),
  };
}

function memberNames(groups: readonly ResolvedGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap(({ members }) => members.map(({ policy }) => policy.name)));
}

function distinctChains(groups: readonly ResolvedGroup[]): Iterable<readonly Policy[]> {
  const chains = new Map<string, readonly Policy[]>();
  for (const chain of groups.flatMap(chainsOf)) {
    chains.set(chain.map(({ name }) => name).join(" "), chain);
  }
  return chains.values();
}

function chainsOf(group: ResolvedGroup): readonly (readonly Policy[])[] {
  const enforcing = activeMembers(group, "enforcing");
  const chains = hasShadow(group) ? [enforcing, activeMembers(group, "rehearsed")] : [enforcing];
  return chains.map((chain) => chain.map(({ policy }) => policy));
}

function remarkPolicy({ policy }: ResolvedPolicy, use: Usage): readonly Remark[] {
  const { name } = policy;
  const remarks: Remark[] = [];
  if (ownOrigins(policy).length === 0 && !use.besideApplications.has(name)) {
    remarks.push({
      code: "policy-admits-nobody",
      message: `policy \`${name}\` admits nobody: it lists no origin, and its groups have no application`,
      fix: "list origins in `allowOrigins`",
    });
  }
  if (!use.attached.has(name)) {
    remarks.push({
      code: "policy-unattached",
      message: `policy \`${name}\` stands in no group, so it applies nowhere`,
      fix: "name it in the `policies` of a group, or set `enabled: false`",
    });
  } else if (!use.governing.has(name)) {
    remarks.push({
      code: "policy-never-governs",
      message: `policy \`${name}\` can never govern: in each of its groups earlier policies admit all that it admits`,
      fix: "move it forward, or remove it",
    });
  }
  return remarks;
}
