import { granted, isOpen, plain, refused, rejected, removesTiming } from "./answer.ts";
import { findPolicy, isAdmitted } from "./governing.ts";
import type { Group, Meaning, Policy } from "./meaning.ts";
import { readOrigin, serialize } from "./origin.ts";
import type { ModelRequest } from "./request.ts";
import { isMethod, readNames } from "./requested.ts";
import type {
  Answer,
  CheckReason,
  Governed,
  Judgement,
  Kind,
  RefusalReason,
  Verdict,
} from "./verdict.ts";
import { type Place, placeOf } from "./which-group.ts";

// The steps 1 to 7 of docs/proof/model.md, in their order.

/** The decision about a request, and the second one with shadow policies enforcing. */
export function judge(meaning: Meaning, request: ModelRequest): Verdict {
  const applied = judgeAs(meaning, request, isEnforcing);
  // 7. Shadow.
  if (!meetsShadow(meaning, request)) return { ...applied, shadow: null };
  const { policy, outcome, reason, answer } = judgeAs(meaning, request, isEnabled);
  const isSame =
    outcome === applied.outcome &&
    reason === applied.reason &&
    JSON.stringify(answer) === JSON.stringify(applied.answer);
  return { ...applied, shadow: { policy, outcome, reason, differs: !isSame } };
}

function isEnforcing({ enabled, shadow }: Policy): boolean {
  return enabled && !shadow;
}

function isEnabled({ enabled }: Policy): boolean {
  return enabled;
}

/** Whether a group that the request belongs to, or may belong to, has shadow policies. */
function meetsShadow(meaning: Meaning, request: ModelRequest): boolean {
  const place = placeOf(meaning, request, isEnabled);
  return groupsOf(place).some((group) =>
    group?.policies.some(({ enabled, shadow }) => enabled && shadow),
  );
}

function groupsOf(place: Place): readonly (Group | undefined)[] {
  switch (place.kind) {
    case "unknown":
      return [];
    case "found":
      return [place.group];
    case "ambiguous":
      return [place.received, place.decoded];
  }
}

function judgeAs(
  meaning: Meaning,
  request: ModelRequest,
  counts: (policy: Policy) => boolean,
): Judgement {
  // 1. Group.
  const place = placeOf(meaning, request, counts);
  // 2. Kind.
  const kind = kindOf(request);
  if (place.kind === "unknown") return unknownGroup(kind);
  if (place.kind === "ambiguous" && kind !== "no-origin") {
    return nowhere(kind, "path-ambiguous", 400);
  }
  const governed = governedOf(place, counts);
  if (governed === undefined) return passed(groupName(place), kind);
  switch (kind) {
    case "no-origin":
      return judgeNoOrigin(governed, request, place.kind === "ambiguous");
    case "websocket":
      return judgeWebSocket(governed, request);
    case "preflight":
      return judgeChecks(governed, request, kind);
    case "actual":
      // 3. Same origin.
      return governed.first.switches.sameOrigin === "exempt" && isSameOrigin(request)
        ? judgeSameOrigin(governed, request)
        : judgeChecks(governed, request, kind);
  }
}

export function kindOf({ method, origin, requestMethod, upgrade }: ModelRequest): Kind {
  if (origin === undefined) return "no-origin";
  if (method === "OPTIONS" && requestMethod !== undefined) return "preflight";
  return upgrade?.toLowerCase() === "websocket" ? "websocket" : "actual";
}

function groupName(place: Place): string | null {
  if (place.kind === "unknown") return null;
  return (place.kind === "found" ? place.group : place.decoded)?.name ?? null;
}

function governedOf(place: Place, counts: (policy: Policy) => boolean): Governed | undefined {
  if (place.kind === "unknown") return undefined;
  const group = place.kind === "found" ? place.group : place.decoded;
  const policies = group?.policies.filter(counts) ?? [];
  const [first] = policies;
  return group === undefined || first === undefined ? undefined : { group, policies, first };
}

function passed(group: string | null, kind: Kind): Judgement {
  const answer = { kind: "untouched" } as const;
  return { group, policy: null, kind, outcome: "passed", reason: null, answer };
}

function unknownGroup(kind: Kind): Judgement {
  if (kind !== "no-origin") return nowhere(kind, "unknown-group", 500);
  const answer = plain(["Origin"], false);
  return { group: null, policy: null, kind, outcome: "granted", reason: "unknown-group", answer };
}

function nowhere(kind: Kind, reason: RefusalReason, status: number): Judgement {
  const answer = rejected(kind, reason, status, []);
  return { group: null, policy: null, kind, outcome: "refused", reason, answer };
}

