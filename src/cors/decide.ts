import { admit, type Governed, isAdmitted } from "./admit.ts";
import type { Chain } from "./chain.ts";
import { checkActual, checkPreflight, type Failure } from "./check.ts";
import type { Action, Decision, Reason, Shadow, Verdict } from "./decision.ts";
import { type ReceivedOrigin, readOrigin } from "./origin.ts";
import type { Policy } from "./policy.ts";
import { type RefusalReason, refusalStatus, reject } from "./refusal.ts";
import { grantActual, grantPreflight, plain, preflightVary, VARY_ORIGIN } from "./render.ts";
import { type Request, type RequestKind, requestKind } from "./request.ts";
import { isSameOrigin } from "./same-origin.ts";
import type { Group, Selection, Snapshot } from "./snapshot.ts";

/** What is decided about one request, and why. Pure: the same snapshot and request always give the same decision. */
export function decide(snapshot: Snapshot, request: Request): Decision {
  const selection = snapshot.select(request);
  const kind = requestKind(request);
  const facts: Facts = { request, kind, selection, origin: readOrigin(request.origin) };
  const { group, chain, verdict } = judge(facts, enforcedChain);
  const shadow = hasShadow(selection) ? rehearse(facts, verdict) : undefined;
  // Field by field: a spread costs as much as all the rest of a decision.
  return {
    outcome: verdict.outcome,
    reason: verdict.reason,
    policy: verdict.policy,
    admission: verdict.admission,
    header: verdict.header,
    action: verdict.action,
    selection,
    group,
    chain,
    kind,
    shadow,
  };
}

type Facts = {
  readonly request: Request;
  readonly kind: RequestKind;
  readonly selection: Selection;
  readonly origin: ReceivedOrigin;
};

/** Which chain of a group counts: the enforced one, or the one with shadow policies in their places. */
type View = (group: Group) => Chain | undefined;

const enforcedChain: View = (group) => group.enforced;
const rehearsedChain: View = (group) => group.rehearsed ?? group.enforced;

type Judgement = {
  readonly group: string | undefined;
  readonly chain: Chain | undefined;
  readonly verdict: Verdict;
};

function judge(facts: Facts, view: View): Judgement {
  const { selection, request } = facts;
  if (selection.by === "unknown-name") return ungrouped(unknownGroup(facts));
  const isTorn = selection.by === "match" && isAmbiguous(selection, view);
  if (isTorn && request.origin !== undefined) {
    return ungrouped(refuseAlways(facts, "path-ambiguous", 400));
  }
  const group = selection.by === "name" ? selection.group : selection.decoded?.group;
  const chain = group && view(group);
  if (chain === undefined) return { group: group?.name, chain, verdict: PASSED };
  // Whoever sends an Origin is refused here: a cache must not hand them this answer.
  const verdict = judgeInChain(facts, isTorn ? { ...chain, open: false } : chain);
  return { group: group?.name, chain, verdict };
}

function ungrouped(verdict: Verdict): Judgement {
  return { group: undefined, chain: undefined, verdict };
}

const PASSED: Verdict = {
  outcome: "passed",
  reason: undefined,
  policy: undefined,
  admission: undefined,
  header: undefined,
  action: { kind: "pass" },
};

function granted(action: Action, governed: Governed | undefined, reason?: Reason): Verdict {
  return {
    outcome: "granted",
    reason,
    policy: governed?.policy,
    admission: governed?.admission,
    header: undefined,
    action,
  };
}

function refused({ reason, header }: Refusal, action: Action): Verdict {
  return { ...PASSED, outcome: "refused", reason, header, action };
}

type Refusal = { readonly reason: RefusalReason; readonly header?: string };

type Present = Exclude<ReceivedOrigin, { kind: "absent" | "malformed" }>;

function isPresent(origin: ReceivedOrigin): origin is Present {
  return origin.kind === "tuple" || origin.kind === "opaque";
}

type Matched = Extract<Selection, { by: "match" }>;

/** True where the path as received and as a lenient service reads it fall under different policies. */
function isAmbiguous({ received, decoded }: Matched, view: View): boolean {
  if (received === decoded) return false;
  const governed = (match: Matched["received"]): Group | undefined =>
    match !== undefined && view(match.group) !== undefined ? match.group : undefined;
  return governed(received) !== governed(decoded);
}

function judgeInChain(facts: Facts, chain: Chain): Verdict {
  switch (facts.kind) {
    case "no-origin":
      return judgeNoOrigin(facts, chain);
    case "preflight":
      return judgePreflight(facts, chain);
    case "websocket":
      return judgeWebSocket(facts, chain);
    case "actual":
      return judgeActual(facts, chain);
  }
}

function judgeNoOrigin(facts: Facts, chain: Chain): Verdict {
  const { requiresOrigin } = chain;
  if (requiresOrigin === undefined) return granted(ownAnswer(facts, chain), undefined);
  const status = requiresOrigin.behavior.refusalStatus.missingOrigin;
  return refuseAlways(facts, "origin-required", status);
}

