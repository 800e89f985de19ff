/**
 * Some requests of a host that another product judges alike: those of a route, or of one of its matches. A path is a
 * prefix by whole segments, as in a document.
 */
export type Area = {
  /** Where it stands in the input. */
  readonly place: string;
  /** Undefined: it is no such prefix. */
  readonly path: string | undefined;
  /** Of the requests below that path: all of them, that path alone, or those that have something else too. */
  readonly extent: "all" | "exact" | "some";
  /** The name of the Envoy route; undefined where it has none, or where it is not known. */
  readonly route: string | undefined;
  /** The match in words, for differences: `` `/orders` with other headers``. */
  readonly words: string;
  /** Undefined: without CORS. */
  readonly policy: string | undefined;
  /** What is different with its path, for a difference. */
  readonly note: string | undefined;
};

/** The first area that a request fits is the one it belongs to; none: it is routed nowhere. */
export type RoutedHost = {
  /** As in a document's `match`; undefined: any. */
  readonly host: string | undefined;
  readonly areas: readonly Area[];
};
