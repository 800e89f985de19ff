import { expect, test } from "vitest";
import { readHealthRequest } from "../../src/server/health.ts";

test.each([
  ["", ""],
  ["0a00", ""],
  ["0a0161", "a"],
  ["100122016b0a0161", "a"],
  ["0a02", undefined],
  ["0a01ff", undefined],
  ["0b", undefined],
])("the service that %j asks for is %j", (hex, service) => {
  expect(readHealthRequest(Buffer.from(hex, "hex"))).toBe(service);
});
