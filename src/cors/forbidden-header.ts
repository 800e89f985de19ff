// Fetch section 2.2.2, "forbidden request-header": the browser sets them itself and no script can, so no preflight asks
// for them.

const NAMES: ReadonlySet<string> = new Set([
  "accept-charset",
  "accept-encoding",
  "access-control-request-headers",
  "access-control-request-method",
  "access-control-request-private-network",
  "connection",
  "content-length",
  "cookie",
  "cookie2",
  "date",
  "dnt",
  "expect",
  "host",
  "keep-alive",
  "origin",
  "referer",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);
const PREFIX = /^(?:proxy-|sec-)/;

/** `name` in lower case. */
export function isForbiddenRequestHeader(name: string): boolean {
  return NAMES.has(name) || PREFIX.test(name);
}
