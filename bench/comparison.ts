import type { Series } from "./closed-loop.ts";
import type { Sample } from "./measure.ts";
import { median, medianRatio } from "./statistics.ts";
import { total } from "./summary.ts";
import type { Traffic } from "./traffic.ts";

/** One line of what is set against what. */
export type Comparison = {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  /** Ours of theirs: the median of the ratios of each round. */
  readonly ratio: number;
};

type Side = { readonly variant: string; readonly traffic: Traffic };
type Row = {
  readonly what: string;
  readonly unit: string;
  readonly ours: Side;
  readonly theirs: Side;
  readonly pick: (sample: Sample) => number;
};

const serverTime = ({ cpu }: Sample): number =>
  cpu.server === undefined ? Number.NaN : total(cpu.server);
const perSecond = (sample: Sample): number => sample.requestsPerSecond;
const slow = (sample: Sample): number => sample.p99;

/** corsd against a peer, in the closed loop. */
export function againstPeer(series: readonly Series[], peer: string): readonly Comparison[] {
  const preflight = { ours: side("full", "preflight"), theirs: side(peer, "preflight") };
  const actual = { ours: side("full", "actual"), theirs: side(peer, "actual") };
  const metadata = { ours: side("request-only", "actual"), theirs: side(peer, "actual") };
  const cpu = { unit: "µs", pick: serverTime };
  const rate = { unit: "/s", pick: perSecond };
  const tail = { unit: "ms", pick: slow };
  return compare(series, [
    { what: "CPU, preflight", ...cpu, ...preflight },
    { what: "CPU, actual, both messages", ...cpu, ...actual },
    { what: "CPU, actual, request-only", ...cpu, ...metadata },
    { what: "requests, preflight", ...rate, ...preflight },
    { what: "requests, actual", ...rate, ...actual },
    { what: "p99 at full load, preflight", ...tail, ...preflight },
    { what: "p99 at full load, actual", ...tail, ...actual },
  ]);
}

/** corsd against a peer at the fixed rate. */
export function againstPeerAtRate(series: readonly Series[], peer: string): readonly Comparison[] {
  const traffic: readonly Traffic[] = ["preflight", "actual"];
  return compare(
    series,
    traffic.flatMap((each) => {
      const sides = { ours: side("full", each), theirs: side(peer, each) };
      return [
        { what: `p99 at the fixed rate, ${each}`, unit: "ms", pick: slow, ...sides },
        { what: `CPU at the fixed rate, ${each}`, unit: "µs", pick: serverTime, ...sides },
      ];
    }),
  );
}

/** What requests without Origin cost where they skip corsd. */
export function againstNoFilter(series: readonly Series[]): readonly Comparison[] {
  return compare(series, [
    {
      what: "requests without Origin, skipping",
      unit: "/s",
      pick: perSecond,
      ours: side("skipping", "no-origin"),
      theirs: side("no-filter", "no-origin"),
    },
  ]);
}

/** What a hundred thousand origins cost. */
export function againstOneOrigin(
  series: readonly Series[],
  large: string,
  small: string,
): readonly Comparison[] {
  const traffic: readonly Traffic[] = ["preflight", "actual"];
  return compare(
    series,
    traffic.map((each) => ({
      what: `CPU, ${each}`,
      unit: "µs",
      pick: serverTime,
      ours: side(large, each),
      theirs: side(small, each),
    })),
  );
}

function side(variant: string, traffic: Traffic): Side {
  return { variant, traffic };
}

/** The rows of which both sides were measured. */
function compare(series: readonly Series[], rows: readonly Row[]): readonly Comparison[] {
  const valuesOf = ({ variant, traffic }: Side, { pick }: Row): readonly number[] =>
    series
      .filter((one) => one.variant === variant && one.traffic === traffic)
      .flatMap(({ samples }) => samples.map(pick));
  return rows.flatMap((row) => {
    const [ours, theirs] = [valuesOf(row.ours, row), valuesOf(row.theirs, row)];
    if (ours.length === 0 || theirs.length === 0) return [];
    const { what, unit } = row;
    const ratio = medianRatio(ours, theirs);
    return [{ what, unit, ours: median(ours), theirs: median(theirs), ratio }];
  });
}
