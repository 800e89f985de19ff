import { indexApplications, indexPolicies, linkChain } from "../../src/cors/chain.ts";
import type { Application, Behavior, NameList, Policy } from "../../src/cors/policy.ts";
import type { Request } from "../../src/cors/request.ts";
import type { Group, Snapshot } from "../../src/cors/snapshot.ts";
import { atOnce } from "../../src/cors/steps.ts";

// Samples for the tests of the pure rooms: each takes what the test is about and fills in the rest.

export function listed(...names: string[]): NameList {
  return { kind: "listed", names: new Set(names), text: names.join(", ") };
}

export const APP = "https://app.example.com";

export const STRICT: Behavior = {
  refusedActual: "reject",
  refusedPreflight: "reject",
  preflightStatus: 200,
  refusalStatus: { origin: 403, method: 405, header: 403, httpVersion: 403, missingOrigin: 403 },
  checkRequested: true,
  checkActualMethod: true,
  safelistedMethods: "listed",
  sameOrigin: "exempt",
  anyOriginAnswer: "star",
  exposeOnPreflight: false,
};

export function policy(over: Partial<Policy> = {}): Policy {
  return {
    name: "web",
    access: { kind: "listed", origins: [APP] },
    methods: listed("GET", "POST"),
    headers: listed("content-type"),
    exposed: listed(),
    maxAge: undefined,
    httpVersions: undefined,
    requireOrigin: false,
    preflight: "answer",
    webSocket: "ignore",
    allowPrivateNetwork: false,
    timingAllowOrigin: false,
    behavior: STRICT,
    ...over,
  };
}

export function request(over: Partial<Request> = {}): Request {
  return {
    method: "GET",
    path: "/",
    scheme: "https",
    authority: "api.example.com",
    origin: undefined,
    requestMethod: undefined,
    requestHeaders: undefined,
    requestPrivateNetwork: undefined,
    upgrade: undefined,
    secFetchSite: undefined,
    forwardedProto: undefined,
    group: undefined,
    route: undefined,
    httpVersion: "HTTP/1.1",
    ...over,
  };
}

export function preflight(method: string, headers?: string, over: Partial<Request> = {}): Request {
  return request({
    method: "OPTIONS",
    origin: APP,
    requestMethod: method,
    requestHeaders: headers,
    ...over,
  });
}

export function group(
  policies: readonly Policy[],
  applications: readonly Application[] = [],
  shadow: readonly Policy[] = [],
): Group {
  return {
    name: "orders",
    enforced: chainOf(policies, applications),
    rehearsed: shadow.length === 0 ? undefined : chainOf(shadow, applications),
  };
}

function chainOf(policies: readonly Policy[], applications: readonly Application[]) {
  const [first, ...rest] = policies;
  if (first === undefined) return undefined;
  const admits = atOnce(indexPolicies(policies, new Map()));
  return linkChain([first, ...rest], admits, [atOnce(indexApplications(applications, new Map()))]);
}

export function snapshot(select: Snapshot["select"]): Snapshot {
  return { revision: "r1", needs: { route: false, httpVersion: false }, select };
}

/** A snapshot in which every request belongs to this group. */
export function governedBy(one: Group): Snapshot {
  const match = { group: one, entry: "everything" };
  return snapshot(() => ({ by: "match", received: match, decoded: match }));
}
