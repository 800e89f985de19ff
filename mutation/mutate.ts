import { Stryker } from "@stryker-mutator/core";
import type { Room } from "./rooms.ts";

/** One change of one place, and what the tests said to it. */
export type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

/**
 * Runs the tests of a room once for every change that Stryker can think of in its files, at most `concurrency` at a time.
 * With `kept`, a path, what is known from the last run is read from there and not run again where neither the file nor
 * its tests changed. Throws where the tests fail without any change.
 */
export async function mutate(
  room: Room,
  concurrency: number,
  kept: string | undefined,
): Promise<readonly Mutant[]> {
  const stryker = new Stryker({
    mutate: [...room.mutates],
    testFiles: [...room.tests],
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "vitest.mutation.config.ts" },
    // Tables and patterns that are made while a file is loaded: each would need all tests anew in a new process.
    ignoreStatic: true,
    // A mutant that takes this long counts as noticed. Generous, so that a busy machine notices nothing.
    timeoutMS: 30_000,
    timeoutFactor: 3,
    concurrency,
    // Types are taken away, not checked, when vitest loads a file; and TypeScript 7 cannot be asked from a program.
    disableTypeChecks: false,
    tsconfigFile: "none",
    tempDirName: ".stryker-tmp",
    ignorePatterns: [
      "bench",
      "coverage",
      "demo",
      "deploy",
      "dist",
      "dist-docs",
      "docs",
      "reports",
      "site",
      "soak",
    ],
    reporters: ["progress-append-only"],
    ...(kept === undefined ? {} : { incremental: true, incrementalFile: kept }),
  });
  return await stryker.runMutationTest();
}
