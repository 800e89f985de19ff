import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, blocksOf } from "./markdown.ts";

const FOLDER = join(import.meta.dirname, "..", "docs", "pains");

/** A page of `docs/pains` as tests read it. */
export type PainPage = {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly text: string;
  readonly title: string;
  /** What runs on a page of the web, before and after the mend; the same where the page shows one only. */
  readonly script: string;
  readonly mendedScript: string;
  /** Documents that cause it, and beside each what Chromium then prints; the last one is the one that is explained. */
  readonly broken: readonly string[];
  readonly messages: readonly string[];
  readonly mended: string;
  /** What the scripts say, before and after. */
  readonly said: readonly string[];
  readonly blocks: readonly Block[];
};

export function readPainPages(): readonly PainPage[] {
  return readdirSync(FOLDER)
    .filter((file) => file !== "README.md")
    .sort()
    .map((file) => painPage(file.replace(/\.md$/, "")));
}

export function painPage(name: string): PainPage {
  const text = readFileSync(join(FOLDER, `${name}.md`), "utf8");
  const blocks = blocksOf({ path: `docs/pains/${name}.md`, text });
  const textsOf = (info: string): readonly string[] =>
    blocks.filter((block) => block.info === info).map((block) => block.text);
  const [script = ""] = textsOf("js");
  const [mendedScript = script] = textsOf("js mended");
  const [mended = ""] = textsOf("yaml mended");
  return {
    name,
    text,
    title: /^# (.+)$/m.exec(text)?.[1] ?? "",
    script,
    mendedScript,
    broken: textsOf("yaml broken"),
    messages: textsOf("text chromium").map((message) => message.trim()),
    mended,
    said: textsOf("text said").map((said) => said.trim()),
    blocks,
  };
}
