import { defineConfig } from "vitest/config";

// Tests of how long something takes: they would measure each other if they ran beside others.
const TIMED = ["test/source/watch.test.ts", "test/source/source.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", ...TIMED],
          // Generous: a slow machine is no failure.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", ...TIMED],
          // Real processes on two cores: one file at a time, each with time to start them.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: {
        "src/cors/**": { branches: 100 },
        "src/policy/**": { branches: 100 },
        "src/extproc/**": { branches: 100 },
        "src/explain/**": { branches: 100 },
        "src/http2/**": { branches: 100 },
        "src/mend/**": { branches: 100 },
      },
    },
  },
});
