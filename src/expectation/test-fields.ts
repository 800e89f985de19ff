import { HTTP_VERSIONS } from "../cors/http-version.ts";
import type { Field, Shape } from "../policy/vocabulary/field.ts";
import { KINDS, OUTCOMES, REASONS } from "./words.ts";

// The vocabulary of a test file as data: decoding reads keys by it, and its JSON Schema is written from it.

type Table<K extends string> = Readonly<Record<K, Field>>;

/** Shown in a line of a report. */
export const MAX_TEST_NAME_LENGTH = 200;
/** Longer than any real URL, header or path: servers commonly refuse lines above 8 KiB. */
export const MAX_TEXT_LENGTH = 8192;
/** Statuses that an answer can have. */
export const STATUS: { readonly min: number; readonly max: number } = { min: 200, max: 599 };

const TEXT: Shape = { kind: "text", maxLength: MAX_TEXT_LENGTH };
/** An empty header is another request than one without it. */
const VALUE: Shape = { kind: "text", maxLength: MAX_TEXT_LENGTH, empty: true };
const VALUES: Shape = { kind: "list", star: false, item: VALUE };
const TEXTS: Shape = { kind: "list", star: false, item: TEXT };
const NONE: Shape = { kind: "none" };
const VERSION: Shape = {
  kind: "choice",
  of: HTTP_VERSIONS,
  meanings: HTTP_VERSIONS.map((version) => `As if it came in ${version}.`),
};

const ROUTE: Field = {
  description: "Name of the Envoy route that matched. Left out: none has a name.",
  shape: TEXT,
  examples: ["orders-route"],
};
const GROUP: Field = {
  description: "The group that Envoy names for the request. Left out: it names none.",
  shape: TEXT,
  examples: ["orders"],
};
const HTTP_VERSION: Field = {
  description: "HTTP version of the request.",
  shape: VERSION,
  fallback: "HTTP/1.1",
};
const URL: Field = {
  description:
    "`https://host/path?query`, or `/path?query` alone; taken as it is. Has to be here or in `each`.",
  shape: TEXT,
  examples: ["https://api.example.com/orders"],
};

export type RequestKey =
  | "method"
  | "url"
  | "origin"
  | "headers"
  | "httpVersion"
  | "route"
  | "group";

export const REQUEST_FIELDS: Table<RequestKey> = {
  method: { description: "The request's method, with case.", shape: TEXT, fallback: "GET" },
  url: URL,
  origin: {
    description: "Value of the Origin header. Left out: there is none.",
    shape: VALUE,
    examples: ["https://app.example.com"],
  },
  headers: {
    description: "Further headers, each a text or a list of texts for several lines.",
    shape: { kind: "named", value: { kind: "either", of: [VALUE, VALUES] } },
    fallback: {},
    examples: [{ "sec-fetch-site": "cross-site" }],
  },
  httpVersion: HTTP_VERSION,
  route: ROUTE,
  group: GROUP,
};

export type PreflightKey =
  | "origin"
  | "url"
  | "method"
  | "headers"
  | "privateNetwork"
  | "httpVersion"
  | "route"
  | "group";

export const PREFLIGHT_FIELDS: Table<PreflightKey> = {
  origin: {
    description: "The page that asks. Has to be here or in `each`.",
    shape: VALUE,
    examples: ["https://app.example.com"],
  },
  url: URL,
  method: {
    description: "The method that is asked for. Has to be here or in `each`.",
    shape: TEXT,
    examples: ["PUT"],
  },
  headers: {
    description:
      "Names of the headers that are asked for; sent as browsers do, sorted and in lower case.",
    shape: TEXTS,
    fallback: [],
    examples: [["content-type", "x-api-key"]],
  },
  privateNetwork: {
    description: "Whether access to a private network is asked for too.",
    shape: { kind: "flag" },
    fallback: false,
  },
  httpVersion: HTTP_VERSION,
  route: ROUTE,
  group: GROUP,
};

export type EachKey = "origin" | "url" | "method";

export const EACH_FIELDS: Table<EachKey> = {
  origin: {
    description: "One test for each of these origins. Left out: the request's own.",
    shape: VALUES,
    examples: [["https://evil.example", "null"]],
  },
  url: {
    description: "One test for each of these URLs. Left out: the request's own.",
    shape: TEXTS,
    examples: [["/orders", "/reports"]],
  },
  method: {
    description: "One test for each of these methods. Left out: the request's own.",
    shape: TEXTS,
    examples: [["GET", "DELETE"]],
  },
};

const OUTCOME: Shape = {
  kind: "choice",
  of: OUTCOMES,
  meanings: [
    "It goes ahead, with the headers that the policy allows.",
    "It gets an error, or an answer without CORS headers.",
    "It is not touched: no policy is in force where it goes.",
  ],
};
const REASON: Shape = {
  kind: "either",
  of: [
    { kind: "choice", of: REASONS, meanings: REASONS.map((each) => `The reason is \`${each}\`.`) },
    NONE,
  ],
};
const NAME_OR_NONE: Shape = { kind: "either", of: [TEXT, NONE] };

