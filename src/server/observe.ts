import type { Decided, ExchangeEvent, Needed } from "../extproc/exchange.ts";

/** How a stream ended: by our last answer, by the peer, by a gRPC status of ours, or by a bug of ours. */
export const STREAM_ENDS = ["answered", "peer", "failure", "bug"] as const;
export type StreamEnd = (typeof STREAM_ENDS)[number];

/** `too-long`: beyond the limit of a message's length; it was not read. */
export type Unexpected = Extract<ExchangeEvent, { kind: "unexpected" }>["message"] | "too-long";

/** Who counts or logs what happens to requests. Called on the request path: no method may block or throw. */
export type Observer = {
  decided(event: Decided, seconds: number): void;
  unexpected(message: Unexpected): void;
  missing(attribute: Needed): void;
  /** Request-only: the names for a credentialed `exposeHeaders: "*"` could not be listed. */
  unlistedExposure(): void;
  /** A client whose certificate has these names, none of which is known here, was cut. */
  refusedClient(names: readonly string[]): void;
  streamOpened(): void;
  streamEnded(end: StreamEnd): void;
  /** A broken invariant of ours, caught. */
  bug(error: unknown): void;
};

/** Hands one event of an exchange on; `seconds` is what its message took. */
export function observeEvent(observer: Observer, event: ExchangeEvent, seconds: number): void {
  switch (event.kind) {
    case "decided":
      observer.decided(event, seconds);
      return;
    case "unexpected":
      observer.unexpected(event.message);
      return;
    case "missing":
      observer.missing(event.attribute);
      return;
    case "unlisted-exposure":
      observer.unlistedExposure();
      return;
  }
}

/** Tells each of several observers, in their order. */
export function observeAll(observers: readonly Observer[]): Observer {
  return {
    decided: (event, seconds) => {
      for (const observer of observers) observer.decided(event, seconds);
    },
    unexpected: (message) => {
      for (const observer of observers) observer.unexpected(message);
    },
    missing: (attribute) => {
      for (const observer of observers) observer.missing(attribute);
    },
    unlistedExposure: () => {
      for (const observer of observers) observer.unlistedExposure();
    },
    refusedClient: (names) => {
      for (const observer of observers) observer.refusedClient(names);
    },
    streamOpened: () => {
      for (const observer of observers) observer.streamOpened();
    },
    streamEnded: (end) => {
      for (const observer of observers) observer.streamEnded(end);
    },
    bug: (error) => {
      for (const observer of observers) observer.bug(error);
    },
  };
}
