import type { DescribedRequest } from "./described-request.ts";
import { headerOf } from "./pasted/pasted.ts";

/** Requests by exchange: a preflight and the actual request right behind it, which it asks for, are one. */
export function exchangesOf(
  requests: readonly DescribedRequest[],
): readonly (readonly DescribedRequest[])[] {
  const exchanges: DescribedRequest[][] = [];
  for (const request of requests) {
    const last = exchanges.at(-1);
    const [preflight, ...others] = last ?? [];
    if (preflight !== undefined && others.length === 0 && asksFor(preflight, request)) {
      last?.push(request);
    } else exchanges.push([request]);
  }
  return exchanges;
}

function asksFor(preflight: DescribedRequest, { method, url }: DescribedRequest): boolean {
  const asked = headerOf(preflight.headers, "access-control-request-method");
  return preflight.method === "OPTIONS" && preflight.url === url && asked === method;
}
