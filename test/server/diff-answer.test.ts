import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_DOCUMENT_LENGTH } from "../../src/admin/body.ts";
import { answerDiff, MAX_ANSWERED_PROBLEMS } from "../../src/server/diff-answer.ts";
import { MAX_DOCUMENT_BYTES } from "../../src/source/parse.ts";
import { openSource, type Source } from "../../src/source/source.ts";
import { WorkerJudge } from "../../src/source/worker-judge.ts";
import { runCorsd } from "../cli/run-corsd.ts";

const BEFORE = "policies: [{name: a, allowOrigins: [https://a.example]}]\n";
const AFTER = "policies: [{name: a, allowOrigins: [https://b.example]}]\n";

let folder: string;
let source: Source;
const comparer = new WorkerJudge();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-diff-"));
  await writeFile(join(folder, "before.yaml"), BEFORE);
  await writeFile(join(folder, "after.yaml"), AFTER);
  source = await openSource([join(folder, "before.yaml")], { comparer });
});

afterAll(async () => {
  comparer.rest();
  await rm(folder, { recursive: true });
});

async function diff(text: string | Uint8Array) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return answerDiff(await source.compare(bytes));
}

test("says what `corsd diff` says, and changes nothing", async () => {
  const { revision } = source.status();
  const [before, after] = [join(folder, "before.yaml"), join(folder, "after.yaml")];
  const { out } = await runCorsd(["diff", before, after]);
  const answer = await diff(AFTER);
  expect(answer).toEqual({ problemCount: 0, problems: [], changes: out.trimEnd().split("\n") });
  expect(source.status()).toMatchObject({ revision, isStale: false, problems: [] });
});

test("says that nothing changes by saying nothing", async () => {
  expect(await diff(`# the same\n${BEFORE}`)).toMatchObject({ problems: [], changes: [] });
});

test("says what is wrong, each with its place", async () => {
  const unknown = "apiGroups: [{name: g, match: [{path: /}], policies: [none]}]\n";
  const answer = await diff(`${AFTER}${unknown}`);
  expect(answer).toMatchObject({
    changes: null,
    problems: [{ file: "pasted", line: 2, severity: "error", fix: expect.any(String) }],
  });
});

test("says errors before warnings", async () => {
  const { problems } = await diff("policies: [\n");
  const [error] = problems;
  if (error === undefined) throw new Error("there is no problem");
  const warning = { ...error, severity: "warning" } as const;
  const answer = answerDiff({ problems: [warning, error, warning], changes: undefined });
  expect(answer.problems.map(({ severity }) => severity)).toEqual(["error", "warning", "warning"]);
});

test.each([
  ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x80])],
  ["nothing", ""],
  ["what is no document", "- 1\n- 2\n"],
  ["what is no YAML", "policies: [\n"],
])("%s has problems and no changes", async (_, text) => {
  const { changes, problems } = await diff(text);
  expect(changes).toBeNull();
  expect(problems).not.toEqual([]);
});

test("of many problems the first are told, and how many there are", async () => {
  const wrong = Array.from({ length: MAX_ANSWERED_PROBLEMS + 1 }, (_, at) => `b${at}: 1\n`);
  const { problemCount, problems } = await diff(wrong.join(""));
  expect(problems).toHaveLength(MAX_ANSWERED_PROBLEMS);
  expect(problemCount).toBeGreaterThan(MAX_ANSWERED_PROBLEMS);
});

test("a thread that fails is a problem that is told", async () => {
  const failing = {
    judge: () => Promise.reject(new Error("out of memory")),
    rest: () => {},
  };
  const other = await openSource([join(folder, "before.yaml")], { comparer: failing });
  const { problems, changes } = answerDiff(await other.compare(new Uint8Array()));
  expect(changes).toBeNull();
  expect(problems).toMatchObject([{ code: "internal-error" }]);
});

test("as much is taken as files may have", () => {
  expect(MAX_DOCUMENT_LENGTH).toBe(MAX_DOCUMENT_BYTES);
});
