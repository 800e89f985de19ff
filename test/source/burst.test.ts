import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Burst, burst } from "../../src/source/burst.ts";

describe("burst", () => {
  let runs: number[] = [];
  let pokes: Burst;

  beforeEach(() => {
    vi.useFakeTimers();
    runs = [];
    const start = Date.now();
    pokes = burst(() => runs.push(Date.now() - start), 100, 800);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Pokes at each of these times, in milliseconds from the start, then lets time pass. */
  function pokeAt(times: readonly number[]): void {
    let now = 0;
    for (const time of times) {
      vi.advanceTimersByTime(time - now);
      now = time;
      pokes.poke();
    }
    vi.advanceTimersByTime(5_000);
  }

  const every50 = (count: number): number[] => Array.from({ length: count }, (_, n) => n * 50);

  test.each([
    { what: "no poke", times: [], expected: [] },
    { what: "one poke", times: [0], expected: [100] },
    { what: "a burst", times: [0, 30, 60, 90], expected: [190] },
    { what: "a poke just before the quiet ends", times: [0, 99], expected: [199] },
    { what: "two pokes far apart", times: [0, 300], expected: [100, 400] },
    { what: "pokes without end", times: every50(40), expected: [800, 1600, 2050] },
  ])("$what: runs at $expected", ({ times, expected }) => {
    pokeAt(times);
    expect(runs).toEqual(expected);
  });

  test("stop forgets a run that is due", () => {
    pokes.poke();
    pokes.stop();
    vi.advanceTimersByTime(5_000);
    expect(runs).toEqual([]);
  });

  test("a poke after stop counts again", () => {
    pokes.stop();
    pokeAt([0]);
    expect(runs).toEqual([100]);
  });
});
