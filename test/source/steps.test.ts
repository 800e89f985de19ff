import { describe, expect, test } from "vitest";
import { atOnce, type Steps } from "../../src/cors/steps.ts";
import { inSlices } from "../../src/source/steps.ts";

function* count(steps: number, log: string[] = []): Steps<number> {
  for (let step = 0; step < steps; step += 1) {
    const end = performance.now() + 2;
    while (performance.now() < end);
    log.push("step");
    yield;
  }
  return steps;
}

function* broken(): Steps<number> {
  yield;
  throw new Error("broken");
}

describe("steps", () => {
  test.each([0, 1, 40])("%d of them end with the same value either way", async (steps) => {
    expect(atOnce(count(steps))).toBe(steps);
    expect(await inSlices(count(steps))).toBe(steps);
  });

  test("what they throw is thrown", async () => {
    expect(() => atOnce(broken())).toThrow("broken");
    await expect(inSlices(broken())).rejects.toThrow("broken");
  });

  test("in slices, others have their turn in between", async () => {
    const log: string[] = [];
    const turn = (): void => {
      log.push("turn");
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    await inSlices(count(40, log));
    clearImmediate(next);
    // 80 ms of work in slices of 5 ms; a slow machine makes more of them.
    expect(log.filter((each) => each === "turn").length).toBeGreaterThan(10);
  });
});
