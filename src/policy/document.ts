import type { HttpVersion } from "../cors/http-version.ts";
import type { OriginPattern } from "../cors/origin-pattern.ts";
import type { Behavior, RefusalStatus } from "../cors/policy.ts";
import type { Place } from "./node.ts";

// What an operator wrote, decoded but with nothing filled in. Request code never sees it: see compile.ts.

/** Where something was written, for problems. */
export type At = { readonly place: Place; readonly pointer: string };

/** A value with its place and its text as written. */
export type Written<T> = { readonly value: T; readonly text: string; readonly at: At };

/** A list of names, or `*`. */
export type WrittenList<T> =
  | { readonly kind: "any"; readonly at: At }
  | { readonly kind: "listed"; readonly items: readonly Written<T>[]; readonly at: At };

/** Patterns of kind `any` appear alone only. */
export type WrittenOrigins = WrittenList<OriginPattern>;

export const PRESETS = [
  "strict",
  "webmethods",
  "api-groups",
  "gravitee",
  "fetch",
  "gateway-api",
  "envoy",
] as const;

export type PresetName = (typeof PRESETS)[number];

export type WrittenBehavior = Partial<Omit<Behavior, "refusalStatus">> & {
  readonly refusalStatus?: Partial<RefusalStatus>;
};

/** `Origins`: the form in which its list of origins is held. */
export type WrittenPolicy<Origins = WrittenOrigins> = {
  readonly at: At;
  readonly name: Written<string>;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  /** Its own, else its file's `preset`, else `strict`. */
  readonly preset: PresetName;
  readonly enabled: boolean;
  readonly mode: "enforce" | "shadow";
  readonly allowOrigins: Origins | undefined;
  readonly allowMethods: WrittenList<string> | undefined;
  readonly allowHeaders: WrittenList<string> | undefined;
  readonly exposeHeaders: WrittenList<string> | undefined;
  readonly allowCredentials: Written<boolean> | undefined;
  readonly dangerouslyAllowAnyOriginWithCredentials: boolean;
  /** Whole seconds, or -1 for no header. */
  readonly maxAge: Written<number> | undefined;
  readonly httpVersions: WrittenList<HttpVersion> | undefined;
  readonly requireOrigin: Written<boolean> | undefined;
  readonly preflight: "answer" | "continue";
  readonly webSocket: "ignore" | "check";
  readonly allowPrivateNetwork: boolean;
  readonly timingAllowOrigin: boolean;
  readonly behavior: WrittenBehavior;
};

export type WrittenApplication<Origins = WrittenOrigins> = {
  readonly at: At;
  readonly name: Written<string>;
  readonly origins: Origins;
  /** Undefined or "any": every group. */
  readonly apiGroups: WrittenList<string> | undefined;
};

export type WrittenMatch = {
  readonly at: At;
  readonly host: Written<HostMatch> | undefined;
  /** Canonical: begins with `/`, no trailing slash (except `/` itself, which matches everything). */
  readonly path: Written<string> | undefined;
  readonly route: Written<string> | undefined;
};

export type HostMatch =
  | { readonly kind: "exact"; readonly name: string }
  | { readonly kind: "children"; readonly of: string };

export type WrittenGroup = {
  readonly at: At;
  readonly name: Written<string>;
  readonly match: readonly WrittenMatch[];
  readonly policies: readonly Written<string>[];
};

/** All files together, in name order. */
export type PolicyDocument<Origins = WrittenOrigins> = {
  readonly policies: readonly WrittenPolicy<Origins>[];
  readonly applications: readonly WrittenApplication<Origins>[];
  /** Undefined: one group `default` of everything with all policies in document order. */
  readonly groups: readonly WrittenGroup[] | undefined;
};
