import type { Header } from "../../cors/decision.ts";
import type { DescribedRequest } from "../described-request.ts";
import { splitHeaderLine } from "../header-line.ts";
import { browserRequests } from "./browser-requests.ts";
import { upTo } from "./parts.ts";
import { headerOf, type Known, type Pasted, readHeaders } from "./pasted.ts";
import { unsafeNames } from "./unsafe-names.ts";

// RFC 9112 section 3, "request-line"; the version as HTTP/2 tools write it too.
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) (\S{1,65536}) (HTTP\/[0-9.]{1,3})$/;

export function isRequestLine(text: string): boolean {
  return REQUEST_LINE.test(firstLine(text));
}

function firstLine(text: string): string {
  return upTo(text, "\n").trim();
}

/** A request as it stands on the wire, up to the empty line; its first line is a request line. */
export function readRawRequest(text: string, known: Known): Pasted {
  return fromWire("request", [parseRawRequest(text)], known, undefined);
}

/** A request with every header of it, before anything is left out. */
export type WireRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly httpVersion: string;
};

export function parseRawRequest(text: string): WireRequest {
  const [method, url, httpVersion] = firstLine(text).split(" ") as [string, string, string];
  const headers: Header[] = [];
  for (const each of text.split("\n").slice(1)) {
    if (each.trim() === "") break;
    const [name, value] = splitHeaderLine(each.trim());
    headers.push([name, value.trim()]);
  }
  return { method, url, headers, httpVersion };
}

/** Requests as they were seen: nothing is made up but an Origin that is known beside them. */
export function fromWire(
  kind: "request" | "curl-verbose",
  seen: readonly WireRequest[],
  known: Known,
  claim: string | undefined,
): Pasted {
  const assumptions = new Set<string>();
  const requests: DescribedRequest[] = seen.flatMap((one) => {
    const { method, url, httpVersion } = one;
    const origin = headerOf(one.headers, "origin") ?? known.origin;
    if (origin === undefined) {
      assumptions.add("no Origin header: a program's request, unless the page's origin is added");
    } else if (headerOf(one.headers, "origin") === undefined) {
      assumptions.add(`origin: ${origin}, which is added to the request`);
    }
    const rest = { httpVersion, route: undefined, group: undefined };
    const headers = readHeaders(one.headers);
    if (origin === undefined) return [{ method, url, headers, ...rest }];
    const asked = {
      method,
      url,
      origin,
      unsafeNames: unsafeNames(one.headers),
      isPreflighted: false,
      headers,
      httpVersion,
    };
    const sent = method === "OPTIONS" ? browserRequests(asked).slice(-1) : browserRequests(asked);
    if (sent.length > 1) {
      assumptions.add(
        "preflight: what a browser sends before this request; it is not part of what was pasted",
      );
    }
    return sent;
  });
  return { kind, requests, assumptions: [...assumptions], claim };
}
