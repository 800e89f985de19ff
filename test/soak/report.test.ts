import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Disturbances } from "../../soak/disturbances.ts";
import { Generations } from "../../soak/generations.ts";
import { Ledger } from "../../soak/ledger.ts";
import { ProcessSamples } from "../../soak/process-samples.ts";
import { type Findings, reportOf, violations } from "../../soak/report.ts";
import { faultsIn } from "../../soak/soak.ts";

async function generations(): Promise<Generations> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-soak-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return new Generations(join(folder, "policies.yaml"));
}

async function wellLedger(): Promise<Ledger> {
  const ledger = new Ledger(await generations(), () => false);
  ledger.right = 1;
  return ledger;
}

async function findings(more: Partial<Findings>): Promise<Findings> {
  return {
    seconds: 90,
    ledger: await wellLedger(),
    disturbances: new Map([["kills of corsd", 3]]),
    clockSteps: true,
    generations: 80,
    bad: 10,
    samples: new ProcessSamples(),
    intruders: 0,
    ended: false,
    faults: [],
    settledAfter: 120,
    ...more,
  };
}

function samples(memory: readonly number[], handles: readonly number[]): ProcessSamples {
  const taken = new ProcessSamples();
  taken.memory.push(...memory);
  taken.handles.push(...handles);
  return taken;
}

test("all is well", async () => {
  expect(violations(await findings({}))).toEqual([]);
  expect(reportOf(await findings({}))).toContain("| kills of corsd | 3 |");
});

test("a machine that cannot step the clock says so", async () => {
  expect(reportOf(await findings({ clockSteps: false }))).toContain("not tried");
});

test.each<[string, Partial<Findings>, RegExp]>([
  ["an intruder", { intruders: 1 }, /refused pages reached/],
  ["an end", { ended: true }, /never killed ended/],
  ["a fault", { faults: ["bug"] }, /faults in the log: bug/],
  ["a lost document", { settledAfter: undefined }, /lost/],
  ["memory", { samples: samples([50, 50, 50, 67], [9, 9, 9, 9]) }, /memory grew/],
  ["handles", { samples: samples([50, 50, 50, 50], [9, 9, 9, 14]) }, /handles/],
])("%s is a violation", async (_, more, words) => {
  expect(violations(await findings(more))).toEqual([expect.stringMatching(words)]);
});

test("nothing answered is a violation", async () => {
  const ledger = new Ledger(await generations(), () => false);
  expect(violations(await findings({ ledger }))).toEqual(["no request was answered"]);
});

test("what is missing counts as disturbed only while something is", async () => {
  const ledger = new Ledger(await generations(), (from) => from < 100);
  ledger.enter("a", { kind: "unavailable", status: 503 }, 50, 60);
  ledger.enter("b", "reset", 150, 160);
  ledger.enter("c", { kind: "wrong", because: "leak" }, 50, 60);
  expect(ledger).toMatchObject({ right: 0, wrong: 1, disturbed: 1, unexplained: 1 });
  expect(ledger.words).toEqual(["unexplained: b: reset", "wrong: c: leak"]);
  expect(violations(await findings({ ledger }))).toHaveLength(3);
});

test("an answer by a document that was never written is wrong", async () => {
  const written = await generations();
  await written.writeGood();
  const ledger = new Ledger(written, () => false);
  ledger.enter("a", { kind: "right", generation: 0 }, performance.now(), performance.now());
  ledger.enter("a", { kind: "right", generation: 1 }, performance.now(), performance.now());
  expect(ledger.wrong).toBe(1);
});

test("an answer by a document that was replaced long ago is a violation", async () => {
  const written = await generations();
  await written.writeGood();
  await written.writeGood();
  const ledger = new Ledger(written, () => false);
  const late = performance.now() + 3_500;
  ledger.enter("a", { kind: "right", generation: 0 }, late, late);
  ledger.enter("a", { kind: "right", generation: 1 }, late, late);
  expect(violations(await findings({ ledger }))).toEqual([
    expect.stringMatching(/was in force 3\.[4-5] s/),
  ]);
  expect(reportOf(await findings({ ledger }))).toContain("(longest)");
});

test("a bad document comes now and then, and replaces none", async () => {
  const written = await generations();
  for (let turn = 0; turn < 7; turn += 1) await written.write();
  expect(written).toMatchObject({ newest: 5, bad: 1, isBad: true });
  expect(await readFile(written.file, "utf8")).toContain("unknown: true");
  await written.write();
  expect(written).toMatchObject({ newest: 6, bad: 1, isBad: false });
});

test("a disturbance is felt for a while after it", async () => {
  const disturbances = new Disturbances();
  const from = performance.now();
  expect(disturbances.touch(from, from + 1)).toBe(false);
  await disturbances.during("kill", async () => undefined);
  const to = performance.now();
  expect(disturbances.touch(to, to + 1)).toBe(true);
  expect(disturbances.touch(from - 2, from - 1)).toBe(false);
  expect(disturbances.touch(to + 3_100, to + 3_200)).toBe(false);
  expect(disturbances.counts.get("kill")).toBe(1);
});

test("errors in the log are faults, but for those of bad documents", () => {
  const log = [
    '{"level":"info","msg":"serving"}',
    '{"level":"error","msg":"policies.yaml:3:1: unknown key"}',
    '{"level":"error","msg":"a handler threw"}',
  ].join("\n");
  expect(faultsIn(log)).toEqual(['{"level":"error","msg":"a handler threw"}']);
});
