import fc from "fast-check";
import type { WrittenDocument } from "../model/written.ts";
import { writtenDocument } from "./documents.ts";
import { CAREFUL_PATTERNS, COVERING_PATTERNS } from "./origins.ts";

// Documents of which one value was replaced, by one that may be as good: values on both sides of each bound.

const PATTERNS = [
  ...CAREFUL_PATTERNS,
  ...COVERING_PATTERNS,
  "null",
  "*",
  "NULL",
  "",
  "app.example.com",
  "https://app.example.com/",
  "https://app.example.com/x",
  "https://app.example.com?x",
  "https://app.example.com:",
  "https://app.example.com:0",
  "https://app.example.com:080",
  "https://app.example.com:65535",
  "https://app.example.com:65536",
  "https://user@app.example.com",
  "https://a..example.com",
  "https://b\u00fccher.example",
  "https://xn--bcher-kva.example",
  "https://*example.com",
  "https://app.*.com",
  "https://*.*.com",
  "https://*.127.0.0.1",
  "https://*.[::1]",
  "https://*:8443",
  "https://*.co.uk",
  "https://*.com",
  "https://*.github.io",
  "https://*.shop.co.uk",
  "https://*.example",
  "http://127.1",
  "http://[0:0:0:0:0:0:0:1]",
  "http://[::1",
  "capacitor://127.1",
  "file://",
  "file://localhost",
  "~",
  "~[a",
  "~a(?=b)",
  `~${"a".repeat(511)}`,
  `~${"a".repeat(512)}`,
  `https://${"a".repeat(63)}.example`,
  `https://${"a".repeat(64)}.example`,
];
const NAMES = ["web", "a", "A", "", "-a", "a-", "a.b_c-1", "a b", "a".repeat(63), "a".repeat(64)];
const HOSTS = [
  "api.example.com",
  "*.x.y",
  "*",
  "a:80",
  "a.",
  "[::1]",
  "[0:0::1]",
  "127.0.0.1",
  "127.1",
];
const PATHS = [
  "/",
  "/a/",
  "a",
  "/a//b",
  "/a/../b",
  "/a;b",
  "/a?b",
  "/a%2fb",
  "/a%20b",
  "/a/*",
  "/\u00e4",
];
const SWITCH_WORDS = [
  "reject",
  "forward",
  "bare",
  "listed",
  "always",
  "exempt",
  "star",
  "echo",
  "check",
];
const NUMBERS = [-2, -1, 0, 1, 1.5, 199, 200, 299, 300, 399, 400, 499, 500, 2 ** 31 - 1, 2 ** 31];
const DURATIONS = ["15m", "-1", "1.5h", "15 m", "m", "1w", "24855d", "24856d", "", "1e3"];
const TOKENS = [
  "GET",
  "x-a",
  "a b",
  "a,b",
  "\u00e4",
  "a".repeat(64),
  "a".repeat(65),
  "a".repeat(256),
  "a".repeat(257),
  "Access-Control-Allow-Origin",
  "access-control-max-age",
];
const ODDITIES = [true, false, null, {}, [], ["*"], "*"];

const list = (values: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.shuffledSubarray([...values], { minLength: 1, maxLength: 2 });

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...ODDITIES),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...DURATIONS, ...NAMES, ...SWITCH_WORDS),
  fc.constantFrom("strict", "webmethods", "api-groups", "fetch", "Strict", "shadow", "enforce"),
  fc.constantFrom(...PATTERNS, ...HOSTS, ...PATHS, ...TOKENS),
  list(PATTERNS),
  list(NAMES),
  list(TOKENS),
  list(["HTTP/1.1", "HTTP/2", "HTTP/4", "http/1.1"]),
  fc.constantFrom(
    ["a b"],
    ["a  b"],
    Array.from({ length: 16 }, (_, index) => `t${index}`),
    Array.from({ length: 17 }, (_, index) => `t${index}`),
    ["t".repeat(64)],
    ["t".repeat(65)],
    [{ path: "/" }, {}],
    "d".repeat(1024),
    "d".repeat(1025),
  ),
);

/** What fits the key at least in kind, so that bounds are met and not only types. */
const fitting: { readonly [key: string]: fc.Arbitrary<unknown> } = {
  name: fc.constantFrom(...NAMES),
  allowOrigins: list(PATTERNS),
  origins: list(PATTERNS),
  allowMethods: list(TOKENS),
  allowHeaders: list(TOKENS),
  exposeHeaders: list(TOKENS),
  maxAge: fc.constantFrom<unknown[]>(...NUMBERS, ...DURATIONS),
  preflightStatus: fc.constantFrom(...NUMBERS),
  host: fc.constantFrom(...HOSTS),
  path: fc.constantFrom(...PATHS),
  policies: list(["web", "partner", "public", "old", "nobody"]),
  apiGroups: list(["orders", "catalogue", "rest", "nowhere"]),
  allowCredentials: fc.constant(true),
  dangerouslyAllowAnyOriginWithCredentials: fc.constant(false),
};

const KEYS = [
  ...Object.keys(fitting),
  "enabled",
  "mode",
  "preset",
  "webSocket",
  "Name",
  "allowOrigin",
];

type Change = {
  /** Which of the document's values, counted in reading order, modulo their number. */
  readonly at: number;
  readonly key: string;
  readonly fits: boolean;
  readonly drops: boolean;
  readonly value: unknown;
};

const change: fc.Arbitrary<Change> = fc.constantFrom(...KEYS).chain((key) =>
  fc.record({
    at: fc.nat(),
    key: fc.constant(key),
    fits: fc.boolean(),
    drops: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    value: fc.oneof({ arbitrary: fitting[key] ?? value, weight: 4 }, value),
  }),
);

/** A map gets the key set or taken away; what stands in a list is replaced. */
function changed(document: WrittenDocument, { at, key, fits, drops, value: put }: Change): unknown {
  const copy: unknown = structuredClone(document);
  const places = holders(copy).filter((place) => !fits || key in place);
  const place = places[at % Math.max(places.length, 1)];
  if (place === undefined) return copy;
  if (Array.isArray(place)) place[at % (place.length + 1)] = put;
  else if (drops) Reflect.deleteProperty(place, key);
  else Reflect.set(place, key, put);
  return copy;
}

/** Every map and list in a value, itself included. */
function holders(value: unknown): readonly object[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(holders)];
}

/** Of any document, half of the changes make one that is refused. */
export const doubtfulDocument: fc.Arbitrary<unknown> = fc
  .tuple(writtenDocument, fc.array(change, { maxLength: 2 }))
  .map(([document, changes]) =>
    changes.reduce<unknown>((doc, each) => changed(doc as WrittenDocument, each), document),
  );
