import { readdir } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import type { LoopTime } from "./tally.ts";

/** What this process has used since its start; seconds and bytes. */
export type ProcessUsage = {
  readonly userSeconds: number;
  readonly systemSeconds: number;
  /** When it started, in seconds since 1970. */
  readonly startedAt: number;
  readonly residentBytes: number;
  readonly heapTotalBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  /** 0 where the system does not tell. */
  readonly openFiles: number;
};

export async function readProcessUsage(): Promise<ProcessUsage> {
  const { user, system } = process.cpuUsage();
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  return {
    userSeconds: user / 1e6,
    systemSeconds: system / 1e6,
    startedAt: performance.timeOrigin / 1e3,
    residentBytes: rss,
    heapTotalBytes: heapTotal,
    heapUsedBytes: heapUsed,
    externalBytes: external,
    openFiles: await countOpenFiles(),
  };
}

/** Of this process since its start. */
export function readLoopTime(): LoopTime {
  const { active, idle } = performance.eventLoopUtilization();
  return { busySeconds: active / 1e3, idleSeconds: idle / 1e3 };
}

/** Linux lists them; the folder itself is one of them while it is read. */
async function countOpenFiles(): Promise<number> {
  const names = await readdir("/proc/self/fd").catch(() => [""]);
  return names.length - 1;
}
