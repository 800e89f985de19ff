import type { Line } from "../oracle/model/request.ts";
import type { CredentialsMode, RedirectMode } from "./browser/fetching.ts";
import type { HostName, PageName } from "./places.ts";

/** What is behind a path of Envoy: the service, or an answer of Envoy itself. */
export const BEHIND = ["at", "dead", "limited", "denied", "nowhere", "moved"] as const;
export type Behind = (typeof BEHIND)[number];

/** What the service answers; a redirect names the next {@link Hop}. */
export type Reply = { readonly status: number; readonly headers: readonly Line[] };

/** One URL of a chain. The last one answers with its reply as it is. */
export type Hop = {
  readonly host: HostName;
  /** The API group, as a path names it; `open`: none. */
  readonly group: string;
  readonly behind: Behind;
  readonly reply: Reply;
  /** The URL has `user:secret@` in it, which Fetch lets no redirect of another origin have. */
  readonly named: boolean;
};

export type Fetching = {
  readonly via: "fetch";
  readonly method: string;
  readonly headers: readonly Line[];
  readonly mode: "cors" | "no-cors" | "same-origin";
  readonly credentials: CredentialsMode;
  readonly redirect: RedirectMode;
};

export type Asking =
  | Fetching
  | {
      readonly via: "xhr";
      readonly method: string;
      readonly headers: readonly Line[];
      readonly withCredentials: boolean;
      /** A listener for upload progress: every request then has a preflight. */
      readonly upload: boolean;
    }
  | { readonly via: "events"; readonly withCredentials: boolean }
  | { readonly via: "script" | "img"; readonly crossorigin: "anonymous" | "use-credentials" }
  | { readonly via: "websocket" };

export type Scenario = {
  readonly page: PageName;
  /** The first is what the page asks for, each redirects to the next. */
  readonly hops: readonly Hop[];
  /** One after the other, of the same URL: later ones may meet a kept preflight. */
  readonly asks: readonly Asking[];
};

/** What a script finds out. */
export type Seen =
  | "error"
  /** Of EventSource, elements and WebSocket: it opened, or loaded. */
  | "loaded"
  | {
      readonly type: string;
      readonly status: number;
      readonly names: readonly string[];
      /** Whether resource timing has details; null: not looked at. */
      readonly timing: boolean | null;
    };

/** What came to pass of one scenario. Lines are sorted: who was asked counts, not when it was logged. */
export type Course = {
  readonly seen: readonly Seen[];
  /** Of Envoy's access log: method, path, origin, status. */
  readonly exchanges: readonly string[];
  /** What the service met: method, path, whether with a cookie, whether with Authorization. */
  readonly reached: readonly string[];
};
