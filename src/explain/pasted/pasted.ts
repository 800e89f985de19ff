import { lowerAscii } from "../../cors/ascii.ts";
import type { Header } from "../../cors/decision.ts";
import type { DescribedRequest } from "../described-request.ts";

/** What somebody copied out of a browser or a terminal, understood as requests. */
export type Pasted = {
  readonly kind: "console" | "curl" | "curl-verbose" | "request";
  /** In the order in which they were sent: a preflight before its actual request. Never empty. */
  readonly requests: readonly DescribedRequest[];
  /** What the paste does not say and was taken to be so, in words. */
  readonly assumptions: readonly string[];
  /** Why it failed, in the words of the browser or of the server's answer; undefined where nothing says. */
  readonly claim: string | undefined;
};

/** What is known beside the paste. */
export type Known = {
  /** Of the page, as in an Origin header. A console message of Firefox does not name it. */
  readonly origin?: string | undefined;
};

/** Most characters of a paste that are looked at: a request of 64 KiB is more than servers take. */
export const MAX_PASTED: number = 64 * 1024;

/** The headers that a decision reads. No other value is kept: cookies and tokens are nobody's business here. */
const READ: ReadonlySet<string> = new Set([
  "host",
  "origin",
  "access-control-request-method",
  "access-control-request-headers",
  "access-control-request-private-network",
  "upgrade",
  "sec-fetch-site",
  "x-forwarded-proto",
]);

export function readHeaders(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name]) => READ.has(lowerAscii(name)));
}

/** The last line of the name, in any case; of no line, undefined. */
export function headerOf(headers: readonly Header[], wanted: string): string | undefined {
  return headers.findLast(([name]) => lowerAscii(name) === wanted)?.[1].trim();
}
