import { parseOrigin } from "../../cors/origin.ts";
import { originOf } from "../origin-of.ts";
import type { Complaint } from "./complaint.ts";
import { between, countOf, upTo } from "./parts.ts";

// Chromium, "Access to <what> at '<url>' (redirected from '<url>') from origin '<origin>' has been blocked by CORS
// policy: <reason>". Chrome, Edge, Opera and Android's WebView write the same.

const START = "Access to ";
const FROM = " from origin '";
const BLOCKED = "' has been blocked by CORS policy: ";
const PREFLIGHT = "Response to preflight request doesn't pass access control check: ";

export function findChromium(line: string): Complaint | undefined {
  const start = line.indexOf(START);
  const message = line.slice(Math.max(start, 0));
  const url = between(message, " at '", "'");
  const origin = between(message, FROM, BLOCKED);
  if (start < 0 || url === undefined || origin === undefined) return undefined;
  const clause = upTo(message.slice(message.indexOf(BLOCKED) + BLOCKED.length), START);
  const isPreflight = clause.startsWith(PREFLIGHT);
  const reason = isPreflight ? clause.slice(PREFLIGHT.length) : clause;
  const redirected = between(message.slice(0, message.indexOf(FROM)), "(redirected from '", "'");
  return {
    url,
    origin,
    ...namesIn(reason),
    isPreflight: isPreflight || reason.includes(" in preflight response"),
    isTainted: redirected !== undefined && isTainted(redirected, url, origin),
    reason: sentence(reason, isPreflight),
    others: countOf(line, BLOCKED) - 1,
  };
}

/**
 * Fetch section 4.4, HTTP-redirect fetch: a redirect that leaves an origin which is not the page's taints the request's
 * origin, and `null` is sent from then on.
 */
function isTainted(from: string, to: string, page: string): boolean {
  const [left, entered] = [originOf(from), originOf(to)];
  return left !== entered && left !== parseOrigin(page)?.canonical;
}

const METHOD = /^Method ([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) is not allowed by /;
const HEADER = /^Request header field ([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}) is not allowed by /;

export function namesIn(reason: string): Pick<Complaint, "method" | "header"> {
  return { method: METHOD.exec(reason)?.[1], header: HEADER.exec(reason)?.[1]?.toLowerCase() };
}

/** Each reason by words that it alone has, and what it means; `of` stands for "the answer" or "… to the preflight". */
const REASONS: readonly (readonly [words: string, meaning: (of: string) => string])[] = [
  ["No 'Access-Control-Allow-Origin' header", (of) => `${of} has no Access-Control-Allow-Origin`],
  ["does not have HTTP ok status", (of) => `${of} has no 2xx status`],
  ["Redirect is not allowed", (of) => `${of} is a redirect`],
  [
    "must not be the wildcard '*'",
    () => "the page sends credentials, and `Access-Control-Allow-Origin: *` does not admit those",
  ],
  [
    "'Access-Control-Allow-Credentials'",
    (of) => `the page sends credentials, and ${of} has no Access-Control-Allow-Credentials: true`,
  ],
  ["contains multiple values", (of) => `${of} has several values in Access-Control-Allow-Origin`],
  ["that is not equal to the supplied origin", (of) => `${of} admits another origin`],
  ["contains the invalid value", (of) => `${of} has an invalid Access-Control-Allow-Origin`],
  [
    "only supported for protocol schemes",
    () => "the URL is not one of http or https, so no server was asked",
  ],
];

function sentence(reason: string, isPreflight: boolean): string {
  const { method, header } = namesIn(reason);
  if (method !== undefined)
    return `the answer to the preflight does not allow the method ${method}`;
  if (header !== undefined)
    return `the answer to the preflight does not allow the header ${header}`;
  const found = REASONS.find(([words]) => reason.includes(words));
  if (found === undefined) return `the browser says: ${reason.slice(0, MAX_REASON).trim()}`;
  return found[1](isPreflight ? "the answer to the preflight" : "the answer");
}

/** Longest text of a browser that is repeated, in characters. */
export const MAX_REASON = 200;
