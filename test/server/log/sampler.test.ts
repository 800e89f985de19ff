import { expect, test } from "vitest";
import { Sampler } from "../../../src/server/log/sampler.ts";

test("a flood of keys forgets the old ones instead of filling the memory", () => {
  const sampler = new Sampler(1, () => 0);
  const keys = Array.from({ length: 10_000 }, (_, index) => `key ${index}`);
  expect(keys.map((key) => sampler.take(key))).toEqual(keys.map(() => 0));
  expect(sampler.take("key 0")).toBeUndefined();
  expect(sampler.take("one more")).toBe(0);
  expect(sampler.take("key 0")).toBe(0);
});
