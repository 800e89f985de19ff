import { defineConfig } from "vitest/config";

// The tests that judge mutants; mutation/rooms.ts says which of them judge which files.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**", "test/oracle/**"],
    setupFiles: ["mutation/repeatable.ts"],
    // One worker for each mutant instead of one for each mutant and file.
    isolate: false,
    // Generous: a slow machine kills no mutant.
    testTimeout: 30_000,
  },
});
