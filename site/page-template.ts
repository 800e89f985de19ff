import { posix } from "node:path";
import { escapeHtml } from "./highlight.ts";
import type { NavigationSection } from "./navigation.ts";
import type { Heading } from "./rendered-page.ts";
import type { SourcePage } from "./source-page.ts";

export type PageContent = {
  /** Of the page that is made, as seen from the site's root. */
  readonly target: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
};

/** The whole document around a page's content. Every address in it is relative: the site may lie in any folder. */
export function pageDocument(
  { target, title, html, headings }: PageContent,
  navigation: readonly NavigationSection[],
): string {
  const to = (other: string): string => escapeHtml(relativeLink(target, other));
  const contents = tableOfContents(headings);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(target === "index.html" ? title : `${title} · corsd`)}</title>
<link rel="icon" href="${to("assets/icon.svg")}">
<link rel="stylesheet" href="${to("assets/style.css")}">
<script defer src="${to("assets/site.js")}"></script>
</head>
<body data-root="${to("index.html").replace(/index\.html$/, "")}">
<a class="skip" href="#site-content">Skip to the page</a>
<header>
<button class="menu" popovertarget="site-navigation">Menu</button>
<a class="name" href="${to("index.html")}">corsd</a>
<search hidden>
<input type="search" id="site-search" placeholder="Search, or paste the browser’s error" aria-label="Search the documentation" aria-controls="site-results" autocomplete="off" spellcheck="false">
<p id="site-found" role="status" class="hidden"></p>
<ol id="site-results" hidden></ol>
</search>
</header>
<div class="columns">
<nav id="site-navigation" popover aria-label="Pages">
${navigation.map((section) => navigationSection(section, target, to)).join("\n")}
</nav>
<main id="site-content" tabindex="-1">
${contents === "" ? "" : `<details class="contents"><summary>On this page</summary>\n${contents}</details>\n`}${html}${neighbours(target, navigation, to)}
</main>
<aside>${contents === "" ? "" : `<nav class="contents" aria-label="On this page">\n<p>On this page</p>\n${contents}</nav>`}</aside>
</div>
</body>
</html>
`;
}

/** The address of one page of the site as another one writes it. */
export function relativeLink(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}

function navigationSection(
  { title, pages }: NavigationSection,
  target: string,
  to: (other: string) => string,
): string {
  const items = pages.map((page) => {
    const current = page.target === target ? ' aria-current="page"' : "";
    return `<li><a href="${to(page.target)}"${current}>${escapeHtml(page.title)}</a></li>`;
  });
  const isOpen = pages.some((page) => page.target === target);
  return `<details${isOpen ? " open" : ""}><summary>${escapeHtml(title)}</summary>
<ul>
${items.join("\n")}
</ul>
</details>`;
}

function tableOfContents(headings: readonly Heading[]): string {
  const listed = headings.filter(({ level }) => level === 2 || level === 3);
  if (listed.length < 2) return "";
  const items = listed.map(
    ({ id, level, text }) =>
      `<li class="level-${level}"><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`,
  );
  return `<ul>\n${items.join("\n")}\n</ul>\n`;
}

function neighbours(
  target: string,
  navigation: readonly NavigationSection[],
  to: (other: string) => string,
): string {
  const order = navigation.flatMap(({ pages }) => pages);
  const at = order.findIndex((page) => page.target === target);
  if (at < 0) return "";
  const link = (page: SourcePage | undefined, rel: string, word: string): string =>
    page === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${to(page.target)}"><small>${word}</small> ${escapeHtml(page.title)}</a>`;
  return `<nav class="neighbours" aria-label="Previous and next page">
${link(order[at - 1], "prev", "Previous")}
${link(order[at + 1], "next", "Next")}
</nav>`;
}
