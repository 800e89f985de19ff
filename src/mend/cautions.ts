import { ownOrigins } from "../cors/chain.ts";
import { quote } from "../policy/quote.ts";
import type { ResolvedGroup } from "../policy/resolve-document.ts";
import type { Edit } from "./edit.ts";
import type { EditedPolicy } from "./snippet.ts";

/** What is dangerous about the edits, or may not be meant. */
export function cautionsOf(
  policies: readonly EditedPolicy[],
  groups: readonly ResolvedGroup<unknown>[],
): readonly string[] {
  return policies.flatMap(({ resolved, edits }) => {
    const isCredentialed = resolved.policy.access.kind === "credentialed";
    const cautions = edits.map((edit) => caution(edit, isCredentialed));
    return [...new Set([...cautions, sharedCaution(resolved, edits, groups)])].filter(
      (each) => each !== "",
    );
  });
}

function caution({ key, value }: Edit, isCredentialed: boolean): string {
  switch (key) {
    case "allowOrigins":
      return originCaution(value, isCredentialed);
    case "allowMethods":
      return value === value.toUpperCase()
        ? ""
        : `methods are compared exactly: ${quote(value)} is not ${quote(value.toUpperCase())}, which is likely what the page should send`;
    case "requireOrigin":
      return "requests without an Origin, of other programs and of navigation, reach the service then";
    default:
      return "";
  }
}

function originCaution(origin: string, isCredentialed: boolean): string {
  if (origin === "null") {
    return "any page can have the origin `null` in a sandboxed frame, so this admits every web site";
  }
  if (!isCredentialed || !origin.startsWith("http:")) return "";
  return `${quote(origin)} is admitted with credentials, and anyone on the way can change a page sent over http: use https`;
}

/** A list of names is one for all whom the policy governs: applications bring origins of their own. */
function sharedCaution(
  { policy }: EditedPolicy["resolved"],
  edits: readonly Edit[],
  groups: readonly ResolvedGroup<unknown>[],
): string {
  const names = edits.filter(({ key }) => key === "allowMethods" || key === "allowHeaders");
  const sharers = [
    ...(ownOrigins(policy).length === 0 ? [] : ["every origin that it admits"]),
    ...(hasApplications(policy.name, groups) ? ["every application of its groups"] : []),
  ];
  if (names.length === 0 || sharers.length === 0) return "";
  const what = names.map(({ value }) => quote(value)).join(", ");
  return `policy ${quote(policy.name)} then allows ${what} to ${sharers.join(", and to ")}`;
}

function hasApplications(name: string, groups: readonly ResolvedGroup<unknown>[]): boolean {
  return groups.some(
    ({ members, applications, everywhere }) =>
      applications.length + everywhere.length > 0 &&
      members.some(({ policy }) => policy.name === name),
  );
}
