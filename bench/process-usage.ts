import { readFile } from "node:fs/promises";

/** CPU time of a process since its start, all threads together, in microseconds. */
export type CpuTime = { readonly user: number; readonly system: number };

/** The kernel counts in hundredths of a second here, whatever its own clock: USER_HZ, proc(5). */
const MICROSECONDS_PER_TICK = 10_000;

export async function readCpuTime(pid: number): Promise<CpuTime> {
  return parseCpuTime(await readFile(`/proc/${pid}/stat`, "utf8"));
}

/** Of the text of `/proc/PID/stat`. The second field is the program's name, which may hold anything. */
export function parseCpuTime(stat: string): CpuTime {
  // Behind the name: field 3 of proc(5) comes first, utime is field 14 and stime 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    user: Number(fields[11]) * MICROSECONDS_PER_TICK,
    system: Number(fields[12]) * MICROSECONDS_PER_TICK,
  };
}

/** What was used in between, for each of so many requests. */
export function cpuPerRequest(before: CpuTime, after: CpuTime, requests: number): CpuTime {
  return {
    user: (after.user - before.user) / requests,
    system: (after.system - before.system) / requests,
  };
}

/** Resident memory of a process in MiB; undefined where it is gone. */
export async function readMemory(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return parseMemory(status);
}

/** Of the text of `/proc/PID/status`. */
export function parseMemory(status: string): number | undefined {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

/** Looks at the memory of a process until the work is done; the largest that was seen, in MiB. */
export async function watchMemory<T>(
  pid: number | undefined,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly largest: number | undefined }> {
  if (pid === undefined) return { result: await work(), largest: undefined };
  let largest = await readMemory(pid);
  const timer = setInterval(() => {
    void readMemory(pid).then((seen) => {
      if (seen !== undefined) largest = Math.max(largest ?? 0, seen);
    });
  }, MEMORY_PERIOD);
  try {
    const result = await work();
    return { result, largest };
  } finally {
    clearInterval(timer);
  }
}

/** In milliseconds. A look costs some ten microseconds. */
const MEMORY_PERIOD = 250;
