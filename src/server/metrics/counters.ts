import type { Decided, Needed } from "../../extproc/exchange.ts";
import type { Observer, StreamEnd, Unexpected } from "../observe.ts";
import { Durations } from "./durations.ts";
import type { Counts, Series } from "./tally.ts";
import { VerdictCounts } from "./verdict-counts.ts";

/** Counts what happens to requests. Every label is from a closed set or from a policy document: clients add none. */
export class Counters implements Observer {
  readonly #decisions: VerdictCounts = new VerdictCounts();
  readonly #shadows: VerdictCounts = new VerdictCounts();
  readonly #durations: Durations = new Durations();
  readonly unexpectedMessages: Map<Unexpected, number> = new Map();
  readonly missingAttributes: Map<Needed, number> = new Map();
  readonly streams: Map<StreamEnd, number> = new Map();
  unlistedExposures = 0;
  refusedClients = 0;
  activeStreams = 0;
  bugs = 0;

  decided({ decision, applied }: Decided, seconds: number): void {
    const { group, kind, shadow } = decision;
    if (applied) this.#decisions.add(group, kind, decision);
    // What was not applied differs from what was done whenever it would have done anything.
    else this.#shadows.add(group, kind, decision, decision.action.kind !== "pass");
    if (shadow) this.#shadows.add(shadow.group, kind, shadow, shadow.differs);
    this.#durations.add(seconds);
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

  refusedClient(): void {
    this.refusedClients += 1;
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

  /** What was counted so far. */
  counts(): Counts {
    return {
      decisions: this.#decisions.series(),
      shadows: this.#shadows.series(),
      unexpected: seriesOf("message", this.unexpectedMessages),
      missing: seriesOf("attribute", this.missingAttributes),
      streams: seriesOf("end", this.streams),
      decisionSeconds: this.#durations.histogram(),
      activeStreams: this.activeStreams,
      unlistedExposures: this.unlistedExposures,
      refusedClients: this.refusedClients,
      bugs: this.bugs,
    };
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function seriesOf(label: string, counts: ReadonlyMap<string, number>): readonly Series[] {
  return Array.from(counts, ([value, count]) => ({ labels: { [label]: value }, count }));
}
