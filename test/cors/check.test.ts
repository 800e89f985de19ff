import { expect, test } from "vitest";
import { checkPreflight } from "../../src/cors/check.ts";
import { policy, request } from "./sample.ts";

test("a preflight without a requested method asks for none that could be allowed", () => {
  expect(checkPreflight(policy({ methods: { kind: "any" } }), request())).toEqual({
    ok: false,
    error: { reason: "method-not-allowed" },
  });
});
