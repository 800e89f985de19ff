import { Counter, Gauge, Registry } from "prom-client";
import { METRICS, type Metric, type Reading } from "./metric-table.ts";
import { DECISION_BOUNDS, type Histogram } from "./tally.ts";

// prom-client's own metrics of the process are not used: they come with a timer of 10 ms, an observer of every garbage
// collection, and a list of every open socket. What costs nothing until it is asked for has the same names.

/** The metrics as text for Prometheus. Nothing is counted here: all is read at the moment of a scrape. */
export class Metrics {
  readonly #registry: Registry = new Registry();
  readonly #read: () => Promise<Reading>;
  #reading: Reading | undefined;

  constructor(read: () => Promise<Reading>) {
    this.#read = read;
    const reading = (): Reading => {
      if (this.#reading === undefined) throw new Error("nothing was read yet");
      return this.#reading;
    };
    for (const metric of METRICS) register(metric, reading, this.#registry);
  }

  async text(): Promise<string> {
    const reading = await this.#read();
    this.#reading = reading;
    // Every metric collects before anything else runs, so that all show the same reading.
    const text = await this.#registry.metrics();
    return `${text}\n${histogramText(reading.tally.decisionSeconds)}`;
  }
}

function register(metric: Metric, reading: () => Reading, registry: Registry): void {
  const { name, help, labels, of } = metric;
  const base = { name, help, labelNames: [...labels], registers: [registry] };
  switch (metric.type) {
    case "counter":
      new Counter({
        ...base,
        collect() {
          this.reset();
          for (const series of of(reading())) this.inc(series.labels, series.count);
        },
      });
      return;
    case "gauge":
      new Gauge({
        ...base,
        collect() {
          this.reset();
          for (const series of of(reading())) this.set(series.labels, series.count);
        },
      });
  }
}

const DECISION_SECONDS = "corsd_decision_seconds";

/**
 * In the text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats), by hand: prom-client's
 * histogram has to be told each time that was taken, not how many there were.
 */
function histogramText({ counts, sum }: Histogram): string {
  const lines = [
    `# HELP ${DECISION_SECONDS} How long decisions took: to read a message, to decide, to write the answer`,
    `# TYPE ${DECISION_SECONDS} histogram`,
  ];
  let below = 0;
  for (const [at, count] of counts.entries()) {
    below += count;
    lines.push(`${DECISION_SECONDS}_bucket{le="${DECISION_BOUNDS[at] ?? "+Inf"}"} ${below}`);
  }
  lines.push(`${DECISION_SECONDS}_sum ${sum}`, `${DECISION_SECONDS}_count ${below}`);
  return `${lines.join("\n")}\n`;
}
