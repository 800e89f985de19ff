// A policy document as an operator writes it, and nothing more: every field may be left out that docs/policy.md lets one
// leave out. The model reads this, the product reads the text that it is written as.

export const PRESET_NAMES = [
  "strict",
  "webmethods",
  "api-groups",
  "gravitee",
  "fetch",
  "gateway-api",
  "envoy",
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** `"*"`, or a list, which may be `["*"]`. */
export type StarOrList = string | readonly string[];

export type WrittenBehavior = {
  readonly refusedActual?: "reject" | "forward";
  readonly refusedPreflight?: "reject" | "bare" | "forward";
  readonly preflightStatus?: number;
  readonly refusalStatus?: {
    readonly origin?: number;
    readonly method?: number;
    readonly header?: number;
    readonly httpVersion?: number;
    readonly missingOrigin?: number;
  };
  readonly checkRequested?: boolean;
  readonly checkActualMethod?: boolean;
  readonly safelistedMethods?: "listed" | "always";
  readonly sameOrigin?: "exempt" | "check";
  readonly anyOriginAnswer?: "star" | "echo";
  readonly exposeOnPreflight?: boolean;
};

export type WrittenPolicy = {
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly preset?: PresetName;
  readonly enabled?: boolean;
  readonly mode?: "enforce" | "shadow";
  readonly allowOrigins?: StarOrList;
  readonly allowMethods?: StarOrList;
  readonly allowHeaders?: StarOrList;
  readonly exposeHeaders?: StarOrList;
  readonly allowCredentials?: boolean;
  readonly dangerouslyAllowAnyOriginWithCredentials?: boolean;
  readonly maxAge?: number | string;
  readonly httpVersions?: readonly string[];
  readonly requireOrigin?: boolean;
  readonly preflight?: "answer" | "continue";
  readonly webSocket?: "ignore" | "check";
  readonly allowPrivateNetwork?: boolean;
  readonly timingAllowOrigin?: boolean;
  readonly behavior?: WrittenBehavior;
};

export type WrittenApplication = {
  readonly name: string;
  readonly origins: StarOrList;
  readonly apiGroups?: StarOrList;
};

export type WrittenMatch = {
  readonly host?: string;
  readonly path?: string;
  readonly route?: string;
};

export type WrittenGroup = {
  readonly name: string;
  readonly match?: readonly WrittenMatch[];
  readonly policies: readonly string[];
};

export type WrittenDocument = {
  readonly version?: number;
  readonly preset?: PresetName;
  readonly policies: readonly WrittenPolicy[];
  readonly applications?: readonly WrittenApplication[];
  readonly apiGroups?: readonly WrittenGroup[];
};
