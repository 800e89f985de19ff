import type { Attachment } from "../attachment.ts";
import { CORS_RESPONSE_HEADERS } from "../cors-headers.ts";
import type { DocumentFacts } from "../document-facts.ts";
import type { ForwardRules } from "../dump/ext-proc.ts";
import { type MatchExpression, matchesString } from "../dump/string-matcher.ts";
import { type Finding, finding } from "../finding.ts";
import type { FindingCode } from "../finding-code.ts";
import { quoteAll } from "../quote-all.ts";
import { isFull } from "./find-messages.ts";

/** Without these a request cannot be decided, or is decided wrongly. */
const REQUEST = [
  ":method",
  ":path",
  ":authority",
  ":scheme",
  "upgrade",
  "access-control-request-method",
  "access-control-request-headers",
  "access-control-request-private-network",
];

/** What tells requests of the API's own origin. */
const HINTS = ["sec-fetch-site", "x-forwarded-proto"];

const PRIVATE = ["cookie", "authorization", "proxy-authorization", "set-cookie"];

/** Stands for a header of the service that nobody thought of. */
const ANY_HEADER = "x-some-header-of-a-service";

const ADVISED = {
  forward_rules: {
    allowed_headers: {
      patterns: [
        ...[":method", ":path", ":authority", ":scheme", ":status", "origin", "upgrade", "vary"],
        ...["timing-allow-origin", "sec-fetch-site", "x-forwarded-proto", "traceparent"],
      ]
        .map((exact): object => ({ exact }))
        .concat({ prefix: "access-control-" }),
    },
    disallowed_headers: null,
  },
};

const ADVISED_FOR_EVERYTHING = {
  forward_rules: {
    allowed_headers: null,
    disallowed_headers: { patterns: PRIVATE.map((exact) => ({ exact })) },
  },
};

/** Whether Envoy sends the headers that corsd reads, and keeps the private ones. */
export function findForwarding(
  attachment: Attachment,
  document: DocumentFacts | undefined,
  matches: MatchExpression,
): readonly Finding[] {
  const { filter, extProc } = attachment;
  const reaches = (name: string): boolean => forwards(extProc.forward, name, matches);
  const missing = (names: readonly string[]): string =>
    quoteAll(names.filter((name) => !reaches(name)));
  const wantsAll = document?.exposesEverything === true && isFull(attachment);
  const merge = wantsAll ? ADVISED_FOR_EVERYTHING : ADVISED;
  const found: Finding[] = [];
  const add = (code: FindingCode, message: string, advice: string): void => {
    found.push(
      finding(code, { ...filter.place, pointer: extProc.pointer }, message, advice, merge),
    );
  };
  if (!reaches("origin")) {
    add(
      "forward-origin-missing",
      "corsd does not get the Origin, and takes every request for one without: nothing is refused, preflights reach the service, and no page can read an answer; nothing that corsd measures shows it",
      "forward `origin`",
    );
  }
  const needed = isFull(attachment) ? [...REQUEST, ...CORS_RESPONSE_HEADERS, "vary"] : REQUEST;
  const lacking = missing(needed);
  if (lacking !== "") {
    add(
      "forward-missing",
      `corsd does not get ${lacking}: it fails, decides by less than it should, overwrites the service's Vary, or lets CORS headers of the service stay`,
      "forward them",
    );
  }
  const hints = missing(HINTS);
  if (hints !== "") {
    add(
      "forward-hints-missing",
      `corsd does not get ${hints}: requests of the API's own origin may be taken for those of another`,
      "forward them",
    );
  }
  if (wantsAll && !reaches(ANY_HEADER)) {
    add(
      "forward-names-missing",
      '`exposeHeaders: "*"` with credentials needs the names of all response headers: pages cannot read those that are not forwarded',
      "forward all but the private ones",
    );
  }
  const leaving = quoteAll(PRIVATE.filter(reaches));
  if (leaving !== "") {
    add(
      "forward-private",
      `${leaving} leave Envoy with every request, and corsd has no use for them`,
      "forward what corsd reads only",
    );
  }
  return found;
}

/** As Envoy decides (`HeaderForwardingRules`): what is disallowed stays, whatever is allowed. */
function forwards(rules: ForwardRules, name: string, matches: MatchExpression): boolean {
  const isIn = (list: ForwardRules["disallowed"]): boolean =>
    list.some((one) => matchesString(one, name, matches));
  return !isIn(rules.disallowed) && (rules.allowed === undefined || isIn(rules.allowed));
}
