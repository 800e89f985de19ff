import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A Markdown page of the repository and where the site has it. */
export type SourcePage = {
  /** As seen from the repository's root, such as `docs/policy.md`. */
  readonly source: string;
  /** As seen from the site's root, such as `policy.html`. */
  readonly target: string;
  /** Its first heading, without marks. */
  readonly title: string;
  readonly text: string;
};

/** Pages in the root that belong to the site. */
const IN_ROOT: readonly string[] = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/** All pages of the site: those of `docs`, and some that stand beside it. */
export function readSourcePages(root: string): readonly SourcePage[] {
  const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`);
  return [...IN_ROOT, ...inDocs].map((source) => {
    const text = readFileSync(join(root, source), "utf8");
    const [, title = source] = /^# (.+)$/m.exec(text) ?? [];
    return { source, target: targetOf(source), title: title.replaceAll("`", ""), text };
  });
}

/** A README is the index of its folder, as it is on code hosts. */
function targetOf(source: string): string {
  const inSite = source.replace(/^docs\//, "").replace(/\.md$/, ".html");
  return inSite.replace(/(^|\/)README\.html$/, "$1index.html").replace(/^[A-Z]+\.html$/, lower);
}

function lower(name: string): string {
  return name.toLowerCase();
}
