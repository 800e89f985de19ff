import { largest, median, quantile } from "../bench/statistics.ts";
import type { Ledger } from "./ledger.ts";
import { type ProcessSamples, quarters } from "./process-samples.ts";

/** What a soak has seen. */
export type Findings = {
  readonly seconds: number;
  readonly ledger: Ledger;
  /** How often each was done. */
  readonly disturbances: ReadonlyMap<string, number>;
  /** False where the machine cannot step the clock of one process. */
  readonly clockSteps: boolean;
  readonly generations: number;
  readonly bad: number;
  readonly samples: ProcessSamples;
  /** Requests of refused pages that reached the service. */
  readonly intruders: number;
  /** Whether the process that is never killed ended. */
  readonly ended: boolean;
  readonly faults: readonly string[];
  /** Milliseconds until both processes answered by the last document; undefined: not in ten seconds. */
  readonly settledAfter: number | undefined;
};

/** MiB that the process may hold more in the last quarter than in the second. */
const GROWTH = 16;
/** File descriptors likewise: connections of an Envoy that goes and one that comes. */
const HANDLES = 4;
/** A changed file is in force within this, in milliseconds, on a machine that is busy with all of this. */
const STALE = 3_000;

/** What should not be; none where all is well. */
export function violations(findings: Findings): readonly string[] {
  const { ledger, samples, settledAfter } = findings;
  const memory = quarters(samples.memory);
  const handles = quarters(samples.handles);
  const stalest = largest(ledger.staleness);
  const found: readonly (readonly [boolean, string])[] = [
    [ledger.right === 0, "no request was answered"],
    [ledger.wrong > 0, `${ledger.wrong} wrong answers`],
    [ledger.unexplained > 0, `${ledger.unexplained} unanswered while nothing was disturbed`],
    [findings.intruders > 0, `${findings.intruders} requests of refused pages reached the service`],
    [findings.ended, "the process that is never killed ended"],
    [findings.faults.length > 0, `faults in the log: ${findings.faults[0]}`],
    [stalest > STALE, `a document was in force ${(stalest / 1_000).toFixed(1)} s after the next`],
    [settledAfter === undefined, "the last document was lost"],
    [memory.last - memory.second > GROWTH, `memory grew: ${memory.second} to ${memory.last} MiB`],
    [handles.last - handles.second > HANDLES, `handles: ${handles.second} to ${handles.last}`],
  ];
  return found.filter(([isSo]) => isSo).map(([, words]) => words);
}

/** The findings as a Markdown table. */
export function reportOf(findings: Findings): string {
  const { ledger, samples, settledAfter } = findings;
  const memory = quarters(samples.memory);
  const handles = quarters(samples.handles);
  const rows: readonly (readonly [string, string])[] = [
    ["lasted", `${(findings.seconds / 60).toFixed(1)} min`],
    ["right answers", String(ledger.right)],
    ["wrong answers", String(ledger.wrong)],
    ["unanswered or answered by Envoy alone, while disturbed", String(ledger.disturbed)],
    ["the same while nothing was disturbed", String(ledger.unexplained)],
    ["requests of refused pages that reached the service", String(findings.intruders)],
    ["documents written", `${findings.generations} good, ${findings.bad} bad`],
    ...[...findings.disturbances].map(([name, count]) => [name, String(count)] as const),
    ...(findings.clockSteps ? [] : [["clock steps", "not tried: no libfaketime"] as const]),
    ["a replaced document was still answered by", staleness(ledger.staleness)],
    ["both processes at the last document after", milliseconds(settledAfter)],
    ["memory in the second and last quarter", `${mib(memory.second)}, ${mib(memory.last)}`],
    ["file descriptors in the second and last quarter", `${handles.second}, ${handles.last}`],
  ];
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`).join("\n");
  return `| | |\n|---|---|\n${table}\n`;
}

function staleness(values: readonly number[]): string {
  const late = values.filter((value) => value > 0);
  return late.length === 0
    ? "never"
    : `for ${median(late).toFixed(0)} ms (median), ${quantile(late, 0.99).toFixed(0)} ms (p99), ${largest(late).toFixed(0)} ms (longest)`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "not in 10 s" : `${value.toFixed(0)} ms`;
}

function mib(value: number): string {
  return `${value.toFixed(0)} MiB`;
}
