import { readdir } from "node:fs/promises";
import { readMemory } from "../bench/process-usage.ts";
import { median } from "../bench/statistics.ts";

/** What a process held, looked at again and again. */
export class ProcessSamples {
  /** Resident memory in MiB. */
  readonly memory: number[] = [];
  /** Open file descriptors. */
  readonly handles: number[] = [];

  /** One look; nothing where the process is gone. */
  async take(pid: number): Promise<void> {
    const memory = await readMemory(pid);
    const handles = await readdir(`/proc/${pid}/fd`).catch(() => undefined);
    if (memory === undefined || handles === undefined) return;
    this.memory.push(memory);
    this.handles.push(handles.length);
  }
}

/** Of the second and of the last quarter: the first is growing up. NaN where there are too few values. */
export function quarters(values: readonly number[]): {
  readonly second: number;
  readonly last: number;
} {
  const quarter = values.length / 4;
  return {
    second: median(values.slice(Math.floor(quarter), Math.floor(2 * quarter))),
    last: median(values.slice(Math.floor(3 * quarter))),
  };
}
