import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A page, its path as seen from the repository's root. */
export type Page = { readonly path: string; readonly text: string };

export type Block = {
  readonly page: string;
  /** What stands behind the opening fence, such as `yaml` or `yaml refused`. */
  readonly info: string;
  readonly text: string;
  /** Of the block's first line in its page. */
  readonly line: number;
};

/** The Markdown pages that stand in the root, and all below `docs`. */
export function readPages(root: string): readonly Page[] {
  const inRoot = readdirSync(root).filter((name) => name.endsWith(".md"));
  const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  return [...inRoot, ...inDocs]
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

const FENCED = /^( *)```([^\n`]*)\n(.*?)^\1```$/gms;

export function blocksOf({ path, text }: Page): readonly Block[] {
  return [...text.matchAll(FENCED)].map(
    ({ 1: indent = "", 2: info = "", 3: body = "", index }) => ({
      page: path,
      info: info.trim(),
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      line: text.slice(0, index).split("\n").length + 1,
    }),
  );
}

/** The page without its code, block or inline. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(FENCED, "").replaceAll(/`[^`\n]*`/g, "code");
}

/** Targets of the page's links, web addresses left out. */
export function linksOf(page: Page): readonly string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them; of two alike the second ends in `-1`. */
export function anchorsOf({ text }: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.replaceAll(FENCED, "").matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The cells of the first table under a heading, its head left out, backticks around a whole cell too. */
export function tableUnder({ text }: Page, heading: string): readonly (readonly string[])[] {
  const [, section = ""] = text.split(new RegExp(`^#+ ${heading}$`, "m"));
  const [table = ""] = /^\|.*\|$(?:\n^\|.*\|$)*/m.exec(section) ?? [];
  return table.split("\n").slice(2).map(cellsOf);
}

/** As {@link tableUnder}, for every table of a page that has this first column. */
export function tablesHeaded({ text }: Page, head: string): readonly (readonly string[])[] {
  const tables = [...text.matchAll(/^\|.*\|$(?:\n^\|.*\|$)*/gm)].map(([table]) => table);
  return tables
    .filter((table) => table.startsWith(`| ${head} |`))
    .flatMap((table) => table.split("\n").slice(2).map(cellsOf));
}

function cellsOf(row: string): readonly string[] {
  return row
    .replaceAll(/^\| *| *\|$/g, "")
    .split(/ *\| */)
    .map((cell) => /^`([^`]*)`$/.exec(cell)?.[1] ?? cell);
}
