import { HTTP_VERSIONS, type HttpVersion } from "../cors/http-version.ts";
import type { Request } from "../cors/request.ts";
import { err, ok, type Result } from "../cors/result.ts";
import { isToken } from "../cors/token.ts";
import { joinLines, parseHeaderLine } from "./header-line.ts";
import { splitTarget } from "./target.ts";

/** What was said on the command line about one request. */
export type RequestFlags = {
  readonly method: string;
  readonly url: string;
  /** Each `name: value`. */
  readonly header: readonly string[];
  readonly httpVersion?: string;
  readonly route?: string;
  readonly group?: string;
};

/** Taken where the command line does not say: what curl and most health checks speak. */
export const ASSUMED_HTTP_VERSION: HttpVersion = "HTTP/1.1";

/** The request as Envoy would show it; the error says which flag is wrong and how to write it. */
export function readRequest(flags: RequestFlags): Result<Request, string> {
  if (!isToken(flags.method)) return err(`--method: \`${flags.method}\` is not a method name`);
  const target = splitTarget(flags.url);
  if (!target.ok) return err(`--url: \`${flags.url}\`: ${target.error}`);
  const lines = [];
  for (const written of flags.header) {
    const line = parseHeaderLine(written);
    if (!line.ok) return err(`--header: \`${written}\`: ${line.error}`);
    lines.push(line.value);
  }
  const httpVersion = readHttpVersion(flags.httpVersion ?? ASSUMED_HTTP_VERSION);
  if (httpVersion === undefined) {
    return err(
      `--http-version: \`${flags.httpVersion}\`: write one of ${HTTP_VERSIONS.join(", ")}`,
    );
  }
  const headers = joinLines(lines);
  return ok({
    method: flags.method,
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
    group: flags.group,
    route: flags.route,
    httpVersion,
  });
}

/** `HTTP/2`, and also `2` or `http/2.0` as other tools write it. */
function readHttpVersion(text: string): HttpVersion | undefined {
  const number = text.toUpperCase().replace(/^HTTP\//, "");
  const short = /^[23]\.0$/.test(number) ? number.slice(0, 1) : number;
  return HTTP_VERSIONS.find((version) => version === `HTTP/${short}`);
}
