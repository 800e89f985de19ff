import { describe, expect, test } from "vitest";
import { trimBlanks } from "../../src/cors/blanks.ts";
import { MAX_LIST_LENGTH, parseHeaderList } from "../../src/cors/header-list.ts";
import { parseHeader } from "../../src/explain/header-line.ts";

describe("trimBlanks", () => {
  test.each([
    ["", ""],
    [" \t ", ""],
    ["a", "a"],
    ["\t a \tb \t", "a \tb"],
    ["\u00a0a\n", "\u00a0a\n"],
  ])("%j: %j", (text, trimmed) => expect(trimBlanks(text)).toBe(trimmed));
});

/** CPU time of this thread, in milliseconds: what else the machine does is left out. */
function cpuTimeOf(act: () => void): number {
  const { user, system } = process.threadCpuUsage();
  act();
  const after = process.threadCpuUsage();
  return (after.user + after.system - user - system) / 1000;
}

// Where the time grew with the square of the length, the first took 1.5 s and the second 5 s.
describe("blanks in the midst take no longer than other characters", () => {
  test("20 requests for a list of headers", () => {
    const list = `a${" ".repeat(MAX_LIST_LENGTH - 2)}b`;
    const took = cpuTimeOf(() => {
      for (let time = 0; time < 20; time += 1) parseHeaderList(list);
    });
    expect(parseHeaderList(list)).toBeUndefined();
    expect(took).toBeLessThan(300);
  });

  test("a header that is to be explained", () => {
    const value = `a${" ".repeat(65_000)}b`;
    const took = cpuTimeOf(() => void parseHeader("origin", value));
    expect(parseHeader("origin", value)).toEqual({ ok: true, value: ["origin", value] });
    expect(took).toBeLessThan(300);
  });
});
