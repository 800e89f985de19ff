import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { NODE_ARGUMENTS } from "./node-arguments.ts";

/** Where the figures come from: without this they say nothing. */
export type Machine = {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly nodeArguments: readonly string[];
  readonly envoy: string;
};

export async function describeMachine(envoyPath: string): Promise<Machine> {
  const { stdout } = await promisify(execFile)(envoyPath, ["--version"]);
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    nodeArguments: NODE_ARGUMENTS,
    envoy: /\/(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? "unknown",
  };
}

/** How busy all processors are for a second while nothing is measured, from 0 to 1. */
export async function readBusyShare(): Promise<number> {
  const before = parseCpuShares(await readFile("/proc/stat", "utf8"));
  await wait(1000);
  const after = parseCpuShares(await readFile("/proc/stat", "utf8"));
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

/** Ticks since the start of the machine, of the first line of `/proc/stat`; waiting for a disk is idle too. */
export function parseCpuShares(stat: string): { readonly idle: number; readonly all: number } {
  const [line = ""] = stat.split("\n");
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softIrq = 0, steal = 0] =
    line.split(/ +/).slice(1).map(Number);
  const busy = user + nice + system + irq + softIrq + steal;
  return { idle: idle + waiting, all: busy + idle + waiting };
}
