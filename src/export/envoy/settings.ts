import type { NameList, Policy } from "../../cors/policy.ts";
import type { CorsPolicy } from "./cors-policy.ts";

/** What a policy says beside its origins. */
export type Settings = Omit<CorsPolicy, "@type" | "allow_origin_string_match">;

export function settingsOf(policy: Policy): Settings {
  return {
    ...text("allow_methods", listText(policy.methods)),
    ...text("allow_headers", listText(policy.headers)),
    ...text("expose_headers", listText(policy.exposed)),
    ...text("max_age", policy.maxAge === undefined ? "" : String(policy.maxAge)),
    ...(policy.access.kind === "credentialed" ? { allow_credentials: true } : {}),
    ...(policy.allowPrivateNetwork ? { allow_private_network_access: true } : {}),
    ...(policy.behavior.refusedPreflight === "forward"
      ? {}
      : { forward_not_matching_preflights: false }),
  };
}

/** Two policies that say the same beside their origins can stand as one. */
export function isAlike(one: Policy, other: Policy): boolean {
  return JSON.stringify(settingsOf(one)) === JSON.stringify(settingsOf(other));
}

function listText(list: NameList): string {
  return list.kind === "any" ? "*" : list.text;
}

/** The filter takes an empty text as none. */
function text<K extends keyof Settings>(key: K, value: string): { readonly [key in K]?: string } {
  return value === "" ? {} : ({ [key]: value } as { readonly [key in K]: string });
}
