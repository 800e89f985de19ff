import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { atOnce } from "../../src/cors/steps.ts";
import { type Contents, examine } from "../../src/source/examine.ts";
import type { Judgement } from "../../src/source/judge.ts";
import { packDocument } from "../../src/source/packed-document.ts";
import { unpackSteps } from "../../src/source/parcel.ts";
import { WorkerJudge, type WorkerJudgeOptions } from "../../src/source/worker-judge.ts";

function document(name: string): Contents {
  const text = `policies: [{name: ${name}, allowOrigins: [https://${name}.example]}]`;
  const bytes = new TextEncoder().encode(text);
  return { files: [{ file: "a.yaml", bytes }], problems: [], digest: name };
}

function opened(options: WorkerJudgeOptions = {}): WorkerJudge {
  const judge = new WorkerJudge(options);
  onTestFinished(() => judge.rest());
  return judge;
}

/** A thread that does as it is told, in the place of the one that judges. */
function entry(code: string): URL {
  const prelude = 'import { parentPort, threadId } from "node:worker_threads";';
  return new URL(`data:text/javascript,${encodeURIComponent(`${prelude}${code}`)}`);
}

/** Answers each task with the number of its thread as the only problem. */
const NAMES_THREAD = `parentPort.on("message", () => {
  parentPort.postMessage({ kind: "judged", problems: [threadId] });
  parentPort.postMessage({ kind: "compared", changes: [] });
});`;

async function thread(judge: WorkerJudge): Promise<unknown> {
  const { problems, changes } = await judge.judge(document("a"), undefined);
  await changes;
  return problems[0];
}

const JUDGED = 'parentPort.postMessage({ kind: "judged", problems: [] });';

describe("WorkerJudge", () => {
  test("says the same as who judges on this thread", async () => {
    const judge = opened();
    const before = examine(document("a")).loaded?.document;
    const packed = before && packDocument(before);
    for (const name of ["b", "c"]) {
      const judgement = await judge.judge(document(name), packed);
      const here = examine(document(name));
      expect(atOnce(unpackSteps(judgement.problems))).toEqual(here.problems);
      expect(judgement.packed).toEqual(here.loaded && packDocument(here.loaded.document));
      expect((await judgement.changes).join("\n")).toContain(`https://${name}.example`);
    }
  });

  test.each([
    ["throws", 'throw new Error("at once")', "at once"],
    ["throws at a task", 'parentPort.on("message", () => { throw new Error("later") })', "later"],
    ["throws what is no error", 'throw "odd"', "odd"],
    ["ends", "process.exit(3)", "its thread ended with code 3"],
    ["takes for ever", 'parentPort.on("message", () => { for (;;); })', "longer than 0.5 s"],
    ["takes all memory", "const all = []; for (;;) all.push([all.length]);", "memory limit"],
  ])("a thread that %s: no judgement, and the next task has another", async (_, code, said) => {
    const limits = { maxOldGenerationSizeMb: 32 };
    const options = { timeLimit: code.includes("on(") ? 500 : 20_000, limits };
    const failing = opened({ ...options, entry: entry(code) });
    await expect(failing.judge(document("a"), undefined)).rejects.toThrow(said);
    await expect(failing.judge(document("a"), undefined)).rejects.toThrow(said);
  });

  test.each([
    ["throws", 'throw new Error("in between")', "in between"],
    ["takes for ever", "for (;;);", "longer than 0.5 s"],
  ])("a thread that %s after the judgement: it holds, but no changes", async (_, code, said) => {
    const body = `parentPort.on("message", () => { ${JUDGED} setTimeout(() => { ${code} }, 50) })`;
    const judge = opened({ entry: entry(body), timeLimit: 500 });
    const { changes } = await judge.judge(document("a"), undefined);
    await expect(changes).rejects.toThrow(said);
  });

  test("nobody need ask for changes that fail", async () => {
    const body = `parentPort.on("message", () => { ${JUDGED} process.exit(1); })`;
    const judge = opened({ entry: entry(body) });
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    await judge.judge(document("a"), undefined).catch(() => undefined);
    await thread(opened({ entry: entry(NAMES_THREAD) }));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("one thread serves task after task; it ends after a while without one", async () => {
    const judge = opened({ entry: entry(NAMES_THREAD), idleTime: 200 });
    const first = await thread(judge);
    expect(await thread(judge)).toBe(first);
    await wait(600);
    expect(await thread(judge)).not.toBe(first);
  });

  test("at rest it gives up what it is at, and can be asked again", async () => {
    const judge = opened({ entry: entry(`parentPort.once("message", () => { ${NAMES_THREAD} })`) });
    const judgement: Promise<Judgement> = judge.judge(document("a"), undefined);
    judge.rest();
    await expect(judgement).rejects.toThrow("the server stops");
    judge.rest();
    const other = opened({ entry: entry(NAMES_THREAD) });
    const first = await thread(other);
    other.rest();
    expect(await thread(other)).not.toBe(first);
  });

  test("who asks again before the changes are there gives up the first", async () => {
    const body = `parentPort.on("message", ({ contents }) => { if (contents.digest === "b") { ${JUDGED} } })`;
    const judge = opened({ entry: entry(body) });
    const first = judge.judge(document("a"), undefined);
    const given = expect(first).rejects.toThrow("it was given up");
    expect(await judge.judge(document("b"), undefined)).toMatchObject({ problems: [] });
    await given;
  });
});
