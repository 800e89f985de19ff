/** A port in a pattern; undefined stands for the scheme's default port, written or not. */
export type PortPattern = number | undefined | "any";

/** Which origins an entry of `allowOrigins` admits, parsed and canonical. Written forms are parsed in the policy room. */
export type OriginPattern =
  /** `*`: every origin; the opaque one too, but only without credentials. */
  | { readonly kind: "any" }
  /** `"null"`: the opaque origin. */
  | { readonly kind: "opaque" }
  /** One host, children of one host (one or more labels in front of it), or any host of a scheme. */
  | {
      readonly kind: "tuple";
      readonly scheme: string;
      readonly host: HostPattern;
      readonly port: PortPattern;
    }
  /** A whole-string expression over the canonical origin, matched in time linear in the origin's length. */
  | { readonly kind: "expression"; readonly expression: Expression };

export type HostPattern =
  | { readonly kind: "exact"; readonly name: string }
  | { readonly kind: "children"; readonly of: string }
  | { readonly kind: "any" };

/**
 * A pattern as it is looked up: an expression, or the canonical text of any other. `*` stands for every origin, `null` for
 * the opaque one; else it is `scheme://host[:port]`, with `*.` in front of the host for its children, `*` for any host and
 * for any port, and without a default port.
 */
export type AdmittedOrigin = string | Expression;

/** A compiled RE2 expression. `test` looks at the whole text. */
export type Expression = {
  readonly source: string;
  /** Program size in RE2 instructions. */
  readonly instructions: number;
  readonly test: (text: string) => boolean;
};
