import type { Chain } from "./chain.ts";
import type { Action, Decorate, Header } from "./decision.ts";
import { fixedHeader } from "./fixed-header.ts";
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

/** The decorated answer to an actual request of an admitted origin (undefined only where the answer is `*`). */
export function grantActual(chain: Chain, policy: Policy, origin: string | undefined): Action {
  const allowOrigin = allowedOrigin(policy, origin);
  const headers: Header[] = [];
  pushNonEmpty(headers, "access-control-allow-origin", allowOrigin);
  if (policy.access.kind === "credentialed") headers.push(ALLOW_CREDENTIALS);
  pushFixed(headers, fixedHeaders(policy).exposed);
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

const ALLOW_CREDENTIALS: Header = fixedHeader("access-control-allow-credentials", "true");
const ALLOW_PRIVATE_NETWORK: Header = fixedHeader("access-control-allow-private-network", "true");

/** The headers of a policy that are the same in all its answers; undefined where there is none. */
type FixedHeaders = {
  readonly methods: Header | undefined;
  readonly names: Header | undefined;
  readonly exposed: Header | undefined;
  readonly maxAge: Header | undefined;
};

const FIXED_HEADERS: WeakMap<Policy, FixedHeaders> = new WeakMap();

function fixedHeaders(policy: Policy): FixedHeaders {
  const known = FIXED_HEADERS.get(policy);
  if (known !== undefined) return known;
  const { methods, headers, maxAge } = policy;
  const made: FixedHeaders = {
    methods: methods.kind === "any" ? undefined : nonEmpty(METHODS, methods.text),
    names: headers.kind === "any" ? undefined : nonEmpty(NAMES, headers.text),
    exposed: nonEmpty("access-control-expose-headers", exposedNames(policy)),
    maxAge: nonEmpty("access-control-max-age", maxAge === undefined ? "" : String(maxAge)),
  };
  FIXED_HEADERS.set(policy, made);
  return made;
}

const METHODS = "access-control-allow-methods";
const NAMES = "access-control-allow-headers";

function nonEmpty(name: string, value: string): Header | undefined {
  return value === "" ? undefined : fixedHeader(name, value);
}

function preflightHeaders(
  policy: Policy,
  request: Request,
  requested: readonly string[],
): readonly Header[] {
  const { methods, headers: allowed } = policy;
  const fixed = fixedHeaders(policy);
  const headers: Header[] = [];
  pushNonEmpty(headers, "access-control-allow-origin", allowedOrigin(policy, request.origin));
  if (methods.kind === "any") pushNonEmpty(headers, METHODS, request.requestMethod ?? "");
  else pushFixed(headers, fixed.methods);
  if (allowed.kind === "any") pushNonEmpty(headers, NAMES, requested.join(", "));
  else pushFixed(headers, fixed.names);
  if (policy.access.kind === "credentialed") headers.push(ALLOW_CREDENTIALS);
  pushFixed(headers, fixed.maxAge);
  if (policy.allowPrivateNetwork && request.requestPrivateNetwork === "true") {
    headers.push(ALLOW_PRIVATE_NETWORK);
  }
  if (policy.behavior.exposeOnPreflight) pushFixed(headers, fixed.exposed);
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

function pushFixed(headers: Header[], header: Header | undefined): void {
  if (header !== undefined) headers.push(header);
}
