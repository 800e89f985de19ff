import type { Header } from "../cors/decision.ts";

/** What is sent to a gateway, beside the URL. Only safe methods (RFC 9110, 9.2.1): nothing is changed behind it. */
export type Probe = {
  readonly method: "GET" | "HEAD" | "OPTIONS";
  /** Lines in their order; a name may have several. */
  readonly headers: readonly Header[];
};

/** What came: every header line in its order, names in lower case. */
export type Answer = { readonly status: number; readonly headers: readonly Header[] };

/** What an answer has to be, besides what the Fetch standard demands of every one. */
export type Expected =
  /** The page may read it, or a preflight succeeds. */
  | { readonly kind: "admitted"; readonly credentials: boolean }
  /** No CORS header at all. */
  | { readonly kind: "refused" }
  /** A preflight that may be admitted, but not for this method or header. */
  | { readonly kind: "unlisted"; readonly list: "methods" | "headers"; readonly name: string }
  /** Standards leave it open. */
  | { readonly kind: "either" }
  /** No policy is in force there. */
  | { readonly kind: "untouched" }
  /** What corsd decides by a policy document. */
  | {
      readonly kind: "decided";
      /** Undefined: the service answers. */
      readonly status: number | undefined;
      /** All CORS headers, in lower case. */
      readonly headers: readonly Header[];
      readonly vary: readonly string[];
      /** Which names are exposed depends on what the service sends. */
      readonly exposesReceived: boolean;
    };

export type Case = {
  /** Stable, for programs. */
  readonly name: string;
  readonly probe: Probe;
  readonly expected: Expected;
};

/** The lines of one header. */
export function linesOf(headers: readonly Header[], name: string): readonly string[] {
  return headers.flatMap(([each, value]) => (each === name ? [value] : []));
}

/** The elements of a header that is a list (RFC 9110, 5.6.1), all its lines together. */
export function elementsOf(headers: readonly Header[], name: string): readonly string[] {
  return linesOf(headers, name)
    .flatMap((line) => line.split(","))
    .map((element) => element.trim())
    .filter((element) => element !== "");
}
