import type { Decided, ExchangeEvent, Needed } from "../extproc/exchange.ts";

/** How a stream ended: by our last answer, by the peer, by a gRPC status of ours, or by a bug of ours. */
export type StreamEnd = "answered" | "peer" | "failure" | "bug";

/** `too-long`: beyond the limit of a message's length; it was not read. */
export type Unexpected = Extract<ExchangeEvent, { kind: "unexpected" }>["message"] | "too-long";

/** Who counts or logs what happens to requests. Called on the request path: no method may block or throw. */
export type Observer = {
  decided(event: Decided, seconds: number): void;
  unexpected(message: Unexpected): void;
  missing(attribute: Needed): void;
  /** Request-only: the names for a credentialed `exposeHeaders: "*"` could not be listed. */
  unlistedExposure(): void;
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

/** Plain counters. Every key comes from a closed set or from the policy document: clients cannot add any. */
export class Counters implements Observer {
  /** Keys: group, policy, kind, outcome and reason, joined by a tab; empty where there is none. */
  readonly decisions: Map<string, number> = new Map();
  /** As {@link decisions}, and whether it differs from what was applied. */
  readonly shadows: Map<string, number> = new Map();
  readonly unexpectedMessages: Map<Unexpected, number> = new Map();
  readonly missingAttributes: Map<Needed, number> = new Map();
  readonly streams: Map<StreamEnd, number> = new Map();
  unlistedExposures = 0;
  activeStreams = 0;
  bugs = 0;

  decided({ decision, applied }: Decided): void {
    const { group, kind, shadow } = decision;
    if (applied) add(this.decisions, label(group, kind, decision));
    // What was not applied differs from what was done whenever it would have done anything.
    else add(this.shadows, `${label(group, kind, decision)}\t${decision.action.kind !== "pass"}`);
    if (shadow) add(this.shadows, `${label(shadow.group, kind, shadow)}\t${shadow.differs}`);
  }

  unexpected(message: Unexpected): void {
    add(this.unexpectedMessages, message);
  }

  missing(attribute: Needed): void {
    add(this.missingAttributes, attribute);
  }

  unlistedExposure(): void {
    this.unlistedExposures += 1;
  }

  streamOpened(): void {
    this.activeStreams += 1;
  }

  streamEnded(end: StreamEnd): void {
    this.activeStreams -= 1;
    add(this.streams, end);
  }

  bug(): void {
    this.bugs += 1;
  }
}

type Labelled = Pick<Decided["decision"], "policy" | "outcome" | "reason">;

function label(
  group: string | undefined,
  kind: string,
  { policy, outcome, reason }: Labelled,
): string {
  return `${group ?? ""}\t${policy?.name ?? ""}\t${kind}\t${outcome}\t${reason ?? ""}`;
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
