import fc from "fast-check";
import type { ModelRequest } from "../model/request.ts";
import { GROUP_NAMES } from "./documents.ts";
import { receivedOrigin } from "./origins.ts";
import { receivedAuthority, receivedPath, receivedRoute } from "./places.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch", "TRACE", "X-Y"] as const;

const requestMethod = fc.oneof(
  { arbitrary: fc.constantFrom(...METHODS, "OPTIONS"), weight: 12 },
  fc.constantFrom(
    "",
    "get",
    "GET ",
    "GET, POST",
    "G\tET",
    "*",
    "(GET)",
    "GE\u00e4",
    "M".repeat(64),
    "M".repeat(65),
  ),
);

const name = fc.constantFrom(
  "content-type",
  "Content-Type",
  "x-api-key",
  "X-A",
  "x-b",
  "authorization",
  "x-a",
  "x-unknown",
  "*",
);
const separator = fc.constantFrom(",", ", ", " ,", "\t,\t", ",,", ", ,\t,");
const nameList = fc
  .tuple(fc.array(name, { maxLength: 4 }), separator)
  .map(([names, between]) => names.join(between));
const namesOf = (count: number, one: string): string =>
  Array.from({ length: count }, (_, index) => `${one}${index}`).join(",");

const requestHeaders = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 3 },
  { arbitrary: fc.constantFrom("content-type", "x-a", "X-API-KEY, x-a"), weight: 6 },
  { arbitrary: nameList, weight: 4 },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "\t",
      ",".repeat(15),
      ",".repeat(16),
      `x-a${",".repeat(16)}`,
      `x-a${",".repeat(17)}x-b`,
      `x-a${" ,\t".repeat(17)}x-b`,
      "x-a;q=1",
      "x-a x-b",
      "x-a\u00e4",
      "x-a\u000b",
      "\u00a0x-a",
      '"x-a"',
      namesOf(128, "x-n"),
      namesOf(129, "x-n"),
      `${namesOf(128, "x-n")},X-N0,x-n1`,
      `x-a,${"\t".repeat(8_188)}`,
      `x-a,${"\t".repeat(8_189)}`,
      "n".repeat(8_192),
      "n".repeat(8_193),
    ),
  },
);

/** Mostly not there. */
function seldom<T>(arbitrary: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight }, arbitrary);
}

type Draft = { readonly [K in keyof ModelRequest]: ModelRequest[K] | undefined } & {
  readonly method: string;
  readonly path: string;
  readonly httpVersion: string;
};

const around = {
  path: receivedPath,
  scheme: fc.constantFrom("https", "https", "http", undefined),
  authority: receivedAuthority,
  requestPrivateNetwork: seldom(fc.constantFrom("true", "true", "True", "false", ""), 2),
  secFetchSite: seldom(
    fc.constantFrom("same-origin", "cross-site", "same-site", "Same-Origin", ""),
  ),
  forwardedProto: seldom(fc.constantFrom("https", "http", "HTTPS", "https,http", "")),
  upgrade: seldom(fc.constantFrom("websocket", "WebSocket", "h2c", "websocket, h2c", ""), 7),
  group: seldom(
    fc.constantFrom(...GROUP_NAMES, "hidden", "hidden", "default", "", "unknown", "Orders"),
    9,
  ),
  route: receivedRoute,
  httpVersion: fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/2", "HTTP/1.0", "HTTP/3"),
};

const preflight: fc.Arbitrary<Draft> = fc.record({
  ...around,
  method: fc.constant("OPTIONS"),
  origin: receivedOrigin,
  requestMethod,
  requestHeaders,
});

const other: fc.Arbitrary<Draft> = fc.record({
  ...around,
  method: fc.constantFrom(...METHODS, "OPTIONS", "options"),
  origin: fc.oneof({ arbitrary: receivedOrigin, weight: 4 }, fc.constant(undefined)),
  requestMethod: seldom(requestMethod),
  requestHeaders: seldom(requestHeaders),
});

/** Envoy sends a path with all but plain CONNECT. */
function sendable(draft: Draft): ModelRequest {
  const entries = Object.entries(draft).filter(([, value]) => value !== undefined);
  const request = Object.fromEntries(entries) as ModelRequest;
  return request.path === "" ? { ...request, method: "CONNECT" } : request;
}

export const modelRequest: fc.Arbitrary<ModelRequest> = fc
  .oneof({ arbitrary: preflight, weight: 4 }, { arbitrary: other, weight: 5 })
  .map(sendable);
