import type { Line } from "../../oracle/model/request.ts";

// What a page may send anywhere without asking: Fetch, 2.2.1 "Methods" and 2.2.2 "Headers".

const NORMALIZED = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];
const FORBIDDEN_NAMES = ["cookie", "host", "origin", "referer", "te", "upgrade", "via"];
const MAX_VALUE_BYTES = 128;
const MAX_SAFELISTED_BYTES = 1024;
const SIMPLE_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/** "normalize": these six in any case; every other method stays as it is, so that `patch` is not `PATCH`. */
export function normalizeMethod(method: string): string {
  const upper = method.toUpperCase();
  return NORMALIZED.includes(upper) ? upper : method;
}

export function isForbiddenMethod(method: string): boolean {
  return FORBIDDEN_METHODS.includes(method.toUpperCase());
}

/** "CORS-safelisted method". */
export function isSafelistedMethod(method: string): boolean {
  return ["GET", "HEAD", "POST"].includes(method);
}

/** "forbidden request-header", as far as scenarios have them: a script's attempt to set one is passed over. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.includes(name) || /^(proxy|sec)-/.test(name);
}

/** "CORS-unsafe request-header names": sorted, lower case, each once. */
export function unsafeNames(headers: readonly Line[]): readonly string[] {
  const safe = headers.filter(isSafelistedHeader);
  const unsafe = headers.filter((line) => !isSafelistedHeader(line));
  const bytes = safe.reduce((sum, [, value]) => sum + value.length, 0);
  const names = (bytes > MAX_SAFELISTED_BYTES ? headers : unsafe).map(([name]) => name);
  return [...new Set(names)].sort();
}

/** "CORS-safelisted request-header". */
export function isSafelistedHeader([name, value]: Line): boolean {
  if (value.length > MAX_VALUE_BYTES) return false;
  switch (name) {
    case "accept":
      return !hasUnsafeByte(value);
    case "accept-language":
    case "content-language":
      return /^[0-9A-Za-z *,.;=-]*$/.test(value);
    case "content-type":
      return !hasUnsafeByte(value) && SIMPLE_TYPES.includes(essenceOf(value));
    case "range":
      return isSingleRange(value);
    default:
      return false;
  }
}

/** "no-CORS-safelisted request-header": all that a request in that mode keeps. */
export function isNoCorsSafelisted([name, value]: Line): boolean {
  return name !== "range" && isSafelistedHeader([name, value]);
}

/** "CORS-unsafe request-header byte". */
function hasUnsafeByte(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\x00-\x08\x0a-\x1f"():<>?@[\\\]{}\x7f]/.test(value);
}

function essenceOf(type: string): string {
  return (type.split(";")[0] ?? "").trim().toLowerCase();
}

/** "parse a single range header value", with a start. */
function isSingleRange(value: string): boolean {
  const [, first = "", last = ""] = /^bytes=([0-9]+)-([0-9]*)$/.exec(value) ?? [];
  return first !== "" && (last === "" || Number(first) <= Number(last));
}