function judgeNoOrigin(governed: Governed, request: ModelRequest, isAmbiguous: boolean): Judgement {
  const group = governed.group.name;
  const demanding = governed.policies.find(({ requireOrigin }) => requireOrigin);
  if (demanding === undefined) {
    const answer = own(governed, request, isAmbiguous);
    return { group, policy: null, kind: "no-origin", outcome: "granted", reason: null, answer };
  }
  const reason = "origin-required";
  const status = demanding.switches.refusalStatus.missingOrigin;
  const answer = rejected("no-origin", reason, status, governed.policies);
  return { group, policy: null, kind: "no-origin", outcome: "refused", reason, answer };
}

function judgeSameOrigin(governed: Governed, request: ModelRequest): Judgement {
  return {
    group: governed.group.name,
    policy: null,
    kind: "actual",
    outcome: "granted",
    reason: "same-origin",
    answer: own(governed, request, false),
  };
}

/** In an open group everybody's answer, unless others are refused what is asked here. */
function own(governed: Governed, request: ModelRequest, isAmbiguous: boolean): Answer {
  const isRefused = isAmbiguous || actualFailure(governed.first, request) !== undefined;
  if (isOpen(governed.first) && !isRefused) return granted(governed, "no-origin", undefined);
  return plain(["Origin"], removesTiming(governed.policies));
}

/** 3. By the browser's word that no script can forge; where there is none, by comparison. */
export function isSameOrigin(request: ModelRequest): boolean {
  const { origin = "", secFetchSite, forwardedProto, scheme, authority } = request;
  const from = readOrigin(origin);
  if (from === undefined) return false;
  if (secFetchSite !== undefined) return secFetchSite === "same-origin";
  const to = readOrigin(`${forwardedProto ?? scheme}://${authority}`);
  if (from === "null" || to === undefined || to === "null") return false;
  return serialize(from) === serialize(to);
}

/** 4, for a handshake: a check of its own in place of 3 to 5. */
function judgeWebSocket(governed: Governed, request: ModelRequest): Judgement {
  const { group, policies, first } = governed;
  const origin = readOrigin(request.origin ?? "");
  const isFine = origin !== undefined && (isAdmitted(governed, origin) || isSameOrigin(request));
  if (isFine || !policies.some(({ webSocket }) => webSocket === "check")) {
    return passed(group.name, "websocket");
  }
  const reason = origin === undefined ? "origin-malformed" : "origin-not-allowed";
  const answer = rejected("websocket", reason, first.switches.refusalStatus.origin, policies);
  const outcome = "refused";
  return { group: group.name, policy: null, kind: "websocket", outcome, reason, answer };
}

/** 4 to 6: the policy, the checks, the outcome. */
function judgeChecks(
  governed: Governed,
  request: ModelRequest,
  kind: "preflight" | "actual",
): Judgement {
  const origin = readOrigin(request.origin ?? "");
  const policy =
    origin === undefined ? undefined : findPolicy(governed, origin, request.httpVersion);
  const group = governed.group.name;
  const reason = firstFailure(policy, request, kind);
  const name = policy?.name ?? null;
  if (reason === undefined) {
    const answer = granted(governed, kind, { request, policy: policy ?? governed.first });
    return { group, policy: name, kind, outcome: "granted", reason: null, answer };
  }
  const why = origin === undefined ? "origin-malformed" : reason;
  const answer = refused(governed, policy ?? governed.first, kind, why);
  return { group, policy: name, kind, outcome: "refused", reason: why, answer };
}

/** 5. In the order of the table. */
function firstFailure(
  policy: Policy | undefined,
  request: ModelRequest,
  kind: "preflight" | "actual",
): CheckReason | undefined {
  if (policy === undefined) return "origin-not-allowed";
  const { httpVersions } = policy;
  if (httpVersions !== "all" && !httpVersions.includes(request.httpVersion)) {
    return "http-version-not-allowed";
  }
  return kind === "actual" ? actualFailure(policy, request) : preflightFailure(policy, request);
}

function actualFailure(policy: Policy, { method }: ModelRequest): "method-not-allowed" | undefined {
  if (!policy.switches.checkActualMethod || isListed(policy, method)) return undefined;
  return "method-not-allowed";
}

function preflightFailure(
  policy: Policy,
  request: ModelRequest,
): "method-not-allowed" | "headers-malformed" | "header-not-allowed" | undefined {
  const { checkRequested } = policy.switches;
  const method = request.requestMethod ?? "";
  if (!isMethod(method)) return "method-not-allowed";
  if (checkRequested && !isListed(policy, method)) return "method-not-allowed";
  const names = readNames(request.requestHeaders);
  if (names === undefined) return "headers-malformed";
  const { headers } = policy;
  if (!checkRequested || headers === "*") return undefined;
  const listed = headers.map((name) => name.toLowerCase());
  return names.every((name) => listed.includes(name)) ? undefined : "header-not-allowed";
}

const SAFELISTED = ["GET", "HEAD", "POST"];

function isListed({ methods, switches }: Policy, method: string): boolean {
  if (methods === "*" || methods.includes(method)) return true;
  return switches.safelistedMethods === "always" && SAFELISTED.includes(method);
}
