import { ownOrigins } from "../cors/chain.ts";
import { HTTP_VERSIONS } from "../cors/http-version.ts";
import type { NameList, Policy } from "../cors/policy.ts";

/** The keys of a policy that a mend touches. */
export type EditedKey =
  | "allowOrigins"
  | "allowMethods"
  | "allowHeaders"
  | "httpVersions"
  | "requireOrigin";

/** One entry more in a list of a policy; of `requireOrigin`, that it becomes `false`. */
export type Edit = {
  /** Name of the policy. */
  readonly policy: string;
  readonly key: EditedKey;
  readonly value: string;
};

/** The policy as it runs once the edit is made. */
export function applyEdit(policy: Policy, { key, value }: Edit): Policy {
  switch (key) {
    case "allowOrigins": {
      const kind = policy.access.kind === "credentialed" ? "credentialed" : "listed";
      return { ...policy, access: { kind, origins: [...ownOrigins(policy), value] } };
    }
    case "allowMethods":
      return { ...policy, methods: withName(policy.methods, value, value) };
    case "allowHeaders":
      return { ...policy, headers: withName(policy.headers, value, value.toLowerCase()) };
    case "httpVersions":
      return { ...policy, httpVersions: withVersion(policy, value) };
    case "requireOrigin":
      return { ...policy, requireOrigin: false };
  }
}

function withName(list: NameList, name: string, compared: string): NameList {
  if (list.kind === "any") return list;
  const text = [...listedNames(list), name].join(", ");
  return { kind: "listed", names: new Set([...list.names, compared]), text };
}

/** All versions are any version: as a document is resolved. */
function withVersion({ httpVersions }: Policy, version: string): Policy["httpVersions"] {
  const versions = new Set([...(httpVersions ?? []), version]);
  return HTTP_VERSIONS.every((each) => versions.has(each)) ? undefined : versions;
}

/** The names of a list as they are sent; of `*`, none. */
export function listedNames(list: NameList): readonly string[] {
  return list.kind === "any" || list.text === "" ? [] : list.text.split(", ");
}
