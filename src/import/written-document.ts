/** A policy document as an operator would write it; fields as in docs/policy.md, absent where the preset's default stands. */
export type WrittenDocument = {
  readonly preset?: string;
  readonly policies: readonly WrittenPolicy[];
  readonly applications?: readonly WrittenApplication[];
  readonly apiGroups?: readonly WrittenGroup[];
};

export type WrittenPolicy = {
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly preset?: string;
  readonly enabled?: boolean;
  readonly mode?: "enforce" | "shadow";
  readonly allowOrigins?: readonly string[] | "*";
  readonly allowMethods?: readonly string[] | "*";
  readonly allowHeaders?: readonly string[] | "*";
  readonly exposeHeaders?: readonly string[] | "*";
  readonly allowCredentials?: boolean;
  readonly dangerouslyAllowAnyOriginWithCredentials?: boolean;
  readonly maxAge?: number | string;
  readonly httpVersions?: readonly string[];
  readonly requireOrigin?: boolean;
  readonly preflight?: "answer" | "continue";
  readonly webSocket?: "ignore" | "check";
  readonly allowPrivateNetwork?: boolean;
  readonly timingAllowOrigin?: boolean;
  readonly behavior?: Readonly<Record<string, unknown>>;
};

export type WrittenApplication = {
  readonly name: string;
  readonly origins: readonly string[];
  readonly apiGroups?: readonly string[] | "*";
};

export type WrittenGroup = {
  readonly name: string;
  readonly match: readonly {
    readonly host?: string;
    readonly path?: string;
    readonly route?: string;
  }[];
  readonly policies: readonly string[];
};
