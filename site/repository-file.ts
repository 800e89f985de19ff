import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { escapeHtml, highlight } from "./highlight.ts";

// Pages link to files beside them, such as configurations and tests. The site shows those too, so that no link of it
// leads out of it.

const LANGUAGES: Readonly<Record<string, string>> = {
  json: "json",
  lua: "lua",
  ts: "typescript",
  yaml: "yaml",
  yml: "yaml",
};

export type RepositoryFile = {
  /** As seen from the repository's root. */
  readonly source: string;
  /** As seen from the site's root. */
  readonly target: string;
  readonly html: string;
  /** More files that this one, a folder, leads to. */
  readonly holds: readonly string[];
};

export function targetOfFile(source: string): string {
  return `files/${source}.html`;
}

/** A file's text, or a folder's list. Throws where there is neither. */
export function readRepositoryFile(root: string, source: string): RepositoryFile {
  const target = targetOfFile(source);
  const title = `<h1><code>${escapeHtml(source)}</code></h1>\n`;
  if (!statSync(join(root, source)).isDirectory()) {
    const code = readFileSync(join(root, source), "utf8");
    const language = LANGUAGES[source.slice(source.lastIndexOf(".") + 1)] ?? "";
    const html = `${title}<div class="code"><pre tabindex="0"><code>${highlight(code, language)}</code></pre></div>\n`;
    return { source, target, html, holds: [] };
  }
  const names = readdirSync(join(root, source), { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(root, source, name)).isFile())
    .sort();
  const items = names.map((name) => {
    const href = posix.relative(posix.dirname(target), targetOfFile(`${source}/${name}`));
    return `<li><a href="${escapeHtml(href)}"><code>${escapeHtml(name)}</code></a></li>`;
  });
  const html = `${title}<ul>\n${items.join("\n")}\n</ul>\n`;
  return { source, target, html, holds: names.map((name) => `${source}/${name}`) };
}
