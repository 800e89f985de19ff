import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Contents, readContents } from "../../src/source/examine.ts";
import { type Judge, judgeHere } from "../../src/source/judge.ts";
import { SizedJudge, SMALL } from "../../src/source/sized-judge.ts";

const POLICY = "policies: [{name: web, allowOrigins: [https://app.example.com]}]\n";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-sized-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Contents of so many bytes, most of them a comment. */
async function contentsOf(bytes: number): Promise<Contents> {
  const file = join(folder, `${bytes}.yaml`);
  await writeFile(file, `#${"x".repeat(bytes - POLICY.length - 2)}\n${POLICY}`);
  return readContents([file]);
}

test.each([
  [SMALL - 1, 0],
  [SMALL, 1],
])("contents of %i bytes are judged elsewhere %i times", async (bytes, times) => {
  const asked: Contents[] = [];
  const elsewhere: Judge = {
    judge: (contents, before) => {
      asked.push(contents);
      return judgeHere({ contents, before });
    },
    rest: () => undefined,
  };
  const judge = new SizedJudge(elsewhere);
  const first = await judge.judge(await contentsOf(bytes), undefined);
  expect(first.packed).toBeDefined();
  expect(await first.changes).toEqual([]);
  expect(asked).toHaveLength(times);
});

test("what goes on elsewhere is ended", () => {
  let rests = 0;
  const elsewhere: Judge = {
    judge: (contents, before) => judgeHere({ contents, before }),
    rest: () => {
      rests += 1;
    },
  };
  new SizedJudge(elsewhere).rest();
  expect(rests).toBe(1);
});
