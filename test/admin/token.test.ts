import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  MAX_TOKEN_LENGTH,
  MIN_TOKEN_LENGTH,
  parseToken,
  readTokenFile,
  Token,
} from "../../src/admin/token.ts";

const SECRET = "0123456789abcdef";

test("tokens are equal where their texts are", () => {
  const [one, same, other] = ["0123456789abcdef", "0123456789abcdef", "0123456789abcdeF"].map(
    (text) => new Token(text),
  );
  expect([one?.equals(same as Token), one?.equals(other as Token)]).toEqual([true, false]);
});

describe("a token", () => {
  test.each([`Bearer ${SECRET}`, `bearer ${SECRET}`, `BEARER   ${SECRET}`])(
    "opens by %s",
    (line) => {
      expect(new Token(SECRET).opens(line)).toBe(true);
    },
  );

  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    SECRET,
    `Basic ${SECRET}`,
    `Bearer ${SECRET}0`,
    `Bearer ${SECRET.slice(1)}`,
    `Bearer ${SECRET.toUpperCase()}`,
    `Bearer ${SECRET}, Bearer x`,
    `Bearer x ${SECRET}`,
  ])("does not open by %j", (line) => {
    expect(new Token(SECRET).opens(line)).toBe(false);
  });

  test("an empty one opens to nobody", () => {
    expect(new Token("").opens(undefined)).toBe(false);
    expect(new Token("").opens("Bearer ")).toBe(false);
  });

  test("does not show itself", () => {
    expect(JSON.stringify(new Token(SECRET))).not.toContain(SECRET);
  });

  test.each([
    ["x".repeat(MIN_TOKEN_LENGTH - 1), false],
    ["x".repeat(MIN_TOKEN_LENGTH), true],
    ["x".repeat(MAX_TOKEN_LENGTH), true],
    ["x".repeat(MAX_TOKEN_LENGTH + 1), false],
    ["with a blank in between", false],
    ["with-an-ümlaut-in-between", false],
    ["with-a-line\n-end-between", false],
  ])("%j can be one: %j", (text, isOk) => {
    expect(parseToken(text).ok).toBe(isOk);
  });
});

describe("a token file", () => {
  async function read(text: string) {
    const folder = await mkdtemp(join(tmpdir(), "corsd-token-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "token");
    await writeFile(file, text);
    return { file, token: await readTokenFile(file) };
  }

  test.each([SECRET, `${SECRET}\n`, `${SECRET}\r\n`])("holds %j", async (text) => {
    const { token } = await read(text);
    expect(token.ok && token.value.opens(`Bearer ${SECRET}`)).toBe(true);
  });

  test("that is empty is an error that names it", async () => {
    const { file, token } = await read("\n");
    expect(token).toEqual({
      ok: false,
      error: `\`${file}\`: a token is 16 to 1024 visible ASCII characters without blanks`,
    });
  });

  test("that is none is an error", async () => {
    expect(await readTokenFile("/none/token")).toEqual({
      ok: false,
      error: expect.stringContaining("ENOENT"),
    });
  });
});
