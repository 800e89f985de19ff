import { expect, test } from "vitest";
import { checkNodeVersion } from "../../src/server/node-version.ts";

test.each(["22.10.0", "22.11.1", "23.0.0", "24.21.0", "100.0.0"])("%s can serve", (version) => {
  expect(checkNodeVersion(version)).toEqual({ ok: true, value: undefined });
});

test.each(["22.9.9", "21.99.0", "20.10.0", "2.10.0", ""])("%s cannot", (version) => {
  expect(checkNodeVersion(version)).toEqual({
    ok: false,
    error: `Node.js ${version} cannot lift the HTTP/2 limit on stream resets, which Envoy exceeds within a second; use 22.10 or later`,
  });
});
