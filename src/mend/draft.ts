import { indexApplications, indexPolicies, linkChain } from "../cors/chain.ts";
import { decide } from "../cors/decide.ts";
import type { Application, Policy } from "../cors/policy.ts";
import { type Request, requestKind } from "../cors/request.ts";
import { err, ok, type Result } from "../cors/result.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import { atOnce } from "../cors/steps.ts";
import { activeMembers, type ResolvedGroup } from "../policy/resolve-document.ts";
import { applyEdit, type Edit } from "./edit.ts";
import { needOf } from "./need.ts";
import type { OriginView } from "./origin-view.ts";

/** The enforcing part of one group, as some requests see it, with edits made. */
export type Draft = {
  readonly policies: readonly [Policy, ...Policy[]];
  readonly applications: readonly Application[];
  readonly edits: readonly Edit[];
};

/** Who lists the origin, and what could not be done for a reason of its own. */
export type Host = { readonly policy: string; readonly origin: Result<string, string> };

/** The group as the requests see it; undefined where none of its policies is enforcing. */
export function draftOf(group: ResolvedGroup<unknown>, view: OriginView): Draft | undefined {
  const [first, ...rest] = activeMembers(group, "enforcing").map(({ policy }) =>
    view.policy(policy),
  );
  if (first === undefined) return undefined;
  const applications = [...group.applications, ...group.everywhere].map(({ application }) =>
    view.application(application),
  );
  return { policies: [first, ...rest], applications, edits: [] };
}

/**
 * Edits a draft until each of the requests is granted, the origin being listed by the host; verified by deciding. Each
 * round settles a reason for good, and a request has no more reasons than {@link MAX_ROUNDS}; more is a bug.
 */
export function settle(
  start: Draft,
  requests: readonly Request[],
  host: Host,
): Result<readonly Edit[], string> {
  let draft = start;
  for (let round = 0; round < MAX_ROUNDS * requests.length + 1; round += 1) {
    const need = firstNeed(draft, requests);
    if (need.kind === "nothing") return ok(draft.edits);
    if (need.kind === "impossible") return err(need.because);
    if (need.kind === "edits") draft = need.edits.reduce(edited, draft);
    else if (!host.origin.ok) return host.origin;
    else {
      draft = edited(draft, { policy: host.policy, key: "allowOrigins", value: host.origin.value });
    }
  }
  throw new Error(`still refused after ${JSON.stringify(draft.edits)}`);
}

/** Either that no policy may require an Origin, or origin, HTTP version, method and headers. */
const MAX_ROUNDS = 4;

function firstNeed(draft: Draft, requests: readonly Request[]): ReturnType<typeof needOf> {
  const snapshot = snapshotOf(draft);
  for (const request of requests) {
    const need = needOf(decide(snapshot, request), request);
    if (need.kind !== "nothing") return need;
  }
  return { kind: "nothing" };
}

function edited(draft: Draft, edit: Edit): Draft {
  const [first, ...rest] = draft.policies;
  const apply = (policy: Policy): Policy =>
    policy.name === edit.policy ? applyEdit(policy, edit) : policy;
  return { ...draft, policies: [apply(first), ...rest.map(apply)], edits: [...draft.edits, edit] };
}

/** Every request belongs to the group: which one it is was found out before. */
function snapshotOf({ policies, applications }: Draft): Snapshot {
  const admits = atOnce(indexPolicies(policies, new Map()));
  const admitted = atOnce(indexApplications(applications, new Map()));
  const enforced = linkChain(policies, admits, [admitted]);
  const match = { group: { name: "", enforced, rehearsed: undefined }, entry: "" };
  return {
    revision: "",
    needs: { route: false, httpVersion: false },
    select: () => ({ by: "match", received: match, decoded: match }),
  };
}

/** A preflight is worth nothing without the request that it asks for, so that is looked at too. */
export function wholeExchange(requests: readonly Request[]): readonly Request[] {
  const [preflight, ...rest] = requests;
  if (preflight === undefined || rest.length > 0 || requestKind(preflight) !== "preflight") {
    return requests;
  }
  const actual: Request = {
    ...preflight,
    method: String(preflight.requestMethod),
    requestMethod: undefined,
    requestHeaders: undefined,
    requestPrivateNetwork: undefined,
  };
  return [preflight, actual];
}
