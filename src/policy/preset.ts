import { CORS_SAFELISTED_METHODS } from "../cors/check.ts";
import type { Behavior } from "../cors/policy.ts";
import type { PresetName } from "./document.ts";

/** What a preset says of a field that is left out. */
export type PresetDefaults = {
  readonly allowOrigins: "nobody" | "anyone";
  /** "required": the source product has no default either, so the operator must choose. */
  readonly allowMethods: readonly string[] | "any" | "required";
  readonly allowHeaders: "none" | "any";
  readonly httpVersions: "all" | "required";
  /** Whole seconds; undefined: no header. */
  readonly maxAge: number | undefined;
};

/** Switches, defaults of fields that are left out, and what the product that is imitated can express. */
export type Preset = {
  readonly behavior: Behavior;
  readonly defaults: PresetDefaults;
  /** Methods that the source product lets one choose; undefined: any. */
  readonly offeredMethods: readonly string[] | undefined;
};

const STRICT: Preset = {
  behavior: {
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
  },
  defaults: {
    allowOrigins: "nobody",
    allowMethods: [...CORS_SAFELISTED_METHODS],
    allowHeaders: "none",
    httpVersions: "all",
    maxAge: undefined,
  },
  offeredMethods: undefined,
};

// webMethods API Gateway documentation, "CORS" policy.
const WEBMETHODS: Preset = {
  behavior: { ...STRICT.behavior, checkActualMethod: false },
  defaults: { ...STRICT.defaults, allowMethods: "required" },
  offeredMethods: ["GET", "POST", "PUT", "DELETE", "PATCH"],
};

// API group CORS policy documentation: origins and methods left out are open, max age is 900.
const API_GROUPS: Preset = {
  behavior: STRICT.behavior,
  defaults: {
    allowOrigins: "anyone",
    allowMethods: "any",
    allowHeaders: "none",
    httpVersions: "required",
    maxAge: 900,
  },
  offeredMethods: undefined,
};

// Gravitee documentation, and that product's code where the documentation is silent.
const GRAVITEE: Preset = {
  behavior: {
    ...STRICT.behavior,
    refusedActual: "forward",
    refusalStatus: { ...STRICT.behavior.refusalStatus, origin: 400, method: 400, header: 400 },
    checkActualMethod: false,
    anyOriginAnswer: "echo",
  },
  defaults: { ...STRICT.defaults, allowMethods: [], allowHeaders: "any" },
  offeredMethods: ["GET", "DELETE", "PATCH", "POST", "PUT", "OPTIONS", "TRACE", "HEAD"],
};

// Fetch section 3.3: a server says whom it admits, the browser enforces it.
const FETCH: Preset = {
  behavior: {
    ...STRICT.behavior,
    refusedActual: "forward",
    preflightStatus: 204,
    refusalStatus: { ...STRICT.behavior.refusalStatus, method: 403 },
    checkActualMethod: false,
    safelistedMethods: "always",
  },
  defaults: STRICT.defaults,
  offeredMethods: undefined,
};

// Gateway API, HTTPCORSFilter: nothing is refused, headers are left out.
const GATEWAY_API: Preset = {
  behavior: {
    ...FETCH.behavior,
    refusedPreflight: "bare",
    preflightStatus: 200,
    checkRequested: false,
    exposeOnPreflight: true,
  },
  defaults: { ...STRICT.defaults, maxAge: 5 },
  offeredMethods: undefined,
};

// Envoy's own cors filter: what it does not admit goes to the service.
const ENVOY: Preset = {
  behavior: {
    ...FETCH.behavior,
    refusedPreflight: "forward",
    preflightStatus: 200,
    checkRequested: false,
    anyOriginAnswer: "echo",
  },
  defaults: STRICT.defaults,
  offeredMethods: undefined,
};

const TABLE: Readonly<Record<PresetName, Preset>> = {
  strict: STRICT,
  webmethods: WEBMETHODS,
  "api-groups": API_GROUPS,
  gravitee: GRAVITEE,
  fetch: FETCH,
  "gateway-api": GATEWAY_API,
  envoy: ENVOY,
};

export function presetOf(name: PresetName): Preset {
  return TABLE[name];
}