export type ShadowKey = "policy" | "outcome" | "reason" | "differs";

export const SHADOW_FIELDS: Table<ShadowKey> = {
  policy: {
    description: "The policy that would govern; `false`: none. Left out: any.",
    shape: NAME_OR_NONE,
    examples: ["web-next"],
  },
  outcome: { description: "What would be decided. Left out: anything.", shape: OUTCOME },
  reason: { description: "Why; `false`: for no reason. Left out: any.", shape: REASON },
  differs: {
    description: "Whether that is another answer than the one in force. Left out: either.",
    shape: { kind: "flag" },
  },
};

export type ExpectKey =
  | "outcome"
  | "kind"
  | "group"
  | "policy"
  | "reason"
  | "status"
  | "body"
  | "headers"
  | "vary"
  | "shadow";

export const EXPECT_FIELDS: Table<ExpectKey> = {
  outcome: { description: "What is decided. Left out: anything.", shape: OUTCOME },
  kind: {
    description: "What the request is taken for. Left out: anything.",
    shape: {
      kind: "choice",
      of: KINDS,
      meanings: [
        "It has no Origin header.",
        "OPTIONS with an Origin and Access-Control-Request-Method.",
        "A WebSocket handshake with an Origin.",
        "Any other request with an Origin.",
      ],
    },
  },
  group: {
    description: "The group that the request belongs to; `false`: none. Left out: any.",
    shape: NAME_OR_NONE,
    examples: ["orders"],
  },
  policy: {
    description: "The policy that governs; `false`: none. Left out: any.",
    shape: NAME_OR_NONE,
    examples: ["web"],
  },
  reason: {
    description: "Why it is refused, or granted without a policy; `false`: none. Left out: any.",
    shape: REASON,
  },
  status: {
    description: "Status of corsd's own answer; `false`: the service answers. Left out: any.",
    shape: { kind: "either", of: [{ kind: "whole", ...STATUS }, NONE] },
    examples: [200, false],
  },
  body: {
    description: "Text of corsd's own answer; `false`: none. Left out: any.",
    shape: NAME_OR_NONE,
    examples: ["Specified Origin is not allowed"],
  },
  headers: {
    description:
      "Headers that corsd sets, by name; `false`: it does not set this one. Others may be set too.",
    shape: { kind: "named", value: { kind: "plain" } },
    fallback: {},
    examples: [{ "access-control-allow-origin": "https://app.example.com" }],
  },
  vary: {
    description: "All names that corsd puts into Vary, in any order and case. Left out: any.",
    shape: TEXTS,
    examples: [["Origin"]],
  },
  shadow: {
    description:
      "What shadow policies would have decided; `false`: the group has none. Left out: anything.",
    shape: { kind: "either", of: [{ kind: "object", fields: SHADOW_FIELDS, minKeys: 1 }, NONE] },
    examples: [{ outcome: "refused", differs: true }],
  },
};

export type TestKey = "name" | "request" | "preflight" | "each" | "expect";

export const TEST_FIELDS: Table<TestKey> = {
  name: {
    description: "What is promised, in words; reports show it, and `--only` looks for it.",
    shape: { kind: "text", maxLength: MAX_TEST_NAME_LENGTH },
    required: true,
    examples: ["the shop may read orders"],
  },
  request: {
    description: "A request as Envoy receives it. Each test has this or `preflight`.",
    shape: { kind: "object", fields: REQUEST_FIELDS },
    examples: [{ url: "/orders", origin: "https://app.example.com" }],
  },
  preflight: {
    description: "A preflight in short, as a browser sends it. Each test has this or `request`.",
    shape: { kind: "object", fields: PREFLIGHT_FIELDS },
    examples: [{ url: "/orders", origin: "https://app.example.com", method: "PUT" }],
  },
  each: {
    description:
      "Makes one test of every combination of these values, in place of the request's own. Left out: one test.",
    shape: { kind: "object", fields: EACH_FIELDS, minKeys: 1 },
    examples: [{ origin: ["https://evil.example", "null"] }],
  },
  expect: {
    description: "What has to be decided: only what is named is compared. Or the outcome alone.",
    shape: {
      kind: "either",
      of: [OUTCOME, { kind: "object", fields: EXPECT_FIELDS, minKeys: 1 }],
    },
    required: true,
    examples: ["refused", { outcome: "granted", policy: "web" }],
  },
};

export type TestFileKey = "policy" | "tests";

export const TEST_FILE_FIELDS: Table<TestFileKey> = {
  policy: {
    description:
      "The policy document: a file or directory, or a list of them, relative to this file. Left out: `--policy` names it.",
    shape: { kind: "either", of: [TEXT, TEXTS] },
    examples: ["policies.yaml"],
  },
  tests: {
    description: "What the document has to decide. At least one.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: TEST_FIELDS } },
    required: true,
    examples: [[{ name: "strangers stay out", request: { url: "/" }, expect: "passed" }]],
  },
};
