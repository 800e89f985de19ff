import { upTo } from "./parts.ts";

// Chromium's developer tools write `PUT https://api.example.com/orders net::ERR_FAILED 403 (Forbidden)` beside a message.
const METHOD = /^[A-Z]{1,20}$/;

/** The method in the line about the failed request of this URL, where there is one. */
export function failedMethod(line: string, url: string): string | undefined {
  const before = upTo(line, ` ${url} net::`);
  const word = before.slice(before.lastIndexOf(" ") + 1);
  return before.length < line.length && METHOD.test(word) ? word : undefined;
}
