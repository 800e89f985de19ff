import type { Heading } from "./rendered-page.ts";
import { textSectionsOf } from "./rendered-page.ts";
import type { SourcePage } from "./source-page.ts";

/** What the search knows of one section of a page. */
export type SearchRecord = {
  readonly id: number;
  /** With its anchor, as seen from the site's root. */
  readonly address: string;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  /** What browsers print, as the page quotes it. */
  readonly messages: string;
};

const MESSAGES = /^```text (?:chromium|firefox|safari)\n(.*?)^```$/gms;

/** One record for each section of each page. */
export function searchRecords(pages: readonly SourcePage[]): readonly SearchRecord[] {
  const records = pages.flatMap((page) =>
    textSectionsOf(page.text).map(({ heading, text }) => recordOf(page, heading, text)),
  );
  return records.map((record, id) => ({ id, ...record }));
}

function recordOf(page: SourcePage, heading: Heading, text: string): Omit<SearchRecord, "id"> {
  const isTop = heading.level === 1;
  return {
    address: isTop ? page.target : `${page.target}#${heading.id}`,
    title: page.title,
    heading: isTop ? "" : heading.text,
    text,
    messages: isTop ? messagesOf(page.text) : "",
  };
}

/** Those that a page begins with: others, further down, are mentioned. */
function messagesOf(text: string): string {
  const [beginning = ""] = text.split(/^## /m);
  return [...beginning.matchAll(MESSAGES)].map(([, said]) => said).join("\n");
}
