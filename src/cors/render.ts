import type { Chain } from "./chain.ts";
import type { Action, Decorate, Header } from "./decision.ts";
import type { Policy } from "./policy.ts";
import type { Request } from "./request.ts";

// The headers of granted requests. A header whose value would be empty is not sent.

const VARY_NONE: readonly string[] = [];
export const VARY_ORIGIN: readonly string[] = ["Origin"];
const VARY_PREFLIGHT: readonly string[] = [
  "Origin",
  "Access-Control-Request-Method",
  "Access-Control-Request-Headers",
];
const VARY_PRIVATE_NETWORK: readonly string[] = [
  ...VARY_PREFLIGHT,
  "Access-Control-Request-Private-Network",
];

/** What a preflight's answer depends on; undefined: no chain was found. */
export function preflightVary(chain: Chain | undefined): readonly string[] {
  return chain?.privateNetwork ? VARY_PRIVATE_NETWORK : VARY_PREFLIGHT;
}

/** Every answer of a governed group depends on the Origin, unless one answer serves all origins. */
export function answerVary(chain: Chain): readonly string[] {
  return chain.open ? VARY_NONE : VARY_ORIGIN;
}

/** Only the service's CORS headers are removed: nobody is granted anything by this answer. */
export function plain(removeTiming: boolean): Decorate {
  return {
    kind: "decorate",
    headers: [],
    vary: VARY_ORIGIN,
    removeTiming,
    exposeReceived: false,
  };
}

/**
 * The answer to a request without an Origin, or of the same origin. In an open group it is the same as every other
 * answer, since caches may serve it to anyone.
 */
export function ownAnswer(chain: Chain): Action {
  return chain.open ? grantActual(chain, chain.policies[0], undefined) : plain(chain.timing);
}

/** The decorated answer to an actual request of an admitted origin (undefined only where the answer is `*`). */
export function grantActual(chain: Chain, policy: Policy, origin: string | undefined): Action {
  const allowOrigin = allowedOrigin(policy, origin);
  const headers: Header[] = [];
  pushNonEmpty(headers, "access-control-allow-origin", allowOrigin);
  if (policy.access.kind === "credentialed") headers.push(ALLOW_CREDENTIALS);
  pushNonEmpty(headers, "access-control-expose-headers", exposedNames(policy));
  if (policy.timingAllowOrigin) pushNonEmpty(headers, "timing-allow-origin", allowOrigin);
  return {
    kind: "decorate",
    headers,
    vary: answerVary(chain),
    removeTiming: chain.timing,
    exposeReceived: policy.exposed.kind === "any" && policy.access.kind === "credentialed",
  };
}

/** The answer to a preflight whose requested names (in lower case) are all allowed. */
export function grantPreflight(
  chain: Chain,
  policy: Policy,
  request: Request,
  requested: readonly string[],
): Action {
  const headers = preflightHeaders(policy, request, requested);
  const vary = preflightVary(chain);
  if (policy.preflight === "continue") {
    return { kind: "decorate", headers, vary, removeTiming: chain.timing, exposeReceived: false };
  }
  const status = policy.behavior.preflightStatus;
  return { kind: "respond", status, body: undefined, headers, vary };
}

const ALLOW_CREDENTIALS: Header = ["access-control-allow-credentials", "true"];

function preflightHeaders(
  policy: Policy,
  request: Request,
  requested: readonly string[],
): readonly Header[] {
  const { methods, headers: allowed, maxAge, behavior } = policy;
  const headers: Header[] = [];
  pushNonEmpty(headers, "access-control-allow-origin", allowedOrigin(policy, request.origin));
  const method = methods.kind === "any" ? (request.requestMethod ?? "") : methods.text;
  pushNonEmpty(headers, "access-control-allow-methods", method);
  const names = allowed.kind === "any" ? requested.join(", ") : allowed.text;
  pushNonEmpty(headers, "access-control-allow-headers", names);
  if (policy.access.kind === "credentialed") headers.push(ALLOW_CREDENTIALS);
  if (maxAge !== undefined) headers.push(["access-control-max-age", String(maxAge)]);
  if (policy.allowPrivateNetwork && request.requestPrivateNetwork === "true") {
    headers.push(["access-control-allow-private-network", "true"]);
  }
  if (behavior.exposeOnPreflight) {
    pushNonEmpty(headers, "access-control-expose-headers", exposedNames(policy));
  }
  return headers;
}

/** Byte for byte what was received (it has been parsed), or `*`. */
function allowedOrigin({ access }: Policy, received: string | undefined): string {
  return access.kind === "anyone" && access.answer === "star" ? "*" : (received ?? "");
}

/** Browsers read `*` literally beside credentials (Fetch section 3.3.3), so there it is never sent. */
function exposedNames({ exposed, access }: Policy): string {
  if (exposed.kind === "listed") return exposed.text;
  return access.kind === "credentialed" ? "" : "*";
}

function pushNonEmpty(headers: Header[], name: string, value: string): void {
  if (value !== "") headers.push([name, value]);
}
