import { CORS_SAFELISTED_METHODS } from "../../cors/check.ts";
import type { Header } from "../../cors/decision.ts";
import { parseOrigin } from "../../cors/origin.ts";
import type { DescribedRequest } from "../described-request.ts";
import { originOf } from "../origin-of.ts";

/** What a page asked its browser for. */
export type Asked = {
  readonly method: string;
  readonly url: string;
  readonly origin: string;
  /** Header names that a preflight asks for: lower case, sorted. */
  readonly unsafeNames: readonly string[];
  /** True where a preflight is known to have been sent, whatever the method and the names. */
  readonly isPreflighted: boolean;
  /** Of the actual request, beside the Origin. */
  readonly headers: readonly Header[];
  readonly httpVersion: string | undefined;
};

/** What the browser sends for it (Fetch section 4.7, HTTP fetch): a preflight where it takes one, then the request. */
export function browserRequests(asked: Asked): readonly DescribedRequest[] {
  const { method, url, origin, unsafeNames, httpVersion } = asked;
  const rest = { httpVersion, route: undefined, group: undefined };
  const beside = asked.headers.filter(([name]) => name.toLowerCase() !== "origin");
  const actual = { method, url, headers: [["origin", origin], ...beside] as Header[], ...rest };
  if (!takesPreflight(asked)) return [actual];
  const host = beside.filter(([name]) => name.toLowerCase() === "host");
  const headers: Header[] = [
    ["origin", origin],
    ["access-control-request-method", method],
    ...(unsafeNames.length === 0
      ? []
      : [["access-control-request-headers", unsafeNames.join(",")] as const]),
    ...host,
  ];
  return [{ method: "OPTIONS", url, headers, ...rest }, actual];
}

function takesPreflight({ method, url, origin, unsafeNames, isPreflighted }: Asked): boolean {
  if (isPreflighted) return true;
  if (isOfPage(url, origin)) return false;
  return unsafeNames.length > 0 || !CORS_SAFELISTED_METHODS.has(method);
}

function isOfPage(url: string, origin: string): boolean {
  const target = originOf(url);
  return target !== undefined && target === parseOrigin(origin)?.canonical;
}
