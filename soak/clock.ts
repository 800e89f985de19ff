import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";

/** Where Debian, Ubuntu and Fedora put libfaketime. */
const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib64/faketime/libfaketime.so.1",
];

/** In seconds: an hour when summer time is got wrong, a day, and a machine that wakes up in 1970. */
const STEPS = [3_600, -3_600, 86_400, -86_400, -1_700_000_000, 0];

/** The wall clock of a process, which can be put forward and back while it runs. */
export type SteppedClock = {
  /** For the environment of the process. */
  readonly environment: NodeJS.ProcessEnv;
  /** To the next of some offsets, at once. */
  readonly step: () => Promise<void>;
};

/** Undefined where libfaketime is not installed (Debian package `faketime`). */
export async function steppedClock(file: string): Promise<SteppedClock | undefined> {
  const library = LIBRARIES.find(existsSync);
  if (library === undefined) return undefined;
  let steps = 0;
  await writeFile(file, "+0");
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      // Time that passes is not what steps: no clock of a kernel puts that back.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    step: () => {
      const offset = STEPS[steps % STEPS.length] ?? 0;
      steps += 1;
      return writeFile(file, offset < 0 ? String(offset) : `+${offset}`);
    },
  };
}
