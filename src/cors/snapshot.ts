import type { Chain } from "./chain.ts";
import type { Request } from "./request.ts";

/** Where policies apply. `enforced` is undefined where no policy of the group is enforcing: the group is pass-through. */
export type Group = {
  readonly name: string;
  readonly enforced: Chain | undefined;
  /** The group as if its shadow policies were enforcing in their places; undefined where it has none. */
  readonly rehearsed: Chain | undefined;
};

/** A group with the words for what selected it, such as "host api.example.com, path /orders". */
export type Match = { readonly group: Group; readonly entry: string };

/** Which group a request belongs to, before it is known whether that group enforces anything. */
export type Selection =
  /** The deployment named it. */
  | { readonly by: "name"; readonly group: Group }
  | { readonly by: "unknown-name" }
  /**
   * By route, host and path: the match of the path as received, and of the path as a lenient service would read it.
   * They are the same object unless the path is written in an unusual way.
   */
  | {
      readonly by: "match";
      readonly received: Match | undefined;
      readonly decoded: Match | undefined;
    };

/** The compiled policy document: immutable, replaced whole, one for the whole of an HTTP exchange. */
export type Snapshot = {
  /** Names the content; equal content has an equal revision. */
  readonly revision: string;
  /** What the document needs the deployment to send. */
  readonly needs: { readonly route: boolean; readonly httpVersion: boolean };
  readonly select: (request: Request) => Selection;
};