function judgePreflight({ request, origin }: Facts, chain: Chain): Verdict {
  const [first] = chain.policies;
  if (!isPresent(origin)) return refusePreflight(chain, first, { reason: "origin-malformed" });
  const governed = admit(chain, origin, request.httpVersion);
  if (governed === undefined) {
    return refusePreflight(chain, first, { reason: "origin-not-allowed" });
  }
  const { policy } = governed;
  const checked = checkPreflight(policy, request);
  if (!checked.ok) return { ...refusePreflight(chain, policy, checked.error), ...governed };
  return granted(grantPreflight(chain, policy, request, checked.value), governed);
}

function judgeActual(facts: Facts, chain: Chain): Verdict {
  const { request, origin } = facts;
  const [first] = chain.policies;
  if (first.behavior.sameOrigin === "exempt" && isSameOrigin(request, origin)) {
    return granted(ownAnswer(facts, chain), undefined, "same-origin");
  }
  if (!isPresent(origin)) return refuseActual(chain, first, { reason: "origin-malformed" });
  const governed = admit(chain, origin, request.httpVersion);
  if (governed === undefined) return refuseActual(chain, first, { reason: "origin-not-allowed" });
  const failure = checkActual(governed.policy, request);
  if (failure !== undefined)
    return { ...refuseActual(chain, governed.policy, failure), ...governed };
  return granted(grantActual(chain, governed.policy, request.origin), governed);
}

/**
 * The answer to a request without an Origin, or of the same origin. In an open group it is the one that every other
 * origin gets, since caches may serve it to anyone; unless this method is refused to them.
 */
function ownAnswer({ request }: Facts, chain: Chain): Action {
  const [first] = chain.policies;
  const isEverybodys = chain.open && checkActual(first, request) === undefined;
  return isEverybodys ? grantActual(chain, first, undefined) : plain(chain.timing);
}

/** A handshake is answered by the service or not at all: browsers ask no CORS header of it. */
function judgeWebSocket(facts: Facts, chain: Chain): Verdict {
  const { request, origin } = facts;
  if (!chain.checksWebSocket) return PASSED;
  const status = chain.policies[0].behavior.refusalStatus.origin;
  if (!isPresent(origin)) return refuseAlways(facts, "origin-malformed", status);
  if (isAdmitted(chain, origin) || isSameOrigin(request, origin)) return PASSED;
  return refuseAlways(facts, "origin-not-allowed", status);
}

/** A typo in a group's name must not open an API: without an Origin the exchange goes on, stripped. */
function unknownGroup(facts: Facts): Verdict {
  if (facts.kind === "no-origin") return granted(plain(false), undefined, "unknown-group");
  return refuseAlways(facts, "unknown-group", 500);
}

function refusePreflight(chain: Chain, policy: Policy, failure: Failure): Verdict {
  const { behavior } = policy;
  const vary = preflightVary(chain);
  switch (behavior.refusedPreflight) {
    case "reject": {
      const status = refusalStatus(policy, failure.reason);
      return refused(failure, reject(failure.reason, status, vary));
    }
    case "bare": {
      const status = behavior.preflightStatus;
      return refused(failure, { kind: "respond", status, body: undefined, headers: [], vary });
    }
    case "forward":
      return refused(failure, { ...plain(chain.timing), vary });
  }
}

function refuseActual(chain: Chain, policy: Policy, failure: Failure): Verdict {
  switch (policy.behavior.refusedActual) {
    case "reject": {
      const status = refusalStatus(policy, failure.reason);
      return refused(failure, reject(failure.reason, status, VARY_ORIGIN));
    }
    case "forward":
      return refused(failure, plain(chain.timing));
  }
}

/** A refusal that no switch softens. */
function refuseAlways({ kind }: Facts, reason: RefusalReason, status: number): Verdict {
  const vary = kind === "preflight" ? preflightVary(undefined) : VARY_ORIGIN;
  return refused({ reason }, reject(reason, status, vary));
}

function hasShadow(selection: Selection): boolean {
  if (selection.by === "unknown-name") return false;
  if (selection.by === "name") return selection.group.rehearsed !== undefined;
  const { received, decoded } = selection;
  return received?.group.rehearsed !== undefined || decoded?.group.rehearsed !== undefined;
}

/** The same request once more, with shadow policies enforcing in their places. */
function rehearse(facts: Facts, enforced: Verdict): Shadow {
  const { group, verdict } = judge(facts, rehearsedChain);
  return { ...verdict, group, differs: !isSameAnswer(enforced, verdict) };
}

/** True where both would send the same for the same reason; who governs may differ. */
function isSameAnswer(a: Verdict, b: Verdict): boolean {
  return (
    a.outcome === b.outcome &&
    a.reason === b.reason &&
    JSON.stringify(a.action) === JSON.stringify(b.action)
  );
}
