import fc from "fast-check";
import { expect, test } from "vitest";
import { statusFields } from "../../../src/server/grpc/grpc-status.ts";

test.each([
  ["OK", "", { "grpc-status": "0" }],
  ["INTERNAL", "a b", { "grpc-status": "13", "grpc-message": "a b" }],
  ["NOT_FOUND", "50 %", { "grpc-status": "5", "grpc-message": "50 %25" }],
  ["UNIMPLEMENTED", "a\nb~\x7f", { "grpc-status": "12", "grpc-message": "a%0Ab~%7F" }],
  [
    "INVALID_ARGUMENT",
    "é€😀",
    { "grpc-status": "3", "grpc-message": "%C3%A9%E2%82%AC%F0%9F%98%80" },
  ],
] as const)("%s %j", (name, message, headers) => {
  expect(Object.fromEntries(statusFields(name, message))).toEqual(headers);
});

test("any text goes out as visible ASCII and comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
      const written = statusFields("INTERNAL", text)[1]?.[1] ?? "";
      expect(written).toMatch(/^[ -~]+$/);
      expect(decodeURIComponent(written)).toBe(text);
    }),
  );
});
