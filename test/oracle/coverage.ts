import { type ServiceResponse, varyNames } from "./model/client-view.ts";
import type { Meaning, Policy } from "./model/meaning.ts";
import { readOrigin } from "./model/origin.ts";
import type { ModelRequest } from "./model/request.ts";
import { isSameOrigin } from "./model/steps.ts";
import { REASONS, type Verdict } from "./model/verdict.ts";
import { PRESET_NAMES } from "./model/written.ts";

/** What one comparison met. */
type Met = {
  readonly request: ModelRequest;
  readonly service: ServiceResponse;
  readonly verdict: Verdict;
  /** The policy whose switches count; undefined: none was asked. */
  readonly policy: Policy | undefined;
};

const CHECKED = [
  "origin-malformed",
  "origin-not-allowed",
  "http-version-not-allowed",
  "method-not-allowed",
  "headers-malformed",
  "header-not-allowed",
];

function isRefusedByCheck({ verdict }: Met, kind: "preflight" | "actual"): boolean {
  return verdict.kind === kind && CHECKED.includes(verdict.reason ?? "");
}

function isGranted({ verdict }: Met, kind: "preflight" | "actual"): boolean {
  return verdict.kind === kind && verdict.outcome === "granted" && verdict.reason === null;
}

function sends({ verdict }: Met, name: string, value?: string): boolean {
  const { answer } = verdict;
  return (
    answer.kind !== "untouched" &&
    answer.headers.some((line) => line[0] === name && (value === undefined || line[1] === value))
  );
}

const SAFELISTED = ["GET", "HEAD", "POST"];

function isUnlisted({ methods }: Policy, method: string): boolean {
  return methods !== "*" && !methods.includes(method);
}

/** Every value of every switch, where it decides. */
const SWITCHES: { readonly [label: string]: (met: Met, policy: Policy) => boolean } = {
  "refusedActual: reject": (met, { switches }) =>
    isRefusedByCheck(met, "actual") && switches.refusedActual === "reject",
  "refusedActual: forward": (met, { switches }) =>
    isRefusedByCheck(met, "actual") && switches.refusedActual === "forward",
  "refusedPreflight: reject": (met, { switches }) =>
    isRefusedByCheck(met, "preflight") && switches.refusedPreflight === "reject",
  "refusedPreflight: bare": (met, { switches }) =>
    isRefusedByCheck(met, "preflight") && switches.refusedPreflight === "bare",
  "refusedPreflight: forward": (met, { switches }) =>
    isRefusedByCheck(met, "preflight") && switches.refusedPreflight === "forward",
  "preflightStatus: not 200": ({ verdict: { kind, answer } }, { switches }) =>
    kind === "preflight" &&
    answer.kind === "instead" &&
    answer.status === switches.preflightStatus &&
    answer.status !== 200,
  "checkRequested: true": (met, { switches }) =>
    switches.checkRequested &&
    met.verdict.kind === "preflight" &&
    ["method-not-allowed", "header-not-allowed"].includes(met.verdict.reason ?? ""),
  "checkRequested: false": (met, policy) =>
    isGranted(met, "preflight") && isUnlisted(policy, met.request.requestMethod ?? ""),
  "checkActualMethod: true": ({ verdict: { kind, reason } }) =>
    kind === "actual" && reason === "method-not-allowed",
  "checkActualMethod: false": (met, policy) =>
    isGranted(met, "actual") &&
    isUnlisted(policy, met.request.method) &&
    !SAFELISTED.includes(met.request.method),
  "safelistedMethods: listed": ({ verdict: { reason }, request }, { switches }) =>
    reason === "method-not-allowed" &&
    switches.safelistedMethods === "listed" &&
    SAFELISTED.includes(request.requestMethod ?? request.method),
  "safelistedMethods: always": (met, policy) =>
    policy.switches.safelistedMethods === "always" &&
    policy.switches.checkRequested &&
    isGranted(met, "preflight") &&
    isUnlisted(policy, met.request.requestMethod ?? ""),
  "sameOrigin: exempt": ({ verdict: { reason } }) => reason === "same-origin",
  "sameOrigin: check": (met) =>
    met.verdict.kind === "actual" &&
    met.verdict.outcome !== "passed" &&
    met.verdict.reason !== "same-origin" &&
    isSameOrigin(met.request),
  "anyOriginAnswer: star": (met) => sends(met, "access-control-allow-origin", "*"),
  "anyOriginAnswer: echo": (met, { origins, credentials }) =>
    origins === "*" &&
    !credentials &&
    sends(met, "access-control-allow-origin", met.request.origin),
  "exposeOnPreflight: true": (met) =>
    met.verdict.kind === "preflight" && sends(met, "access-control-expose-headers"),
  "exposeOnPreflight: false": (met, { exposed }) =>
    isGranted(met, "preflight") &&
    exposed.length > 0 &&
    !sends(met, "access-control-expose-headers"),
};

