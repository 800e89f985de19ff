import type { Series } from "./closed-loop.ts";
import {
  againstNoFilter,
  againstOneOrigin,
  againstPeer,
  againstPeerAtRate,
  type Comparison,
} from "./comparison.ts";
import { FIXED_RATE } from "./fixed-rate.ts";
import type { Machine } from "./machine.ts";
import { DELAY_LIMIT, LARGE_NAME, type Scale, SMALL_NAME } from "./scale.ts";
import type { Soak } from "./soak.ts";
import { type Summary, summarizeSeries, total } from "./summary.ts";
import { NOTHING, renderTable, type Table, written } from "./table.ts";
import { TRAFFIC } from "./traffic.ts";

/** All that a run found out. A part that was not asked for, or for which something is missing, is undefined. */
export type Report = {
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly peers: readonly string[];
  readonly closedLoop: readonly Series[];
  readonly fixedRate: readonly Series[] | undefined;
  /** Of each server, in MiB. */
  readonly memory: readonly Memory[];
  readonly scale: Scale | undefined;
  readonly soak: Soak | undefined;
  /** How busy the processors were while nothing was measured, 0 to 1: other processes, or another machine's share. */
  readonly busy: number;
  /** What was left out, and why. */
  readonly skipped: readonly string[];
};

export type Memory = {
  readonly variant: string;
  /** Before any request. */
  readonly idle: number | undefined;
  /** The most that was seen in the closed loop. */
  readonly fullLoad: number | undefined;
};

/** Everything that went wrong, a line each. */
export function complaintsOf(report: Report): readonly string[] {
  const { closedLoop, fixedRate = [], scale, soak } = report;
  const all = [...closedLoop, ...fixedRate, ...(scale?.series ?? [])];
  return [
    ...all.flatMap(({ variant, traffic, samples }) =>
      samples.flatMap(({ complaints }) =>
        complaints.map((text) => `${variant}, ${traffic}: ${text}`),
      ),
    ),
    ...(scale?.reloads === undefined || scale.reloads.errors === 0
      ? []
      : [`reloads: ${scale.reloads.errors} requests failed during them or around them`]),
    ...(soak !== undefined && soak.errors > 0 ? [`soak: ${soak.errors} errors`] : []),
  ];
}

/** One object, with the medians and every round behind them. */
export function renderJson(report: Report): string {
  const full = {
    ...report,
    closedLoop: report.closedLoop.map(withMedian),
    fixedRate: report.fixedRate?.map(withMedian),
    scale: report.scale && { ...report.scale, series: report.scale.series.map(withMedian) },
    comparisons: comparisonsOf(report).map(({ title, rows }) => ({ title, rows })),
    errors: complaintsOf(report),
  };
  return `${JSON.stringify(full, undefined, 2)}\n`;
}

function withMedian(series: Series): object {
  return { ...series, median: summarizeSeries(series) };
}

export function renderText(report: Report): string {
  const { machine, rounds, seconds, connections, closedLoop, fixedRate, scale, soak } = report;
  const flags = machine.nodeArguments.join(" ");
  const head = [
    `${machine.processor}, ${machine.cores} cores, Linux ${machine.kernel}`,
    `Envoy ${machine.envoy} with one worker; Node ${machine.node} ${flags}`,
    `${connections} connections; medians of ${rounds} interleaved rounds of ${seconds} s; CPU as user + system`,
  ];
  const tables = [
    ...TRAFFIC.map((traffic) => seriesTable(`Full load, ${traffic}`, of(closedLoop, traffic))),
    ...TRAFFIC.map((traffic) =>
      seriesTable(`${FIXED_RATE} requests/s, ${traffic}`, of(fixedRate ?? [], traffic)),
    ),
    memoryTable(report),
    ...(scale === undefined ? [] : scaleTables(scale)),
    ...comparisonsOf(report).map(comparisonTable),
    ...(soak === undefined ? [] : [soakTable(soak)]),
  ];
  const complaints = complaintsOf(report).map((text) => `error: ${text}`);
  const busy =
    report.busy > QUIET
      ? [
          `warning: the machine was ${written(100 * report.busy)}% busy with other things; these figures are of no use`,
        ]
      : [];
  const skipped = report.skipped.map((text) => `skipped: ${text}`);
  const shown = tables.filter(({ rows }) => rows.length > 0).map(renderTable);
  const below = [...busy, ...skipped, ...(complaints.length === 0 ? ["no errors"] : complaints)];
  return [`${head.join("\n")}\n`, ...shown, `${below.join("\n")}\n`].join("\n");
}

/** Above this the figures say more of the machine's other work than of ours. */
const QUIET = 0.05;

function of(series: readonly Series[], traffic: string): readonly Series[] {
  return series.filter((one) => one.traffic === traffic);
}

