import type { Series } from "./closed-loop.ts";
import type { Sample } from "./measure.ts";
import type { CpuTime } from "./process-usage.ts";
import { median, spread } from "./statistics.ts";

/** What the rounds of a series come to: medians, and all errors. */
export type Summary = {
  readonly requestsPerSecond: number;
  /** Of the requests per second: largest less smallest round, as a share of the median. */
  readonly spread: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The longest of all rounds. */
  readonly max: number;
  /** Microseconds for each request. */
  readonly cpu: {
    readonly server: CpuTime | undefined;
    readonly envoy: CpuTime;
    readonly service: CpuTime;
  };
  /** The most of all rounds, in MiB. */
  readonly memory: number | undefined;
  readonly errors: number;
  readonly complaints: readonly string[];
};

export function summarizeSeries({ samples }: Series): Summary {
  const each = (pick: (sample: Sample) => number): readonly number[] => samples.map(pick);
  const servers = samples.flatMap(({ cpu }) => (cpu.server === undefined ? [] : [cpu.server]));
  const memories = samples.flatMap(({ memory }) => (memory === undefined ? [] : [memory]));
  return {
    requestsPerSecond: median(each((sample) => sample.requestsPerSecond)),
    spread: spread(each((sample) => sample.requestsPerSecond)),
    p50: median(each((sample) => sample.p50)),
    p99: median(each((sample) => sample.p99)),
    max: Math.max(...each((sample) => sample.max)),
    cpu: {
      server: servers.length === 0 ? undefined : medianTime(servers),
      envoy: medianTime(samples.map(({ cpu }) => cpu.envoy)),
      service: medianTime(samples.map(({ cpu }) => cpu.service)),
    },
    memory: memories.length === 0 ? undefined : Math.max(...memories),
    errors: each((sample) => sample.errors).reduce((sum, errors) => sum + errors, 0),
    complaints: samples.flatMap(({ complaints }) => complaints),
  };
}

function medianTime(times: readonly CpuTime[]): CpuTime {
  return {
    user: median(times.map(({ user }) => user)),
    system: median(times.map(({ system }) => system)),
  };
}

export function total({ user, system }: CpuTime): number {
  return user + system;
}
