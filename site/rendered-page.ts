import GithubSlugger from "github-slugger";
import MarkdownIt, { type Token } from "markdown-it";
import { escapeHtml, highlight } from "./highlight.ts";

/** A heading below the page's title. */
export type Heading = { readonly id: string; readonly level: number; readonly text: string };

export type RenderedPage = { readonly html: string; readonly headings: readonly Heading[] };

/** The part of a page under one heading, as plain text. */
export type TextSection = { readonly heading: Heading; readonly text: string };

/** Where a page's links and pictures are in the site. */
export type Resolve = {
  readonly link: (href: string) => string;
  readonly picture: (src: string) => string;
};

const markdown = new MarkdownIt({ html: false, linkify: false });

const RULES: typeof markdown.renderer.rules = {
  fence: (tokens, index) => {
    const { content = "", info = "" } = tokens[index] ?? {};
    const [language = ""] = info.split(" ");
    // The button is put in by the script: without it, it could do nothing.
    return `<div class="code" data-info="${escapeHtml(info)}"><pre tabindex="0"><code>${highlight(content, language)}</code></pre></div>\n`;
  },
  // A wide table scrolls by itself, and not the page.
  table_open: () => '<div class="table" tabindex="0"><table>\n',
  table_close: () => "</table></div>\n",
  heading_close: (tokens, index) => {
    const tag = tokens[index]?.tag;
    if (tag === "h1") return "</h1>\n";
    const name = tokens[index - 1]?.content.replaceAll("`", "") ?? "";
    const id = tokens[index - 2]?.attrGet("id");
    return ` <a class="anchor" href="#${id}" aria-label="Link to ${escapeHtml(name)}">#</a></${tag}>\n`;
  },
};
Object.assign(markdown.renderer.rules, RULES);

/** The page's HTML; its headings have the anchors that GitHub gives them. */
export function renderPage(text: string, resolve: Resolve): RenderedPage {
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    const href = token.type === "link_open" ? token.attrGet("href") : null;
    if (href !== null) token.attrSet("href", resolve.link(String(href)));
    const src = token.type === "image" ? token.attrGet("src") : null;
    if (src !== null) token.attrSet("src", resolve.picture(String(src)));
  }
  return { html: markdown.renderer.render(tokens, markdown.options, {}), headings };
}

/** The same page cut at its headings, for the search. */
export function textSectionsOf(text: string): readonly TextSection[] {
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  const sections = headings.map((heading) => ({ heading, parts: [] as string[] }));
  let at = -1;
  for (const [index, token] of tokens.entries()) {
    if (token.type === "heading_open") at += 1;
    const isText = token.type === "inline" && tokens[index - 1]?.type !== "heading_open";
    if (isText) sections[at]?.parts.push(plainText(token));
    if (token.type === "fence") sections[at]?.parts.push(token.content);
  }
  return sections.map(({ heading, parts }) => ({ heading, text: parts.join("\n") }));
}

function nameHeadings(tokens: readonly Token[]): readonly Heading[] {
  const slugger = new GithubSlugger();
  return tokens.flatMap((token, index) => {
    const inline = tokens[index + 1];
    if (token.type !== "heading_open" || inline === undefined) return [];
    const text = plainText(inline);
    const id = slugger.slug(text);
    token.attrSet("id", id);
    return [{ id, level: Number(token.tag.slice(1)), text }];
  });
}

function plainText({ children }: Token): string {
  return (children ?? [])
    .map(({ type, content }) => (type.endsWith("break") ? " " : content))
    .join("");
}