/** What else a page or two of the documentation is about. */
const FEATURES: { readonly [label: string]: (met: Met) => boolean } = {
  "no-origin granted": ({ verdict: { kind, outcome } }) =>
    kind === "no-origin" && outcome === "granted",
  "preflight granted": (met) => isGranted(met, "preflight"),
  "preflight granted that goes on": (met) =>
    isGranted(met, "preflight") && met.verdict.answer.kind === "decorated",
  "actual granted": (met) => isGranted(met, "actual"),
  "websocket refused": ({ verdict: { kind, outcome } }) =>
    kind === "websocket" && outcome === "refused",
  "websocket passed by a group that checks": ({ verdict: { kind, outcome }, policy }) =>
    kind === "websocket" && outcome === "passed" && policy?.webSocket === "check",
  "passed though in a group": ({ verdict: { group, outcome } }) =>
    group !== null && outcome === "passed",
  "passed, in no group": ({ verdict: { group, outcome } }) =>
    group === null && outcome === "passed",
  "an open group, without Origin": (met) =>
    met.verdict.kind === "no-origin" && sends(met, "access-control-allow-origin"),
  "null admitted": (met) =>
    met.request.origin === "null" && (isGranted(met, "preflight") || isGranted(met, "actual")),
  "null of the same origin": ({ request, verdict: { reason } }) =>
    request.origin === "null" && reason === "same-origin",
  "an origin that is not canonical admitted": (met) => {
    const { origin = "" } = met.request;
    return (
      (isGranted(met, "preflight") || isGranted(met, "actual")) &&
      (origin !== origin.toLowerCase() || origin.endsWith(":443")) &&
      readOrigin(origin) !== undefined
    );
  },
  "credentials allowed": (met) => sends(met, "access-control-allow-credentials", "true"),
  "requested method echoed": (met) =>
    met.policy?.methods === "*" && sends(met, "access-control-allow-methods"),
  "requested headers echoed": (met) =>
    met.policy?.headers === "*" && sends(met, "access-control-allow-headers"),
  "max age sent": (met) => sends(met, "access-control-max-age"),
  "private network answered": (met) => sends(met, "access-control-allow-private-network"),
  "private network in Vary": ({ verdict: { answer } }) =>
    answer.kind !== "untouched" && answer.vary.includes("Access-Control-Request-Private-Network"),
  "every header exposed": (met) => sends(met, "access-control-expose-headers", "*"),
  "the response's names exposed": ({ verdict: { answer } }) =>
    answer.kind === "decorated" && answer.exposeNames,
  "timing sent": (met) => sends(met, "timing-allow-origin"),
  "the service's timing removed": (met) => {
    const { answer } = met.verdict;
    const isSent = met.service.headers.some(([name]) => name === "timing-allow-origin");
    return (
      isSent && answer.kind === "decorated" && answer.timing && !sends(met, "timing-allow-origin")
    );
  },
  "the service's timing kept": (met) => {
    const { answer } = met.verdict;
    const isSent = met.service.headers.some(([name]) => name === "timing-allow-origin");
    return isSent && answer.kind === "decorated" && !answer.timing;
  },
  "Vary merged": ({ verdict: { answer }, service }) =>
    answer.kind === "decorated" && answer.vary.length > 0 && varyNames(service.headers).length > 0,
  "Vary: * left alone": ({ verdict: { answer }, service }) =>
    answer.kind === "decorated" &&
    answer.vary.length > 0 &&
    varyNames(service.headers).includes("*"),
  "no Vary added": ({ verdict: { answer } }) =>
    answer.kind === "decorated" && answer.vary.length === 0,
  "shadow differs": ({ verdict: { shadow } }) => shadow?.differs === true,
  "shadow does not differ": ({ verdict: { shadow } }) => shadow?.differs === false,
};

/** How often a comparison met what: one that never saw a reason proves nothing about it. */
export class Coverage {
  readonly #counts = new Map<string, number>(labels().map((label) => [label, 0]));

  count(meaning: Meaning, request: ModelRequest, service: ServiceResponse, verdict: Verdict): void {
    const policy = policyIn(meaning, verdict);
    const met: Met = { request, service, verdict, policy };
    this.#add(`kind: ${verdict.kind}`);
    this.#add(`outcome: ${verdict.outcome}`);
    if (verdict.reason !== null) this.#add(`reason: ${verdict.reason}`);
    for (const [label, isMet] of Object.entries(FEATURES)) if (isMet(met)) this.#add(label);
    if (policy === undefined) return;
    if (verdict.outcome !== "passed") this.#add(`preset: ${policy.preset}`);
    for (const [label, isMet] of Object.entries(SWITCHES)) if (isMet(met, policy)) this.#add(label);
  }

  /** Labels, and how often each was met, the rarest first. */
  counts(): readonly (readonly [label: string, count: number])[] {
    return [...this.#counts].sort(([, one], [, other]) => one - other);
  }

  #add(label: string): void {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + 1);
  }
}

function labels(): readonly string[] {
  return [
    ...["no-origin", "preflight", "websocket", "actual"].map((kind) => `kind: ${kind}`),
    ...["granted", "refused", "passed"].map((outcome) => `outcome: ${outcome}`),
    ...REASONS.map((reason) => `reason: ${reason}`),
    ...PRESET_NAMES.map((preset) => `preset: ${preset}`),
    ...Object.keys(SWITCHES),
    ...Object.keys(FEATURES),
  ];
}

/** The policy that governs, else the first enforcing one. */
function policyIn({ groups }: Meaning, { group, policy }: Verdict): Met["policy"] {
  const policies = groups.find(({ name }) => name === group)?.policies ?? [];
  const enforcing = policies.filter(({ enabled, shadow }) => enabled && !shadow);
  return enforcing.find(({ name }) => name === policy) ?? enforcing[0];
}
