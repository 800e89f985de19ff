import type { Verdict } from "../../cors/decision.ts";
import type { Received } from "../../extproc/envelope.ts";
import type { Decided, Needed } from "../../extproc/exchange.ts";
import { readTraceContext } from "../../extproc/trace-context.ts";
import { printable } from "../../policy/quote.ts";
import type { Observer, Unexpected } from "../observe.ts";
import type { Log } from "./log.ts";
import { loggableOrigin } from "./loggable-origin.ts";
import { Sampler } from "./sampler.ts";

/** Longest name of a client that is logged, in characters: a real one rarely has 100. */
const MAX_LOGGED_NAME = 256;
/** Distinct bugs that are logged; whoever has more needs no more lines. */
const MAX_BUGS = 100;
/** Distinct clients that are logged: whose authority signs more of them has the counter. */
const MAX_CLIENTS = 100;
/** Names of a client that are logged: a workload has one or two. */
const MAX_CLIENT_NAMES = 5;

/**
 * Logs what an operator must know of the request path: refusals and shadow decisions that differ, sampled; a broken
 * deployment and bugs, each once. Of a request only its Origin and its trace are ever logged.
 */
export class LogObserver implements Observer {
  readonly #log: Log;
  readonly #sampler: Sampler;
  readonly #said: Set<string> = new Set();
  readonly #bugs: Set<string> = new Set();
  readonly #clients: Set<string> = new Set();

  /** `refusals`: lines a second for each group, policy and reason; 0: none. */
  constructor(log: Log, refusals: number, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#sampler = new Sampler(refusals, now);
  }

  decided(event: Decided): void {
    const { decision, applied } = event;
    if (decision.outcome === "refused") {
      const text = applied ? "request refused" : "request would be refused";
      this.#verdict(text, decision.group, decision, event);
    }
    const { shadow } = decision;
    if (shadow?.differs) this.#verdict("shadow decision differs", shadow.group, shadow, event);
  }

  unexpected(message: Unexpected): void {
    this.#once(`unexpected ${message}`, () =>
      this.#log.warn(
        { message },
        "unexpected message from Envoy: look at the filter's processing mode; further ones are only counted",
      ),
    );
  }

  missing(attribute: Needed): void {
    this.#once(`missing ${attribute}`, () =>
      this.#log.error(
        { attribute },
        "the deployment does not send what the policy document needs; further streams fail without a line",
      ),
    );
  }

  unlistedExposure(): void {
    this.#once("unlisted exposure", () =>
      this.#log.warn(
        'exposeHeaders "*" with credentials needs the full set-up: request-only knows no response headers to list',
      ),
    );
  }

  refusedClient(all: readonly string[]): void {
    const names = all.slice(0, MAX_CLIENT_NAMES).map(loggableName);
    const key = names.join(", ");
    if (this.#clients.has(key) || this.#clients.size >= MAX_CLIENTS) return;
    this.#clients.add(key);
    this.#log.warn(
      { names },
      "client refused: no name of its certificate is a --tls-client-name; further ones are only counted",
    );
  }

  streamOpened(): void {}

  streamEnded(): void {}

  bug(error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (this.#bugs.has(stack) || this.#bugs.size >= MAX_BUGS) return;
    this.#bugs.add(stack);
    this.#log.error({ stack }, "bug in corsd: please report it; the stream ended with INTERNAL");
  }

  #verdict(text: string, group: string | undefined, verdict: Verdict, event: Decided): void {
    const { policy, outcome, reason } = verdict;
    const key = [text, group, policy?.name, outcome, reason].join("\t");
    const passedOver = this.#sampler.take(key);
    if (passedOver === undefined) return;
    const fields = {
      group: group ?? null,
      policy: policy?.name ?? null,
      kind: event.decision.kind,
      outcome,
      reason: reason ?? null,
      origin: event.origin === undefined ? null : loggableOrigin(event.origin),
      passedOver,
      ...traceFields(event.received),
    };
    this.#log.info(fields, text);
  }

  #once(key: string, say: () => void): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    say();
  }
}

/** As the OpenTelemetry log data model names them in JSON; nothing where the request belongs to no trace. */
function traceFields(received: Received): Readonly<Record<string, string>> {
  const trace = readTraceContext(received);
  if (trace === undefined) return {};
  return { trace_id: trace.traceId, span_id: trace.spanId, trace_flags: trace.flags };
}

/** JSON leaves C1 control characters, which a terminal obeys, as they are. */
function loggableName(name: string): string {
  return printable(name.slice(0, MAX_LOGGED_NAME));
}
