import type { Header } from "../../cors/decision.ts";
import { err, ok, type Result } from "../../cors/result.ts";
import type { DescribedRequest } from "../described-request.ts";
import { originOf } from "../origin-of.ts";
import { browserRequests } from "../pasted/browser-requests.ts";
import { headerOf, readHeaders } from "../pasted/pasted.ts";
import { unsafeNames } from "../pasted/unsafe-names.ts";

// HAR 1.2 as Chromium and Firefox write it ("Save all as HAR"). Of Chromium's own keys `_resourceType` is read.

/** One entry of a recording. */
export type Recorded =
  | {
      readonly kind: "exchange";
      /** Counted from 1. */
      readonly entry: number;
      /** As recorded; in front of it the preflight that a browser sends before it, unless that is recorded too. */
      readonly requests: readonly DescribedRequest[];
      readonly assumptions: readonly string[];
      readonly received: Received;
    }
  /** Of no other origin, or nothing that a script could read: CORS has no part in it. */
  | { readonly kind: "other"; readonly entry: number }
  | { readonly kind: "malformed"; readonly entry: number; readonly why: string };

/** What the recording has as the answer. */
export type Received = {
  /** 0: none came, or the browser showed none. */
  readonly status: number;
  /** Those of CORS and Vary, names in lower case. */
  readonly headers: readonly Header[];
};

/** Most entries that are looked at: hours of a busy page. */
export const MAX_ENTRIES = 10_000;

/** Understands a recording that was parsed as JSON; an entry that is malformed is one of the result. */
export function readHar(json: unknown): Result<readonly Recorded[], string> {
  const entries = at(at(json, "log"), "entries");
  if (!Array.isArray(entries)) return err("it is no HAR recording: `log.entries` is no list");
  if (entries.length > MAX_ENTRIES) {
    return err(`it has more than ${MAX_ENTRIES} entries; record less`);
  }
  const preflighted = new Set<string>();
  return ok(
    entries.map((entry: unknown, index) => {
      const recorded = readEntry(entry, index + 1, preflighted);
      if (recorded.kind === "exchange") notePreflight(recorded.requests, preflighted);
      return recorded;
    }),
  );
}

function readEntry(entry: unknown, place: number, preflighted: ReadonlySet<string>): Recorded {
  const request = at(entry, "request");
  const malformed = (why: string): Recorded => ({ kind: "malformed", entry: place, why });
  const [method, url] = [at(request, "method"), at(request, "url")];
  if (typeof method !== "string") return malformed("`request.method` is no text");
  if (typeof url !== "string") return malformed("`request.url` is no text");
  const headers = readLines(at(request, "headers"));
  if (headers === undefined) return malformed("`request.headers` is no list of names and values");
  const target = originOf(url);
  const found = pageOf(entry, headers, target);
  if (found === undefined || found.origin === target || !SCHEME.test(url)) {
    return { kind: "other", entry: place };
  }
  const kept = readHeaders(headers);
  const asked = {
    method,
    url,
    origin: found.origin,
    unsafeNames: unsafeNames(headers),
    isPreflighted: false,
    headers: kept,
    httpVersion: versionOf(at(request, "httpVersion")),
  };
  const sent = browserRequests(asked);
  const isAlone = method === "OPTIONS" || preflighted.has(keyOf(method, url));
  const requests = isAlone ? sent.slice(-1) : sent;
  const assumptions = [
    ...(found.isAssumed ? [`origin: ${found.origin}, taken from the Referer`] : []),
    ...(requests.length > 1
      ? ["preflight: what a browser sends before it; it is not recorded"]
      : []),
  ];
  const received = receivedOf(at(entry, "response"));
  return { kind: "exchange", entry: place, requests, assumptions, received };
}

/** Of requests that go to a server: not those of `data:`, `blob:` or an extension. */
const SCHEME = /^(?:http|ws)s?:/i;

type Page = { readonly origin: string; readonly isAssumed: boolean };

/** What scripts and fonts ask for: a request that never left the browser may be recorded without its Origin. */
const SCRIPTED: ReadonlySet<unknown> = new Set(["fetch", "xhr", "font"]);

function pageOf(
  entry: unknown,
  headers: readonly Header[],
  target: string | undefined,
): Page | undefined {
  const origin = headerOf(headers, "origin");
  if (origin !== undefined) return { origin, isAssumed: false };
  if (!SCRIPTED.has(at(entry, "_resourceType"))) return undefined;
  const referer = originOf(headerOf(headers, "referer") ?? "");
  return referer === undefined || referer === target
    ? undefined
    : { origin: referer, isAssumed: true };
}

/** The methods and URLs that recorded preflights ask for. */
function notePreflight(requests: readonly DescribedRequest[], preflighted: Set<string>): void {
  for (const { url, headers } of requests) {
    const asked = headerOf(headers, "access-control-request-method");
    if (asked !== undefined) preflighted.add(keyOf(asked, url));
  }
}

function keyOf(method: string, url: string): string {
  return `${method} ${url}`;
}

const VERSIONS: ReadonlyMap<string, string> = new Map([
  ["http/1.0", "HTTP/1.0"],
  ["http/1.1", "HTTP/1.1"],
  ["h2", "HTTP/2"],
  ["http/2", "HTTP/2"],
  ["http/2.0", "HTTP/2"],
  ["h3", "HTTP/3"],
  ["http/3", "HTTP/3"],
]);

/** Undefined where nothing was negotiated: browsers then write an empty text, or one of their own. */
function versionOf(value: unknown): string | undefined {
  return typeof value === "string" ? VERSIONS.get(value.toLowerCase()) : undefined;
}

function receivedOf(response: unknown): Received {
  const status = at(response, "status");
  const headers = readLines(at(response, "headers")) ?? [];
  return {
    status: typeof status === "number" ? status : 0,
    headers: headers
      .map(([name, value]): Header => [name.toLowerCase(), value])
      .filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  };
}

function readLines(value: unknown): readonly Header[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const lines: Header[] = [];
  for (const line of value as readonly unknown[]) {
    const [name, text] = [at(line, "name"), at(line, "value")];
    if (typeof name !== "string" || typeof text !== "string") return undefined;
    lines.push([name, text]);
  }
  return lines;
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
