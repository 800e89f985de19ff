import type { Policy } from "./meaning.ts";
import type { Line, ModelRequest } from "./request.ts";
import { readNames } from "./requested.ts";
import type { Answer, CheckReason, Governed, Kind, RefusalReason } from "./verdict.ts";

// 6. What goes out. Nothing is sent in part: a refusal has no allow header.

const TEXTS: { readonly [reason in RefusalReason]: string } = {
  "origin-malformed": "Specified Origin is not allowed",
  "origin-not-allowed": "Specified Origin is not allowed",
  "http-version-not-allowed": "HTTP version is not allowed",
  "method-not-allowed": "Method Not Allowed",
  "headers-malformed": "Header Not Supported",
  "header-not-allowed": "Header Not Supported",
  "origin-required": "Origin header is required",
  "path-ambiguous": "Path is ambiguous",
  "unknown-group": "API group is not known",
};

/** A refusal in the service's place. */
export function rejected(
  kind: Kind,
  reason: RefusalReason,
  status: number,
  policies: readonly Policy[],
): Answer {
  const headers: readonly Line[] = [
    ["cache-control", "no-store"],
    ["content-type", "text/plain; charset=utf-8"],
  ];
  return { kind: "instead", status, body: TEXTS[reason], headers, vary: varyOf(kind, policies) };
}

/** A refusal as the policy's switches have it. */
export function refused(
  { policies }: Governed,
  { switches }: Policy,
  kind: "preflight" | "actual",
  reason: CheckReason,
): Answer {
  const vary = varyOf(kind, policies);
  switch (kind === "preflight" ? switches.refusedPreflight : switches.refusedActual) {
    case "reject":
      return rejected(kind, reason, statusOf(switches.refusalStatus, reason), policies);
    case "bare":
      return { kind: "instead", status: switches.preflightStatus, body: "", headers: [], vary };
    case "forward":
      return plain(vary, removesTiming(policies));
  }
}

function statusOf(statuses: Policy["switches"]["refusalStatus"], reason: CheckReason): number {
  switch (reason) {
    case "origin-malformed":
    case "origin-not-allowed":
      return statuses.origin;
    case "http-version-not-allowed":
      return statuses.httpVersion;
    case "method-not-allowed":
      return statuses.method;
    case "headers-malformed":
    case "header-not-allowed":
      return statuses.header;
  }
}

/** The service's answer without its CORS headers. */
export function plain(vary: readonly string[], timing: boolean): Answer {
  return { kind: "decorated", headers: [], vary, timing, exposeNames: false };
}

/** What was asked, and the policy that grants it. */
type Grant = { readonly request: ModelRequest; readonly policy: Policy };

export function granted(
  governed: Governed,
  kind: "preflight" | "actual" | "no-origin",
  grant: Grant | undefined,
): Answer {
  const { policies, first } = governed;
  const timing = removesTiming(policies);
  if (kind === "preflight" && grant !== undefined) return preflightGranted(governed, grant);
  const vary = isOpen(first) ? [] : varyOf(kind, policies);
  // In an open group one answer is everybody's.
  const policy = isOpen(first) ? first : grant?.policy;
  if (policy === undefined) return plain(vary, timing);
  const origin = allowOrigin(policy, grant?.request.origin ?? "");
  const headers = [
    line("access-control-allow-origin", origin),
    line("access-control-allow-credentials", policy.credentials ? "true" : ""),
    line("access-control-expose-headers", exposed(policy)),
    line("timing-allow-origin", policy.timing ? origin : ""),
  ].flat();
  const exposeNames = policy.exposed === "*" && policy.credentials;
  return { kind: "decorated", headers, vary, timing, exposeNames };
}

function preflightGranted({ policies }: Governed, { request, policy }: Grant): Answer {
  const asked = readNames(request.requestHeaders) ?? [];
  const isPrivate = policy.privateNetwork && request.requestPrivateNetwork === "true";
  const { requestMethod = "", origin = "" } = request;
  const headers = [
    line("access-control-allow-origin", allowOrigin(policy, origin)),
    line("access-control-allow-methods", listOr(policy.methods, requestMethod)),
    line("access-control-allow-headers", listOr(policy.headers, asked.join(", "))),
    line("access-control-allow-credentials", policy.credentials ? "true" : ""),
    line("access-control-max-age", policy.maxAge === "none" ? "" : String(policy.maxAge)),
    line("access-control-allow-private-network", isPrivate ? "true" : ""),
    line("access-control-expose-headers", policy.switches.exposeOnPreflight ? exposed(policy) : ""),
  ].flat();
  const vary = varyOf("preflight", policies);
  if (policy.preflight === "answer") {
    return { kind: "instead", status: policy.switches.preflightStatus, body: "", headers, vary };
  }
  return { kind: "decorated", headers, vary, timing: removesTiming(policies), exposeNames: false };
}

/** A header whose value would be empty is not sent. */
function line(name: string, value: string): readonly Line[] {
  return value === "" ? [] : [[name, value]];
}

function listOr(list: "*" | readonly string[], star: string): string {
  return list === "*" ? star : list.join(", ");
}

/** With credentials browsers read `*` literally. */
function exposed({ exposed: list, credentials }: Policy): string {
  return listOr(list, credentials ? "" : "*");
}

/** The received origin, or `*` for all. */
function allowOrigin(policy: Policy, received: string): string {
  return isStar(policy) ? "*" : received;
}

function isStar({ origins, credentials, switches }: Policy): boolean {
  return origins === "*" && !credentials && switches.anyOriginAnswer === "star";
}

export function isOpen(first: Policy): boolean {
  return isStar(first) && first.httpVersions === "all";
}

export function removesTiming(policies: readonly Policy[]): boolean {
  return policies.some(({ timing }) => timing);
}

function varyOf(kind: Kind, policies: readonly Policy[]): readonly string[] {
  if (kind !== "preflight") return ["Origin"];
  const names = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];
  return policies.some(({ privateNetwork }) => privateNetwork)
    ? [...names, "Access-Control-Request-Private-Network"]
    : names;
}
