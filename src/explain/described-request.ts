import type { Header } from "../cors/decision.ts";
import { HTTP_VERSIONS, type HttpVersion } from "../cors/http-version.ts";
import type { Request } from "../cors/request.ts";
import { err, ok, type Result } from "../cors/result.ts";
import { isToken } from "../cors/token.ts";
import { joinLines, parseHeader } from "./header-line.ts";
import { splitTarget } from "./target.ts";

/** What somebody says about one request that is to be explained; nothing of it is judged yet. */
export type DescribedRequest = {
  readonly method: string;
  readonly url: string;
  /** Names in any case; of one name there can be several. */
  readonly headers: readonly Header[];
  readonly httpVersion: string | undefined;
  readonly route: string | undefined;
  readonly group: string | undefined;
};

/** Which part of a description cannot be understood, and why: a phrase for people that quotes what was written. */
export type DescriptionFault = {
  readonly field: "method" | "url" | "header" | "httpVersion";
  readonly message: string;
};

/** Taken where the description does not say: what curl and most health checks speak. */
export const ASSUMED_HTTP_VERSION: HttpVersion = "HTTP/1.1";

/** The request as Envoy would show it, and whether its HTTP version is only {@link ASSUMED_HTTP_VERSION}. */
export type UnderstoodRequest = { readonly request: Request; readonly isVersionAssumed: boolean };

export function readRequest(
  described: DescribedRequest,
): Result<UnderstoodRequest, DescriptionFault> {
  const { method, url, headers: written } = described;
  if (!isToken(method)) {
    return err({ field: "method", message: `\`${method}\` is not a method name` });
  }
  const target = splitTarget(url);
  if (!target.ok) return err({ field: "url", message: `\`${url}\`: ${target.error}` });
  const lines: Header[] = [];
  for (const [name, value] of written) {
    const line = parseHeader(name, value);
    if (!line.ok) {
      const text = [name, value].filter((part) => part !== "").join(": ");
      return err({ field: "header", message: `\`${text}\`: ${line.error}` });
    }
    lines.push(line.value);
  }
  const httpVersion = readHttpVersion(described.httpVersion ?? ASSUMED_HTTP_VERSION);
  if (httpVersion === undefined) {
    const message = `\`${described.httpVersion}\`: write one of ${HTTP_VERSIONS.join(", ")}`;
    return err({ field: "httpVersion", message });
  }
  const headers = joinLines(lines);
  const request: Request = {
    method,
    ...target.value,
    // As with curl, where `-H 'Host: …'` wins over the address that is connected to.
    authority: headers.get("host") ?? target.value.authority,
    origin: headers.get("origin"),
    requestMethod: headers.get("access-control-request-method"),
    requestHeaders: headers.get("access-control-request-headers"),
    requestPrivateNetwork: headers.get("access-control-request-private-network"),
    upgrade: headers.get("upgrade"),
    secFetchSite: headers.get("sec-fetch-site"),
    forwardedProto: headers.get("x-forwarded-proto"),
    group: described.group,
    route: described.route,
    httpVersion,
  };
  return ok({ request, isVersionAssumed: described.httpVersion === undefined });
}

/** `HTTP/2`, and also `2` or `http/2.0` as other tools write it. */
function readHttpVersion(text: string): HttpVersion | undefined {
  const number = text.toUpperCase().replace(/^HTTP\//, "");
  const short = /^[23]\.0$/.test(number) ? number.slice(0, 1) : number;
  return HTTP_VERSIONS.find((version) => version === `HTTP/${short}`);
}
