import type { Chain } from "./chain.ts";
import type { Admission } from "./decision.ts";
import type { ReceivedOrigin } from "./origin.ts";
import { NOBODY, type OriginLookup } from "./origin-index.ts";
import type { Policy } from "./policy.ts";

/** The policy that governs a request, and whose list admitted its origin. */
export type Governed = { readonly policy: Policy; readonly admission: Admission };

const BY_POLICY: Admission = { by: "policy" };
const BY_POLICY_LATE: Admission = { by: "policy-other-version" };

type Present = Extract<ReceivedOrigin, { kind: "tuple" | "opaque" }>;

/**
 * The first policy that admits the origin in this HTTP version by its own list; else the first policy, if an
 * application admits it; else the first that admits the origin in any version. Undefined: nobody admits it.
 */
export function admit(
  chain: Chain,
  origin: Present,
  httpVersion: string | undefined,
): Governed | undefined {
  const { any, versions } = chain.admits;
  const inVersion = versions?.named.get(httpVersion ?? "") ?? versions?.other ?? any;
  const byPolicy = chain.policies[rank(inVersion, origin)];
  if (byPolicy !== undefined) return { policy: byPolicy, admission: BY_POLICY };

  const application = admittingApplication(chain, origin);
  if (application !== undefined) {
    return { policy: chain.policies[0], admission: { by: "application", application } };
  }

  const late = chain.policies[rank(any, origin)];
  return late && { policy: late, admission: BY_POLICY_LATE };
}

/** True where some policy or application admits the origin, whatever the HTTP version. */
export function isAdmitted(chain: Chain, origin: Present): boolean {
  return (
    rank(chain.admits.any, origin) !== NOBODY || admittingApplication(chain, origin) !== undefined
  );
}

function admittingApplication(chain: Chain, origin: Present): string | undefined {
  // The opaque origin never comes with credentials, and the first policy is the one that would govern it.
  if (origin.kind === "opaque" && chain.policies[0].access.kind === "credentialed")
    return undefined;
  for (const { index, names } of chain.applications) {
    const name = names[rank(index, origin)];
    if (name !== undefined) return name;
  }
  return undefined;
}

function rank(index: OriginLookup, origin: Present): number {
  return origin.kind === "opaque" ? index.firstOpaque() : index.first(origin.origin);
}
