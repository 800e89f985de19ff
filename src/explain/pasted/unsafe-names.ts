import { lowerAscii } from "../../cors/ascii.ts";
import type { Header } from "../../cors/decision.ts";
import { isForbiddenRequestHeader } from "../../cors/forbidden-header.ts";
import { upTo } from "./parts.ts";

// Fetch section 2.2.2, "CORS-unsafe request-header names": those that a preflight asks for.

/** What browsers write into a copied request themselves though scripts could; {@link unsafeNames} leaves it out. */
export const BROWSERS_OWN: ReadonlySet<string> = new Set([
  "user-agent",
  "priority",
  "pragma",
  "cache-control",
]);

const SAFE_TYPES: ReadonlySet<string> = new Set([
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "text/plain",
]);

// A single range without a first byte left out ("simple range header value").
const SIMPLE_RANGE = /^bytes=[0-9]{1,20}-[0-9]{0,20}$/;

/** Longest value that is safelisted, in bytes. */
const MAX_SAFE_VALUE = 128;

/** The names that the browser's preflight asks for: in lower case, sorted, each once. */
export function unsafeNames(headers: readonly Header[]): readonly string[] {
  const names = new Set<string>();
  for (const [written, value] of headers) {
    const name = lowerAscii(written);
    if (isForbiddenRequestHeader(name) || BROWSERS_OWN.has(name)) continue;
    if (!isSafelisted(name, value.trim())) names.add(name);
  }
  return [...names].sort();
}

/** "CORS-safelisted request-header". Bytes that would make a value unsafe are not looked for. */
function isSafelisted(name: string, value: string): boolean {
  if (value.length > MAX_SAFE_VALUE) return false;
  switch (name) {
    case "accept":
    case "accept-language":
    case "content-language":
      return true;
    case "content-type":
      return SAFE_TYPES.has(lowerAscii(upTo(value, ";")).trim());
    case "range":
      return SIMPLE_RANGE.test(value);
    default:
      return false;
  }
}
