import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../src/cli/program.ts";
import { type RefusalReason, reject } from "../src/cors/refusal.ts";
import { presetOf } from "../src/policy/preset.ts";
import { tablesHeaded } from "./markdown.ts";
import { readPainPages } from "./pain-page.ts";

// What the pages about failures print is what the program prints; test/e2e/pains.test.ts asks a browser.

const PAGES = readPainPages();
const INDEX = readFileSync(join(import.meta.dirname, "..", "docs", "pains", "README.md"), "utf8");

describe("what `corsd explain` prints", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-pains-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const examples = PAGES.flatMap((page) =>
    page.blocks
      .filter(({ info }) => info === "console pains")
      .map(({ line, text }) => [`${page.name}:${line}`, page, text] as const),
  );

  test.each(examples)("%s", async (_, page, text) => {
    await writeFile(join(folder, "broken.yaml"), page.broken.at(-1) ?? "");
    await writeFile(join(folder, "mended.yaml"), page.mended);
    const [, command = "", printed = ""] =
      /^\$ corsd ((?:[^\n]*\\\n)*[^\n]*)\n(.*)$/s.exec(text) ?? [];
    const words = [...command.replaceAll("\\\n", " ").matchAll(/'([^']*)'|(\S+)/g)];
    const args = words.map(([, quoted, plain]) => quoted ?? plain ?? "");
    let output = "";
    const write = (piece: string): void => {
      output += piece;
    };
    const paths = args.map((arg) => (arg.endsWith(".yaml") ? join(folder, arg) : arg));
    await runProgram(paths, {}, { out: write, err: write, isTerminal: false });
    expect(output.replaceAll(`${folder}/`, "")).toBe(printed);
  });

  test.each(PAGES)("$name shows it before and after", ({ blocks, mended }) => {
    const shown = blocks.filter(({ info }) => info === "console pains");
    expect(shown.map(({ text }) => /explain (broken|mended)/.exec(text)?.[1])).toEqual(
      expect.arrayContaining(["broken", "mended"]),
    );
    expect(mended).not.toBe("");
  });
});

describe("the index", () => {
  test.each(PAGES)("has $name and all messages of it", ({ name, title, blocks }) => {
    expect(INDEX).toContain(`## [${title}](${name}.md)`);
    const messages = blocks.filter(({ info }) => /^text (?:chromium|firefox|safari)$/.test(info));
    const lines = messages.flatMap(({ text }) => text.trim().split("\n"));
    expect(lines.filter((line) => !INDEX.includes(`\n${line}\n`))).toEqual([]);
  });

  test("has no message that is on no page", () => {
    const blocks = [...INDEX.matchAll(/^```text\n(.*?)^```$/gms)].flatMap(([, text = ""]) =>
      text.trim().split("\n"),
    );
    expect(blocks.length).toBeGreaterThan(PAGES.length);
    const all = PAGES.map(({ text }) => text).join("\n");
    expect(blocks.filter((line) => !all.includes(line))).toEqual([]);
  });
});

describe("the table of refusals", () => {
  const { refusalStatus } = presetOf("strict").behavior;
  const STATUS: Readonly<Record<RefusalReason, number>> = {
    "origin-malformed": refusalStatus.origin,
    "origin-not-allowed": refusalStatus.origin,
    "method-not-allowed": refusalStatus.method,
    "headers-malformed": refusalStatus.header,
    "header-not-allowed": refusalStatus.header,
    "http-version-not-allowed": refusalStatus.httpVersion,
    "origin-required": refusalStatus.missingOrigin,
    "path-ambiguous": 400,
    "unknown-group": 500,
  };
  const [page] = PAGES.filter(({ name }) => name === "refusals");
  const rows = tablesHeaded({ path: "", text: page?.text ?? "" }, "reason | status under `strict`");

  test("has every reason", () => {
    expect(rows.map(([reason]) => reason).toSorted()).toEqual(Object.keys(STATUS).sort());
  });

  test.each(rows)("%s: %s, %s", (reason, status, body) => {
    expect(Number(status)).toBe(STATUS[reason as RefusalReason]);
    expect(reject(reason as RefusalReason, 400, [])).toMatchObject({ body });
  });
});
