import type { AdmittedOrigin } from "./origin-pattern.ts";

/**
 * Whom a policy admits. `*` together with credentials has no constructor: "anyone" never carries credentials, and a
 * policy that dangerously admits every origin with credentials is "credentialed" with a pattern that admits them.
 */
export type Access =
  | { readonly kind: "anyone"; readonly answer: "star" | "echo" }
  | { readonly kind: "listed"; readonly origins: readonly AdmittedOrigin[] }
  | { readonly kind: "credentialed"; readonly origins: readonly AdmittedOrigin[] };

/** A list of names as configured, or `*`. `names` are what is compared; `text` is what is sent (joined by `, `). */
export type NameList =
  | { readonly kind: "any" }
  | { readonly kind: "listed"; readonly names: ReadonlySet<string>; readonly text: string };

/** The switches that a preset fixes and `behavior` overrides. */
export type Behavior = {
  readonly refusedActual: "reject" | "forward";
  readonly refusedPreflight: "reject" | "bare" | "forward";
  /** 200 to 299. */
  readonly preflightStatus: number;
  /** Each 400 to 499. */
  readonly refusalStatus: RefusalStatus;
  readonly checkRequested: boolean;
  readonly checkActualMethod: boolean;
  readonly safelistedMethods: "listed" | "always";
  readonly sameOrigin: "exempt" | "check";
  readonly anyOriginAnswer: "star" | "echo";
  readonly exposeOnPreflight: boolean;
};

export type RefusalStatus = {
  readonly origin: number;
  readonly method: number;
  readonly header: number;
  readonly httpVersion: number;
  readonly missingOrigin: number;
};

/** A policy as it runs: presets applied, nothing optional that has a default. */
export type Policy = {
  readonly name: string;
  readonly access: Access;
  /** Compared exactly, as Fetch compares methods. */
  readonly methods: NameList;
  /** `names` in lower case; `text` as configured. */
  readonly headers: NameList;
  /** `text` as configured. */
  readonly exposed: NameList;
  /** Whole seconds, 0 to 2^31-1; undefined: no header. */
  readonly maxAge: number | undefined;
  /** Undefined: every version. */
  readonly httpVersions: ReadonlySet<string> | undefined;
  readonly requireOrigin: boolean;
  readonly preflight: "answer" | "continue";
  readonly webSocket: "ignore" | "check";
  readonly allowPrivateNetwork: boolean;
  readonly timingAllowOrigin: boolean;
  readonly behavior: Behavior;
};

/** A consumer with origins of its own, admitted beside the policies'. */
export type Application = { readonly name: string; readonly origins: readonly AdmittedOrigin[] };
