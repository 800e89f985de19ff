import { HTTP_VERSIONS, type HttpVersion } from "../cors/http-version.ts";
import type { AdmittedOrigin } from "../cors/origin-pattern.ts";
import type { Access, Application, Behavior, NameList, Policy } from "../cors/policy.ts";
import type {
  WrittenApplication,
  WrittenBehavior,
  WrittenList,
  WrittenOrigins,
  WrittenPolicy,
} from "./document.ts";
import { admittedOrigin } from "./pattern-text.ts";
import { type Preset, type PresetDefaults, presetOf } from "./preset.ts";

// In a document `-1` asks for no Access-Control-Max-Age header.
const NO_MAX_AGE = -1;

const NONE: NameList = { kind: "listed", names: new Set(), text: "" };
const ANY: NameList = { kind: "any" };

/** What a list admits, as it is looked up. */
export type ReadOrigins<Origins> = (origins: Origins) => readonly AdmittedOrigin[];

/**
 * A policy as it runs: its preset applied, `behavior` merged over it key by key. It takes what lint refuses (such as
 * `*` with credentials) as it stands, so that lint can judge it: no snapshot is made of a document with errors.
 */
export function resolvePolicy<Origins>(
  written: WrittenPolicy<Origins>,
  read: ReadOrigins<Origins>,
): Policy {
  const preset = presetOf(written.preset);
  const { defaults } = preset;
  const behavior = mergeBehavior(preset, written.behavior);
  const maxAge = written.maxAge === undefined ? defaults.maxAge : written.maxAge.value;
  return {
    name: written.name.value,
    access: resolveAccess(written, resolveOrigins(written, defaults, read), behavior),
    methods: resolveMethods(written, defaults),
    headers: resolveHeaders(written.allowHeaders, defaults.allowHeaders === "any" ? ANY : NONE),
    exposed: resolveHeaders(written.exposeHeaders, NONE),
    maxAge: maxAge === NO_MAX_AGE ? undefined : maxAge,
    httpVersions: resolveVersions(written.httpVersions),
    requireOrigin: written.requireOrigin?.value ?? false,
    preflight: written.preflight,
    webSocket: written.webSocket,
    allowPrivateNetwork: written.allowPrivateNetwork,
    timingAllowOrigin: written.timingAllowOrigin,
    behavior,
  };
}

export function resolveApplication<Origins>(
  written: WrittenApplication<Origins>,
  read: ReadOrigins<Origins>,
): Application {
  return { name: written.name.value, origins: read(written.origins) };
}

function mergeBehavior(preset: Preset, written: WrittenBehavior): Behavior {
  const { behavior } = preset;
  return {
    ...behavior,
    ...written,
    refusalStatus: { ...behavior.refusalStatus, ...written.refusalStatus },
  };
}

function resolveAccess(
  { allowCredentials }: WrittenPolicy<unknown>,
  origins: readonly AdmittedOrigin[],
  behavior: Behavior,
): Access {
  if (allowCredentials?.value === true) return { kind: "credentialed", origins };
  return origins.includes("*")
    ? { kind: "anyone", answer: behavior.anyOriginAnswer }
    : { kind: "listed", origins };
}

function resolveOrigins<Origins>(
  { allowOrigins }: WrittenPolicy<Origins>,
  defaults: PresetDefaults,
  read: ReadOrigins<Origins>,
): readonly AdmittedOrigin[] {
  if (allowOrigins !== undefined) return read(allowOrigins);
  return defaults.allowOrigins === "anyone" ? ["*"] : [];
}

export function readWrittenOrigins(list: WrittenOrigins): readonly AdmittedOrigin[] {
  return list.kind === "any" ? ["*"] : list.items.map(({ value }) => admittedOrigin(value));
}

function resolveMethods(written: WrittenPolicy<unknown>, defaults: PresetDefaults): NameList {
  const list = written.allowMethods;
  if (list === undefined) return defaultMethods(defaults.allowMethods);
  if (list.kind === "any") return ANY;
  return listNames(
    list.items.map(({ value }) => value),
    (name) => name,
  );
}

/** Where the preset wants a choice there is no safe default: nobody's method is listed, and lint reports it. */
function defaultMethods(methods: PresetDefaults["allowMethods"]): NameList {
  if (methods === "any") return ANY;
  return methods === "required" ? NONE : listNames(methods, (name) => name);
}

function resolveHeaders(list: WrittenList<string> | undefined, leftOut: NameList): NameList {
  if (list === undefined) return leftOut;
  if (list.kind === "any") return ANY;
  return listNames(
    list.items.map(({ value }) => value),
    (name) => name.toLowerCase(),
  );
}

/** Names as configured, in their order, each sent once: of two that compare equal the first stands. */
function listNames(names: readonly string[], compared: (name: string) => string): NameList {
  const sent = new Map<string, string>();
  for (const name of names) {
    const key = compared(name);
    if (!sent.has(key)) sent.set(key, name);
  }
  return { kind: "listed", names: new Set(sent.keys()), text: [...sent.values()].join(", ") };
}

/** All four versions are every version: Envoy knows no other, and the attribute is then not needed. */
function resolveVersions(
  list: WrittenList<HttpVersion> | undefined,
): ReadonlySet<string> | undefined {
  if (list === undefined || list.kind === "any") return undefined;
  const versions = new Set<string>(list.items.map(({ value }) => value));
  return HTTP_VERSIONS.every((version) => versions.has(version)) ? undefined : versions;
}
