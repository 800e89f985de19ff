import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Token } from "../../../src/admin/token.ts";
import { followToken } from "../../../src/server/listeners/follow.ts";
import { openLog } from "../../../src/server/log/log.ts";

const FIRST = "0123456789abcdef";
const SECOND = "fedcba9876543210";

test("a token file is read again: a new token counts, one that is none does not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "corsd-follow-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "token");
  await writeFile(file, FIRST);
  const lines: { readonly level: string; readonly msg: string }[] = [];
  const log = openLog("info", { write: (text) => lines.push(JSON.parse(text)) });
  const running = new AbortController();
  onTestFinished(() => running.abort());
  let token = new Token(FIRST);
  const admit = (next: Token): void => {
    token = next;
  };
  followToken(file, token, admit, log, running.signal, 10);
  await writeFile(file, "short");
  await expect.poll(() => lines.length).toBe(1);
  expect(token.opens(`Bearer ${FIRST}`)).toBe(true);
  await writeFile(file, `${SECOND}\n`);
  await expect.poll(() => lines.length).toBe(2);
  expect(token.opens(`Bearer ${SECOND}`)).toBe(true);
  expect(lines).toMatchObject([
    { level: "error", msg: expect.stringMatching(/is 16 to 1024 .*; the old token stays$/) },
    { level: "info", msg: "admin token renewed", file },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/short|fedcba/);
});
