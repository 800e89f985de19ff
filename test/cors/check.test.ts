import { expect, test } from "vitest";
import { checkActual, checkPreflight } from "../../src/cors/check.ts";
import { listed, policy, request, STRICT } from "./sample.ts";

test("a preflight without a requested method asks for none that could be allowed", () => {
  expect(checkPreflight(policy({ methods: { kind: "any" } }), request())).toEqual({
    ok: false,
    error: { reason: "method-not-allowed" },
  });
});

test.each([
  ["listed", "GET", "method-not-allowed"],
  ["always", "GET", undefined],
  ["always", "PATCH", "method-not-allowed"],
] as const)("safelisted methods %s: %s", (safelistedMethods, method, reason) => {
  const put = policy({ methods: listed("PUT"), behavior: { ...STRICT, safelistedMethods } });
  expect(checkActual(put, request({ method }))?.reason).toBe(reason);
});
