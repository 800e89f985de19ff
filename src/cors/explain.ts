import type { Action, Decision, Reason, Shadow } from "./decision.ts";
import type { Policy } from "./policy.ts";
import type { Request } from "./request.ts";
import type { Match, Selection } from "./snapshot.ts";

/** The decision in words, step by step. Nothing is decided again: every word is read off the decision. */
export function narrate(decision: Decision, request: Request): readonly string[] {
  return [
    groupStep(decision.selection, request),
    kindStep(decision, request),
    ...admissionSteps(decision, request),
    ...checkSteps(decision, request),
    outcomeStep(decision),
    ...(decision.shadow === undefined ? [] : [shadowStep(decision.shadow)]),
  ];
}

function groupStep(selection: Selection, request: Request): string {
  switch (selection.by) {
    case "name":
      return `group \`${selection.group.name}\`: named by the deployment`;
    case "unknown-name":
      return `group: the deployment names \`${request.group}\`, which the document does not have`;
    case "match":
      return matchStep(selection.received, selection.decoded);
  }
}

function matchStep(received: Match | undefined, decoded: Match | undefined): string {
  if (received?.group !== decoded?.group) {
    return `group: the path as received selects ${groupName(received)}, decoded it selects ${groupName(decoded)}`;
  }
  return decoded === undefined
    ? "group: none matches this route, host and path"
    : `group \`${decoded.group.name}\`: matched by ${decoded.entry}`;
}

function groupName(match: Match | undefined): string {
  return match === undefined ? "no group" : `\`${match.group.name}\``;
}

function kindStep({ kind }: Decision, { method }: Request): string {
  switch (kind) {
    case "no-origin":
      return "no-origin: without an Origin header there is nothing to grant";
    case "preflight":
      return "preflight: OPTIONS with Origin and Access-Control-Request-Method";
    case "websocket":
      return "websocket: a handshake with an Origin";
    case "actual":
      return `actual: ${method} with an Origin`;
  }
}

function admissionSteps(decision: Decision, request: Request): readonly string[] {
  const { policy, admission, reason } = decision;
  if (policy !== undefined && admission !== undefined) {
    const governs = `policy \`${policy.name}\` governs`;
    switch (admission.by) {
      case "policy":
        return [`${governs}: the first whose list admits \`${request.origin}\``];
      case "application":
        return [
          `${governs}: the group's first, since application \`${admission.application}\` admits \`${request.origin}\``,
        ];
      case "policy-other-version":
        return [
          `${governs}: its list admits \`${request.origin}\`, though none does in this HTTP version`,
        ];
    }
  }
  return reason === undefined ? [] : [unadmitted(reason, request, decision)];
}

function unadmitted(reason: Reason, request: Request, { chain, group }: Decision): string {
  switch (reason) {
    case "same-origin":
      return request.secFetchSite === undefined
        ? `same origin: \`${request.origin}\` is the request's own scheme and authority`
        : "same origin: the browser says `Sec-Fetch-Site: same-origin`";
    case "origin-malformed":
      return "the Origin header is not one serialized origin";
    case "origin-not-allowed":
      return `no policy and no application of \`${group}\` admits \`${request.origin}\``;
    case "origin-required":
      return `policy \`${chain?.requiresOrigin?.name}\` requires an Origin header`;
    default:
      return `the group cannot be told: ${reason}`;
  }
}

type Check = { readonly fails: Reason; readonly passed: string; readonly failed: string };

/** The checks of the governing policy in their order, to the first that failed. */
function checkSteps(decision: Decision, request: Request): readonly string[] {
  const { policy, kind, reason, header } = decision;
  if (policy === undefined) return [];
  const checks =
    kind === "preflight"
      ? [versionCheck(policy, request), ...requestedChecks(policy, request, header)]
      : [versionCheck(policy, request), actualMethodCheck(policy, request)];
  const failed = checks.findIndex(({ fails }) => fails === reason);
  return failed < 0
    ? checks.map(({ passed }) => passed)
    : checks.slice(0, failed + 1).map((check, at) => (at === failed ? check.failed : check.passed));
}

function versionCheck({ httpVersions }: Policy, { httpVersion }: Request): Check {
  const listed = [...(httpVersions ?? [])].join(", ");
  return {
    fails: "http-version-not-allowed",
    passed: listed === "" ? "HTTP version: any" : `HTTP version \`${httpVersion}\`: listed`,
    failed: `HTTP version \`${httpVersion ?? "unknown"}\`: not one of ${listed}`,
  };
}

function actualMethodCheck({ behavior, methods }: Policy, { method }: Request): Check {
  return {
    fails: "method-not-allowed",
    passed: behavior.checkActualMethod ? `method \`${method}\`: allowed` : "method: not compared",
    failed: `method \`${method}\`: not one of ${listText(methods)}`,
  };
}

function requestedChecks(
  { behavior, methods, headers }: Policy,
  { requestMethod, requestHeaders }: Request,
  header: string | undefined,
): readonly Check[] {
  const compared = behavior.checkRequested ? "allowed" : "not compared";
  return [
    {
      fails: "method-not-allowed",
      passed: `requested method \`${requestMethod}\`: ${compared}`,
      failed: `requested method \`${requestMethod}\`: not one of ${listText(methods)}`,
    },
    {
      fails: "headers-malformed",
      passed: "requested headers: well formed",
      failed: "requested headers: not a list of header names within the limits",
    },
    {
      fails: "header-not-allowed",
      passed:
        requestHeaders === undefined ? "requested headers: none" : `requested headers: ${compared}`,
      failed: `requested header \`${header}\`: not one of ${listText(headers)}`,
    },
  ];
}

function listText(list: Policy["methods"]): string {
  return list.kind === "listed" && list.text !== "" ? list.text : "none";
}

function outcomeStep(decision: Decision): string {
  const { outcome, reason, action, chain, group } = decision;
  if (outcome === "passed") {
    if (chain !== undefined) return "passed: the handshake is not touched";
    return group === undefined
      ? "passed: without a group the exchange is not touched"
      : `passed: no policy of \`${group}\` is enforcing, so the exchange is not touched`;
  }
  const why = reason === undefined ? outcome : `${outcome} (${reason})`;
  return `${why}: ${consequence(action)}`;
}

function consequence(action: Action): string {
  if (action.kind === "respond") {
    return `answered with ${action.status}, the service is not reached`;
  }
  return "the service answers, its own CORS headers are replaced by those below";
}

function shadowStep({ outcome, reason, differs }: Shadow): string {
  const why = reason === undefined ? outcome : `${outcome} (${reason})`;
  return `with shadow policies enforcing: ${why}, ${differs ? "a different answer" : "the same answer"}`;
}