function seriesTable(title: string, series: readonly Series[]): Table {
  return {
    title,
    head: [
      "variant",
      "req/s",
      "spread",
      "p50 ms",
      "p99 ms",
      "max ms",
      "server µs",
      "Envoy µs",
      "service µs",
      "errors",
    ],
    rows: series.map((one) => [one.variant, ...summaryCells(summarizeSeries(one))]),
  };
}

function summaryCells(summary: Summary): readonly string[] {
  const { cpu } = summary;
  const server = cpu.server;
  return [
    written(summary.requestsPerSecond),
    `${written(100 * summary.spread)}%`,
    written(summary.p50, 2),
    written(summary.p99, 2),
    written(summary.max, 1),
    server === undefined ? NOTHING : split(server.user, server.system),
    split(cpu.envoy.user, cpu.envoy.system),
    split(cpu.service.user, cpu.service.system),
    written(summary.errors),
  ];
}

function split(user: number, system: number): string {
  return `${written(total({ user, system }), 1)} = ${written(user, 1)} + ${written(system, 1)}`;
}

function memoryTable({ memory }: Report): Table {
  return {
    title: "Memory, MiB resident",
    head: ["server of", "idle", "full load"],
    rows: memory.map(({ variant, idle, fullLoad }) => [
      variant,
      written(idle, 0),
      written(fullLoad, 0),
    ]),
    notes: ["idle: before the first request; a peer may have served others before"],
  };
}

function scaleTables({ series, startSeconds, memory, reloads }: Scale): readonly Table[] {
  const start: Table = {
    title: "1 origin and 100 000 in 1 000 groups: start and memory",
    head: ["", SMALL_NAME, LARGE_NAME],
    rows: [
      ["start until it listens, s", written(startSeconds.small, 2), written(startSeconds.large, 2)],
      ["idle, MiB", written(memory.small), written(memory.large)],
      ["after full load, MiB", NOTHING, written(memory.largeAfterLoad)],
      ["after reloads, MiB", NOTHING, written(memory.largeAfterReloads)],
    ],
  };
  const reload: Table = {
    title: `Reloads of 100 000 origins under ${FIXED_RATE} requests/s`,
    head: [
      "",
      "in force after s",
      "slowest ms",
      `above ${DELAY_LIMIT} ms`,
      "of requests",
      "slowest without ms",
      "errors",
    ],
    rows: (reloads?.each ?? []).map((one, nth) => [
      `reload ${nth + 1}`,
      written(one.seconds, 2),
      written(one.slowest, 1),
      written(one.delayed),
      written(one.requests),
      written(one.slowestBefore, 1),
      written(one.errors),
    ]),
  };
  return [
    ...TRAFFIC.map((traffic) => seriesTable(`Many origins, ${traffic}`, of(series, traffic))),
    start,
    reload,
  ];
}

type Compared = {
  readonly title: string;
  readonly ours: string;
  readonly theirs: string;
  readonly rows: readonly Comparison[];
};

function comparisonsOf(report: Report): readonly Compared[] {
  const { peers, closedLoop, fixedRate = [], scale } = report;
  const ours = "corsd";
  return [
    ...peers.map((peer) => ({
      title: `corsd against ${peer}`,
      ours,
      theirs: peer,
      rows: [...againstPeer(closedLoop, peer), ...againstPeerAtRate(fixedRate, peer)],
    })),
    {
      title: "corsd against no filter",
      ours,
      theirs: "no-filter",
      rows: againstNoFilter(closedLoop),
    },
    {
      title: "100 000 origins against 1",
      ours: LARGE_NAME,
      theirs: SMALL_NAME,
      rows: againstOneOrigin(scale?.series ?? [], LARGE_NAME, SMALL_NAME),
    },
  ];
}

function comparisonTable({ title, ours, theirs, rows }: Compared): Table {
  return {
    title,
    head: ["", "unit", ours, theirs, "ratio"],
    rows: rows.map((row) => [
      row.what,
      row.unit,
      written(row.ours, digitsOf(row.unit)),
      written(row.theirs, digitsOf(row.unit)),
      written(row.ratio, 2),
    ]),
    notes: ["ratio: the median of the ratios of each round"],
  };
}

function digitsOf(unit: string): number {
  return { "/s": 0, µs: 1, ms: 2 }[unit] ?? 2;
}

function soakTable({ variant, minutes, requests, errors, memory, growth }: Soak): Table {
  return {
    title: `${minutes} min at full speed: ${variant}`,
    head: ["minute", "MiB"],
    rows: memory.map((value, minute) => [String(minute + 1), written(value, 1)]),
    notes: [
      `${written(requests)} requests, ${written(errors)} errors`,
      `last quarter over second quarter: ${written(growth, 1)} MiB`,
    ],
  };
}
