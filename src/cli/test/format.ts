/** How `corsd test` writes what came out. */
export const TEST_FORMATS = ["text", "json", "junit"] as const;

export type TestFormat = (typeof TEST_FORMATS)[number];
