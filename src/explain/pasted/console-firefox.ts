import type { Complaint } from "./complaint.ts";
import { MAX_REASON } from "./console-chromium.ts";
import { between, countOf } from "./parts.ts";

// Firefox, "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at <url>.
// (Reason: <reason>). Status code: <status>." The reasons are those of MDN, "CORS errors".

const START = "Cross-Origin Request Blocked: ";
const AT = "disallows reading the remote resource at ";
const REASON = ". (Reason: ";

export function findFirefox(line: string): Complaint | undefined {
  const url = between(line, AT, REASON);
  const reason = between(line, REASON, ")");
  if (url === undefined || reason === undefined) return undefined;
  // Quotation marks are ‘curly’ in the console and straight in many a mail.
  const plain = reason.replace(/[‘’"]/g, "'");
  const found = REASONS.find(([words]) => plain.includes(words));
  return {
    url,
    origin: undefined,
    method: undefined,
    header: plain.includes("'Access-Control-Allow-Headers'") ? requestedHeader(plain) : undefined,
    isPreflight: found !== undefined && found[2] === "preflight",
    isTainted: false,
    reason: found?.[1] ?? `the browser says: ${plain.slice(0, MAX_REASON)}`,
    others: countOf(line, START) - 1,
  };
}

type Stage = "preflight" | "any";

const REASONS: readonly (readonly [words: string, meaning: string, stage: Stage])[] = [
  ["'Access-Control-Allow-Origin' missing", "the answer has no Access-Control-Allow-Origin", "any"],
  ["'Access-Control-Allow-Origin' does not match", "the answer admits another origin", "any"],
  [
    "Credential is not supported",
    "the page sends credentials, and `Access-Control-Allow-Origin: *` does not admit those",
    "any",
  ],
  [
    "expected 'true' in CORS header 'Access-Control-Allow-Credentials'",
    "the page sends credentials, and the answer has no Access-Control-Allow-Credentials: true",
    "any",
  ],
  [
    "Multiple CORS header 'Access-Control-Allow-Origin'",
    "the answer has Access-Control-Allow-Origin several times",
    "any",
  ],
  [
    "Did not find method in CORS header",
    "the answer to the preflight does not allow the method",
    "preflight",
  ],
  [
    "missing token",
    "the answer to the preflight does not allow a header that the page sends",
    "preflight",
  ],
  [
    "is not allowed according to header",
    "the answer to the preflight does not allow a header that the page sends",
    "preflight",
  ],
  ["invalid token", "a list in the answer to the preflight is malformed", "preflight"],
  ["preflight channel did not succeed", "the preflight failed", "preflight"],
  [
    "preflight response did not succeed",
    "the answer to the preflight has no 2xx status",
    "preflight",
  ],
  ["external redirect not allowed", "the answer to the preflight is a redirect", "preflight"],
  ["request did not succeed", "no answer came: the network, TLS or an extension stopped it", "any"],
  ["request not http", "the URL is not one of http or https, so no server was asked", "any"],
  ["CORS disabled", "CORS is switched off in this Firefox (`content.cors.disable`)", "any"],
  ["'Origin' cannot be added", "the browser could not add the Origin header", "any"],
];

const MISSING = /(?:missing token|header) '([!#$%&*+.^_`|~0-9A-Za-z-]{1,256})'/;

/** Of a reason about the list of headers: which one. "invalid token" names what the list has, not what was asked. */
function requestedHeader(reason: string): string | undefined {
  return reason.startsWith("invalid token") ? undefined : MISSING.exec(reason)?.[1]?.toLowerCase();
}
