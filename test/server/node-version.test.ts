import { expect, test } from "vitest";
import { checkNodeVersion } from "../../src/server/node-version.ts";

test.each(["24.0.0", "24.21.0", "100.0.0"])("%s will do", (version) => {
  expect(checkNodeVersion(version)).toEqual({ ok: true, value: undefined });
});

test.each(["23.11.1", "22.10.0", "2.40.0", ""])("%s will not", (version) => {
  expect(checkNodeVersion(version)).toEqual({
    ok: false,
    error: `Node.js ${version} is too old; use 24 or later`,
  });
});
