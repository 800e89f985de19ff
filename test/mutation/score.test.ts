import { expect, test } from "vitest";
import type { Mutant } from "../../mutation/mutate.ts";
import { tableOf, unnoticed } from "../../mutation/report.ts";
import { scoreOf } from "../../mutation/score.ts";

function mutant(status: Mutant["status"], file = "a.ts", line = 1): Mutant {
  const place = { line, column: 3 };
  const location = { start: place, end: place };
  const fileName = `/root/src/${file}`;
  return { id: "1", fileName, location, mutatorName: "Block", replacement: "{\n}", status };
}

test("a timeout counts as noticed, a place without tests as unnoticed, the rest not at all", () => {
  const mutants = [
    ...Array.from({ length: 8 }, () => mutant("Killed")),
    mutant("Timeout"),
    mutant("Survived"),
    mutant("NoCoverage"),
    mutant("NoCoverage"),
    mutant("Ignored"),
    mutant("CompileError"),
    mutant("RuntimeError"),
  ];
  const score = { killed: 8, timedOut: 1, survived: 1, uncovered: 2, ignored: 1, invalid: 2 };
  expect(scoreOf(mutants)).toEqual({ ...score, percent: 75 });
  expect(tableOf(new Map([["cors", scoreOf(mutants)]])).split("\n")[2]).toBe(
    "| cors | 75.0 % | 8 | 1 | 1 | 2 | 1 | 2 |",
  );
});

test.each([
  [[], 0],
  [["Ignored"], 0],
  [["Survived"], 0],
  [["Killed"], 100],
] as const)("%j is %i %%", (statuses, percent) => {
  expect(scoreOf(statuses.map((status) => mutant(status))).percent).toBe(percent);
});

test("what no test noticed is named by its place, in order", () => {
  const mutants = [
    mutant("Survived", "b.ts", 1),
    mutant("NoCoverage", "a.ts", 10),
    mutant("Survived", "a.ts", 9),
    mutant("Killed", "a.ts", 8),
    mutant("Timeout", "a.ts", 7),
  ];
  expect(unnoticed(mutants, "/root")).toEqual([
    "src/a.ts:9:3 Survived Block: { }",
    "src/a.ts:10:3 NoCoverage Block: { }",
    "src/b.ts:1:3 Survived Block: { }",
  ]);
});
