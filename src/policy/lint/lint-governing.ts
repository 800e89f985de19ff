import { ownOrigins } from "../../cors/chain.ts";
import type { Policy } from "../../cors/policy.ts";
import { patternText } from "../pattern-text.ts";

/**
 * The places of policies in a chain that certainly never govern: each origin they list is admitted by an earlier policy
 * that takes every HTTP version. The first is left out, since it governs for the applications. Patterns are compared as
 * written, so a wildcard that covers a later exact origin is not seen: silence proves nothing.
 */
export function neverGoverning(chain: readonly Policy[]): ReadonlySet<number> {
  const never = new Set<number>();
  const earlier = new Set<string>();
  for (const [place, policy] of chain.entries()) {
    const admitted = admittedTexts(policy);
    const remaining = earlier.has(EVERY)
      ? admitted.filter((text) => text === OPAQUE && !earlier.has(OPAQUE))
      : admitted.filter((text) => !earlier.has(text));
    if (place > 0 && remaining.length === 0) never.add(place);
    if (policy.httpVersions === undefined) for (const text of admitted) earlier.add(text);
  }
  return never;
}

const EVERY = "*";
const OPAQUE = "null";

/** What a policy lists; `*` without credentials admits the opaque origin too. */
function admittedTexts(policy: Policy): readonly string[] {
  const texts = ownOrigins(policy).map(patternText);
  return policy.access.kind === "anyone" ? [...texts, OPAQUE] : texts;
}
