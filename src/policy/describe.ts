import { ownOrigins } from "../cors/chain.ts";
import type { NameList, Policy } from "../cors/policy.ts";
import type { WrittenList } from "./document.ts";
import { admittedText, hostMatchText } from "./pattern-text.ts";
import type { ResolvedApplication, ResolvedGroup, ResolvedPolicy } from "./resolve-document.ts";

// A document as it is understood, as plain values with the keys of a document: presets are applied, nothing is left
// out. What is none is null.

/** A value that JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainObject;

export type PlainObject = { readonly [key: string]: Plain };

export function describePolicy({ written, policy }: ResolvedPolicy<unknown>): PlainObject {
  const { name, maxAge, requireOrigin, preflight, webSocket, behavior } = policy;
  return {
    name,
    description: written.description ?? null,
    tags: written.tags,
    preset: written.preset,
    enabled: written.enabled,
    mode: written.mode,
    allowOrigins: ownOrigins(policy).map(admittedText),
    allowMethods: namesOf(policy.methods),
    allowHeaders: namesOf(policy.headers),
    exposeHeaders: namesOf(policy.exposed),
    allowCredentials: policy.access.kind === "credentialed",
    maxAge: maxAge ?? null,
    httpVersions: versionsOf(policy),
    requireOrigin,
    preflight,
    webSocket,
    allowPrivateNetwork: policy.allowPrivateNetwork,
    timingAllowOrigin: policy.timingAllowOrigin,
    behavior: { ...behavior, refusalStatus: { ...behavior.refusalStatus } },
  };
}

/** With its policies and, of the applications that are not everywhere, its own: by name, in their order. */
export function describeGroup({
  name,
  match,
  members,
  applications,
}: ResolvedGroup<unknown>): Plain {
  return {
    name,
    match: match.map(({ host, path, route }) => ({
      host: host === undefined ? null : hostMatchText(host),
      path: path ?? null,
      route: route ?? null,
    })),
    policies: members.map(({ policy }) => policy.name),
    applications: applications.map(({ application }) => application.name),
  };
}

/** `apiGroups` is `*` where it applies everywhere. */
export function describeApplication({
  written,
  application,
}: ResolvedApplication<unknown>): PlainObject {
  return {
    name: application.name,
    origins: application.origins.map(admittedText),
    apiGroups: written.apiGroups === undefined ? "*" : textsOf(written.apiGroups),
  };
}

function textsOf(list: WrittenList<string>): Plain {
  return list.kind === "any" ? "*" : list.items.map(({ value }) => value);
}

/** As they are sent; `*` for any. */
function namesOf(list: NameList): Plain {
  if (list.kind === "any") return "*";
  return list.text === "" ? [] : list.text.split(", ");
}

function versionsOf({ httpVersions }: Policy): Plain {
  return httpVersions === undefined ? "*" : [...httpVersions];
}
