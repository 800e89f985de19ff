import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { navigationOf } from "./navigation.ts";
import { pageDocument, relativeLink } from "./page-template.ts";
import { renderPage } from "./rendered-page.ts";
import { readRepositoryFile, targetOfFile } from "./repository-file.ts";
import { searchRecords } from "./search-records.ts";
import { readSourcePages, type SourcePage } from "./source-page.ts";

/** The site's files by their paths. */
export type Site = ReadonlyMap<string, string | Uint8Array>;

/** Renders every page of the repository, and the files that pages link to or show. Throws where a link leads nowhere. */
export function buildSite(root: string): Site {
  const pages = readSourcePages(root);
  const navigation = navigationOf(pages);
  const site = new Map<string, string | Uint8Array>();
  const linked = new Set<string>();
  const shown = new Set<string>();
  for (const page of pages) {
    const { html, headings } = renderPage(page.text, {
      link: (href) => resolveLink(page, href, pages, linked),
      picture: (src) => resolvePicture(page, src, shown),
    });
    site.set(page.target, pageDocument({ ...page, html, headings }, navigation));
  }
  for (const source of linked) {
    const { target, html, holds } = readRepositoryFile(root, source);
    for (const held of holds) linked.add(held);
    site.set(target, pageDocument({ target, title: source, html, headings: [] }, navigation));
  }
  for (const source of shown) site.set(targetOfPicture(source), readFileSync(join(root, source)));
  const records = JSON.stringify(searchRecords(pages));
  site.set("assets/search-records.js", `globalThis.searchRecords = ${records};\n`);
  for (const [target, source] of ASSETS) {
    site.set(target, readFileSync(join(import.meta.dirname, source), "utf8"));
  }
  return site;
}

const ASSETS: readonly (readonly [target: string, source: string])[] = [
  ["assets/style.css", "assets/style.css"],
  ["assets/site.js", "assets/site.js"],
  ["assets/icon.svg", "../demo/page/icon.svg"],
  ["assets/minisearch.js", "../node_modules/minisearch/dist/umd/index.js"],
];

/** A link as the site has it. Files of the repository that are no pages are added to `linked`. */
function resolveLink(
  page: SourcePage,
  href: string,
  pages: readonly SourcePage[],
  linked: Set<string>,
): string {
  if (/^[a-z]+:/.test(href) || href.startsWith("#")) return href;
  const [path = "", anchor] = href.split("#");
  const source = posix.join(posix.dirname(page.source), path).replace(/\/$/, "");
  const other = pages.find(
    (each) => each.source === source || each.source === `${source}/README.md`,
  );
  if (other === undefined) linked.add(source);
  const target = relativeLink(page.target, other?.target ?? targetOfFile(source));
  return anchor === undefined ? target : `${target}#${anchor}`;
}

/** A picture's address as the site has it; its file is added to `shown`. */
function resolvePicture(page: SourcePage, src: string, shown: Set<string>): string {
  const source = posix.join(posix.dirname(page.source), src);
  shown.add(source);
  return relativeLink(page.target, targetOfPicture(source));
}

function targetOfPicture(source: string): string {
  return `files/${source}`;
}
