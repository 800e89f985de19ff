import { getPublicSuffix, parse } from "tldts";
import type { Group, Meaning, Policy } from "./meaning.ts";
import { admits, type Origin, readOrigin } from "./origin.ts";

// What would let strangers act with credentials. Judged in each group: a policy's own list, and the applications' where
// it governs them. Not modelled: expressions that admit look-alikes, or children of public suffixes.

const PROBES = [
  "https://corsd-probe.invalid",
  "http://a.corsd-probe.invalid",
  "https://corsd-probe.invalid:8443",
];

/** A policy in no group is judged by its own list. */
export function faultsOfAccess({ groups, unattached }: Meaning): readonly string[] {
  const alone = { name: "", match: [], policies: unattached, applications: [] };
  return [...groups, alone].flatMap((group) => {
    const enabled = group.policies.filter((policy) => policy.enabled);
    const credentialed = enabled.filter((policy) => policy.credentials);
    return credentialed.flatMap((policy) => {
      const lists = [policy.origins, ...(governs(group, policy) ? applicationLists(group) : [])];
      return lists.flatMap((list) => faultsOfList(policy, list));
    });
  });
}

/** A shadow policy is on its way to be enforced: both with and without them a policy may come to be the first. */
function governs({ policies }: Group, policy: Policy): boolean {
  const enabled = policies.filter((each) => each.enabled);
  return enabled[0] === policy || enabled.find(({ shadow }) => !shadow) === policy;
}

function applicationLists({ applications }: Group): readonly ("*" | readonly string[])[] {
  return applications.map(({ origins }) => origins);
}

function faultsOfList(policy: Policy, list: "*" | readonly string[]): readonly string[] {
  if (list === "*") return policy.dangerous ? [] : ["`*` with credentials"];
  return list.flatMap((pattern) => {
    if (pattern === "null") return ["`null` with credentials"];
    if (coversAny(pattern)) return policy.dangerous ? [] : [`${pattern} with credentials`];
    return isAbovePublicSuffix(pattern) ? [`${pattern} above a public suffix`] : [];
  });
}

function coversAny(pattern: string): boolean {
  if (/^[^~][^:]*:\/\/\*(:.*)?$/.test(pattern)) return true;
  const probes = PROBES.map(readOrigin).filter((origin): origin is Origin => origin !== undefined);
  return probes.some((probe) => admits([pattern], probe, true));
}

function isAbovePublicSuffix(pattern: string): boolean {
  const [, host] = /^[^~][^:]*:\/\/\*\.([^:]+)/.exec(pattern.toLowerCase()) ?? [];
  if (host === undefined) return false;
  const options = { allowPrivateDomains: true };
  const { isIcann, isPrivate } = parse(host, options);
  return (isIcann === true || isPrivate === true) && getPublicSuffix(host, options) === host;
}
