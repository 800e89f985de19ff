import { parseOrigin, type ReceivedOrigin } from "./origin.ts";
import type { Request } from "./request.ts";

/**
 * True where the request comes from the origin it goes to. `Sec-Fetch-Site` decides where it is there (Fetch Metadata;
 * no script can set it), else the Origin is compared with the scheme and authority that the request was sent to.
 * An Origin that does not parse is nobody's own; `null` can be, since browsers send it with some same-origin requests.
 */
export function isSameOrigin(request: Request, received: ReceivedOrigin): boolean {
  if (received.kind === "absent" || received.kind === "malformed") return false;
  if (request.secFetchSite !== undefined) return request.secFetchSite === "same-origin";
  if (received.kind === "opaque") return false;
  const scheme = request.forwardedProto ?? request.scheme;
  if (scheme === undefined || request.authority === undefined) return false;
  return parseOrigin(`${scheme}://${request.authority}`)?.canonical === received.origin.canonical;
}
