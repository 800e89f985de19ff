import { expect, test } from "vitest";
import { HeldBytes, MAX_HELD_BYTES } from "../../../src/server/grpc/held-bytes.ts";

test("goes to the limit and not beyond, and takes back", () => {
  const held = new HeldBytes();
  expect(held.add(MAX_HELD_BYTES - 1)).toBe(true);
  expect(held.add(1)).toBe(true);
  expect(held.add(1)).toBe(false);
  expect(held.add(-1)).toBe(true);
});
