import { isForbiddenRequestHeader } from "../../cors/forbidden-header.ts";
import type { WrittenPolicy } from "../document.ts";
import { presetOf } from "../preset.ts";
import type { Problem } from "../problem.ts";
import { type Remark, warnEach, warningAt, warnRepeated } from "./finding.ts";

// Fetch section 2.2.2, "CORS-safelisted response-header name": scripts read them anyway.
const SAFELISTED_RESPONSE_HEADERS: ReadonlySet<string> = new Set([
  "cache-control",
  "content-language",
  "content-length",
  "content-type",
  "expires",
  "last-modified",
  "pragma",
]);

// Fetch section 2.2.2, "forbidden response-header name": scripts never read them.
const FORBIDDEN_RESPONSE_HEADERS: ReadonlySet<string> = new Set(["set-cookie", "set-cookie2"]);

// RFC 9110 and RFC 6454: fields of requests, which no response carries.
const REQUEST_ONLY_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "expect",
  "from",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "max-forwards",
  "origin",
  "proxy-authorization",
  "range",
  "referer",
  "te",
  "user-agent",
  "accept-charset",
  "access-control-request-headers",
  "access-control-request-method",
  "access-control-request-private-network",
]);

/** Header names that a browser never asks for or never shows, and `*`. */
export function lintHeaders(written: WrittenPolicy): readonly Problem[] {
  const { allowHeaders, exposeHeaders } = written;
  return [
    ...lintAnyHeader(written),
    ...warnEach(allowHeaders, remarkAllowed),
    ...warnRepeated(allowHeaders, (name) => name.toLowerCase()),
    ...warnEach(exposeHeaders, remarkExposed),
    ...warnRepeated(exposeHeaders, (name) => name.toLowerCase()),
  ];
}

function lintAnyHeader({ allowHeaders, preset, at }: WrittenPolicy): readonly Problem[] {
  if (allowHeaders?.kind === "any") {
    return [warningAt(allowHeaders.at, "*", anyHeader('`allowHeaders: "*"` allows'))];
  }
  if (allowHeaders !== undefined || presetOf(preset).defaults.allowHeaders !== "any") return [];
  const what = `\`allowHeaders\` is left out: preset \`${preset}\` then allows`;
  return [warningAt(at, "*", anyHeader(what))];
}

function anyHeader(what: string): Remark {
  return {
    code: "headers-any",
    message: `${what} every request header, Authorization too`,
    fix: "list the headers that the API reads",
  };
}

function remarkAllowed(name: string): Remark | undefined {
  const lower = name.toLowerCase();
  if (!isForbiddenRequestHeader(lower)) return undefined;
  return {
    code: "header-forbidden",
    message: `\`${name}\` is set by browsers themselves, so no preflight asks for it`,
    fix: "remove it",
  };
}

function remarkExposed(name: string): Remark | undefined {
  const lower = name.toLowerCase();
  if (FORBIDDEN_RESPONSE_HEADERS.has(lower)) {
    return {
      code: "expose-set-cookie",
      message: `\`${name}\` is never shown to scripts`,
      fix: "remove it",
    };
  }
  if (SAFELISTED_RESPONSE_HEADERS.has(lower)) {
    return {
      code: "expose-safelisted",
      message: `\`${name}\` is shown to scripts without being listed`,
      fix: "remove it",
    };
  }
  if (!REQUEST_ONLY_HEADERS.has(lower)) return undefined;
  return {
    code: "expose-request-header",
    message: `\`${name}\` is a request header, which no response carries`,
    fix: "remove it, or list it in `allowHeaders`",
  };
}
