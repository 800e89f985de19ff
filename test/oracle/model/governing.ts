import type { Policy } from "./meaning.ts";
import { admits, type Origin } from "./origin.ts";
import type { Governed } from "./verdict.ts";

/** 4. The policy that governs; undefined: none admits the origin. */
export function findPolicy(
  governed: Governed,
  origin: Origin,
  httpVersion: string,
): Policy | undefined {
  const { policies, first } = governed;
  const admitting = policies.filter((policy) => admitsItself(policy, origin));
  const fitting = admitting.find((policy) => takesVersion(policy, httpVersion));
  if (fitting !== undefined) return fitting;
  return applicationAdmits(governed, origin) ? first : admitting[0];
}

export function isAdmitted(governed: Governed, origin: Origin): boolean {
  return (
    governed.policies.some((policy) => admitsItself(policy, origin)) ||
    applicationAdmits(governed, origin)
  );
}

function admitsItself({ origins, credentials }: Policy, origin: Origin): boolean {
  return admits(origins, origin, credentials);
}

/** Under the first policy, which governs there. */
function applicationAdmits({ group, first }: Governed, origin: Origin): boolean {
  return group.applications.some(({ origins }) => admits(origins, origin, first.credentials));
}

function takesVersion({ httpVersions }: Policy, version: string): boolean {
  return httpVersions === "all" || httpVersions.includes(version);
}
