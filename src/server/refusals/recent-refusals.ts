import type { Reason } from "../../cors/decision.ts";
import type { RequestKind } from "../../cors/request.ts";
import { readEnvelope } from "../../extproc/envelope.ts";
import type { Decided } from "../../extproc/exchange.ts";
import { readRequestHeaders } from "../../extproc/headers.ts";
import { printable } from "../../policy/quote.ts";
import { loggableOrigin } from "../log/loggable-origin.ts";
import type { Observer } from "../observe.ts";

/** Longest path that is kept, in characters: with it 1,000 refusals hold less than a MiB. */
export const MAX_KEPT_PATH = 256;
/** Longest method or header name that is kept, in characters: those in use have 20. */
export const MAX_KEPT_NAME = 64;

/**
 * A refused request as it is shown to operators. Of its headers there is the Origin alone, as logs have it, and of a
 * preflight what it asked for: the method, and the header that was the reason. Control characters are escaped.
 */
export type RecentRefusal = {
  /** Tells it from all others of this server. */
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly group: string | null;
  readonly policy: string | null;
  readonly kind: RequestKind;
  readonly reason: Reason | null;
  /** False: only observed, nothing was done. */
  readonly applied: boolean;
  readonly origin: string | null;
  /** Of a preflight the one that it asked for. At most {@link MAX_KEPT_NAME} characters. */
  readonly method: string | null;
  /** Without the query; at most {@link MAX_KEPT_PATH} characters. */
  readonly path: string | null;
  /** The requested header that is not listed, where that is the reason. */
  readonly header: string | null;
  readonly httpVersion: string | null;
};

/** Remembers the last refusals, in a ring: what is granted costs a comparison. */
export class RecentRefusals implements Observer {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #kept: RecentRefusal[] = [];
  #count = 0;

  /** `limit`: how many are remembered; 0: none. `now` in milliseconds since 1970. */
  constructor(limit: number, now: () => number = Date.now) {
    this.#limit = limit;
    this.#now = now;
  }

  decided(event: Decided): void {
    if (event.decision.outcome !== "refused" || this.#limit === 0) return;
    this.#kept[this.#count % this.#limit] = this.#record(event);
    this.#count += 1;
  }

  unexpected(): void {}

  missing(): void {}

  unlistedExposure(): void {}

  refusedClient(): void {}

  streamOpened(): void {}

  streamEnded(): void {}

  bug(): void {}

  /** The latest first. */
  list(): readonly RecentRefusal[] {
    const start = this.#count % this.#limit;
    return [...this.#kept.slice(start), ...this.#kept.slice(0, start)].reverse();
  }

  #record({ decision, origin, applied, received }: Decided): RecentRefusal {
    // A second look, for the few that are refused: a decision keeps nothing of the request.
    const headers = readRequestHeaders(received);
    const { group, policy, kind, reason, header } = decision;
    const method =
      kind === "preflight" ? headers?.["access-control-request-method"] : headers?.[":method"];
    return {
      id: `${process.pid}.${this.#count}`,
      at: this.#now(),
      group: group ?? null,
      policy: policy?.name ?? null,
      kind,
      reason: reason ?? null,
      applied,
      origin: origin === undefined ? null : loggableOrigin(origin),
      method: kept(method, MAX_KEPT_NAME),
      path: kept(withoutQuery(headers?.[":path"]), MAX_KEPT_PATH),
      header: kept(header, MAX_KEPT_NAME),
      httpVersion: kept(readEnvelope(received.bytes)?.attributes?.protocol, MAX_KEPT_NAME),
    };
  }
}

/** The refusals of several rings as those of one. */
export function mergeRefusals(
  rings: readonly (readonly RecentRefusal[])[],
  limit: number,
): readonly RecentRefusal[] {
  return rings
    .flat()
    .sort((one, other) => other.at - one.at)
    .slice(0, limit);
}

/** A `#` is part of a path that no browser sends; what is behind it is no more for others than a query. */
function withoutQuery(path: string | undefined): string | undefined {
  return path?.split(/[?#]/, 1)[0];
}

function kept(text: string | undefined, limit: number): string | null {
  if (text === undefined) return null;
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  // A copy: V8 keeps the whole of a text for as long as a piece of it lives.
  return printable(Buffer.from(cut, "utf16le").toString("utf16le"));
}
