import type { DescribedRequest } from "../../explain/described-request.ts";
import { headerOf } from "../../explain/pasted/pasted.ts";
import { printable } from "../../policy/quote.ts";

/** A request in one line for a terminal: what, where to, and from which page. */
export function titleOf({ method, url, headers }: DescribedRequest): string {
  const asked = headerOf(headers, "access-control-request-method");
  const what = method === "OPTIONS" && asked !== undefined ? `preflight of ${asked}` : method;
  const origin = headerOf(headers, "origin");
  return printable(`${what} ${url}${origin === undefined ? "" : ` from ${origin}`}`);
}
