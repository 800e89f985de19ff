/** One series of a metric: how often something with these labels happened. */
export type Series = { readonly labels: Labels; readonly count: number };
export type Labels = Readonly<Record<string, string>>;

/** How many took how long. */
export type Histogram = {
  /** For each bound of {@link DECISION_BOUNDS} those that took no longer, but longer than the one before; then the rest. */
  readonly counts: readonly number[];
  /** In seconds. */
  readonly sum: number;
};

/** How long the event loops of those who answer ran code, and how long they waited. */
export type LoopTime = { readonly busySeconds: number; readonly idleSeconds: number };

/** What was counted since the start, as plain data: it can be posted between processes, and tallies add up. */
export type Tally = Counts & LoopTime;

export type Counts = {
  readonly decisions: readonly Series[];
  readonly shadows: readonly Series[];
  readonly unexpected: readonly Series[];
  readonly missing: readonly Series[];
  readonly streams: readonly Series[];
  readonly decisionSeconds: Histogram;
  readonly activeStreams: number;
  readonly unlistedExposures: number;
  readonly refusedClients: number;
  readonly bugs: number;
};

/**
 * Series of one metric, the one named `other` included: documents come and go, and what collects metrics keeps each
 * name that it ever saw.
 */
export const MAX_SERIES = 1000;

/** Stands for whatever came after the series were used up. */
const OTHER = "other";

/** Upper bounds of the buckets, in seconds: a decision takes 5 to 20 µs, and 50 ms are a server that is overrun. */
export const DECISION_BOUNDS: readonly number[] = [
  0.000_005, 0.000_01, 0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01,
  0.02, 0.05,
];

/** The tally of all together; where series would be too many, the last ones count as `other`. */
export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  const series = (of: (tally: Tally) => readonly Series[]): readonly Series[] =>
    addSeries(tallies.flatMap(of));
  return {
    decisions: series(({ decisions }) => decisions),
    shadows: series(({ shadows }) => shadows),
    unexpected: series(({ unexpected }) => unexpected),
    missing: series(({ missing }) => missing),
    streams: series(({ streams }) => streams),
    decisionSeconds: {
      counts: Array.from({ length: DECISION_BOUNDS.length + 1 }, (_, at) =>
        sum(({ decisionSeconds }) => decisionSeconds.counts[at] ?? 0),
      ),
      sum: sum(({ decisionSeconds }) => decisionSeconds.sum),
    },
    activeStreams: sum(({ activeStreams }) => activeStreams),
    busySeconds: sum(({ busySeconds }) => busySeconds),
    idleSeconds: sum(({ idleSeconds }) => idleSeconds),
    unlistedExposures: sum(({ unlistedExposures }) => unlistedExposures),
    refusedClients: sum(({ refusedClients }) => refusedClients),
    bugs: sum(({ bugs }) => bugs),
  };
}

/** Adds up what has the same labels, and keeps to {@link MAX_SERIES}. */
export function addSeries(all: readonly Series[]): readonly Series[] {
  const added = new Map<string, Series>();
  for (const series of all) {
    const own = keyOf(series.labels);
    const isKnown = added.has(own);
    const labels =
      isKnown || added.size < MAX_SERIES - 1 ? series.labels : otherwise(series.labels);
    const key = labels === series.labels ? own : keyOf(labels);
    added.set(key, { labels, count: (added.get(key)?.count ?? 0) + series.count });
  }
  return [...added.values()];
}

/** The labels of the series that stands for all that are too many. */
export function otherwise(labels: Labels): Labels {
  return Object.fromEntries(Object.keys(labels).map((name) => [name, OTHER]));
}

/** The labels of one metric have the same names in the same order. */
function keyOf(labels: Labels): string {
  return JSON.stringify(Object.values(labels));
}
