import { MAX_METHOD_LENGTH } from "../cors/check.ts";
import { MAX_HOST_LENGTH } from "../cors/host.ts";
import { HTTP_VERSIONS } from "../cors/http-version.ts";
import { MAX_ORIGIN_LENGTH } from "../cors/origin.ts";
import { PRESETS } from "./document.ts";

// The vocabulary of a policy document as data: decoding reads keys by it (unknown ones are compared with it), and the
// JSON Schema for editors is written from it, so the two cannot drift apart.

/** What a value may look like, as far as a schema can say it. */
export type Shape =
  | {
      readonly kind: "text";
      readonly maxLength: number;
      readonly pattern?: string;
      /** True where an empty text means something. */
      readonly empty?: boolean;
    }
  | { readonly kind: "flag" }
  /** `false`, where it stands for "there is none". */
  | { readonly kind: "none" }
  /** A text, number or flag, taken as it is written. */
  | { readonly kind: "plain" }
  /** `meanings`: what each of the words does, in the same order. */
  | {
      readonly kind: "choice";
      readonly of: readonly string[];
      readonly meanings: readonly string[];
    }
  | { readonly kind: "whole"; readonly min: number; readonly max: number }
  | { readonly kind: "duration" }
  /** `star`: the text `*` may stand in place of the list. */
  | {
      readonly kind: "list";
      readonly item: Shape;
      readonly star: boolean;
      readonly maxItems?: number;
      readonly unique?: boolean;
    }
  | { readonly kind: "object"; readonly fields: Fields; readonly minKeys?: number }
  /** A map whose keys are names that the writer chooses. */
  | { readonly kind: "named"; readonly value: Shape }
  | { readonly kind: "either"; readonly of: readonly Shape[] };

/** A value as a schema shows it. */
export type Sample =
  | string
  | number
  | boolean
  | readonly Sample[]
  | { readonly [key: string]: Sample };

export type Field = {
  /** What an editor shows beside the key: what it does, and what it means to leave it out. */
  readonly description: string;
  readonly shape: Shape;
  /** What leaving it out means, where that is the same under every preset. */
  readonly fallback?: Sample;
  /** Values to begin from. Each is one that decoding takes. */
  readonly examples?: readonly Sample[];
  readonly required?: boolean;
};

export type Fields = Readonly<Record<string, Field>>;

type Table<K extends string> = Readonly<Record<K, Field>>;

/** Names go into metric labels and log lines, so they are short and plain; the length is that of a DNS label. */
export const NAME_PATTERN = "^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$";
export const MAX_NAME_LENGTH = 63;
/** A sentence or two; it is shown, not processed. */
export const MAX_DESCRIPTION_LENGTH = 1024;
/** Each tag is a label of `corsd_policy_info`, so their number and length bound a series. */
export const MAX_TAGS = 16;
export const MAX_TAG_LENGTH = 64;
/** As long as an Origin header may be: a longer pattern could match nothing. */
export const MAX_PATTERN_LENGTH: number = MAX_ORIGIN_LENGTH;
/**
 * Most RE2 instructions of all expressions of a group together, and so of one. An origin that nothing else admits is
 * tried with each of them, and the time of a trial is the origin's length (at most 512) times the instructions.
 */
export const MAX_GROUP_INSTRUCTIONS = 2000;
/** Longer than any registered or plausible header name; HTTP itself sets no bound. */
export const MAX_HEADER_NAME_LENGTH = 256;
/** A list is sent as one header line; servers and browsers commonly refuse lines above 8 KiB. */
export const MAX_LIST_TEXT_LENGTH = 8192;
/** Longest path prefix. Long enough for any real API root. */
export const MAX_PATH_LENGTH = 1024;
/** Longest name of an Envoy route. */
export const MAX_ROUTE_LENGTH = 256;

export const MODES = ["enforce", "shadow"] as const;
export const PREFLIGHTS = ["answer", "continue"] as const;
export const WEB_SOCKETS = ["ignore", "check"] as const;
export const REFUSED_ACTUALS = ["reject", "forward"] as const;
export const REFUSED_PREFLIGHTS = ["reject", "bare", "forward"] as const;
export const SAFELISTED_METHODS = ["listed", "always"] as const;
export const SAME_ORIGINS = ["exempt", "check"] as const;
export const ANY_ORIGIN_ANSWERS = ["star", "echo"] as const;

type Range = { readonly min: number; readonly max: number };
export const PREFLIGHT_STATUS: Range = { min: 200, max: 299 };
export const REFUSAL_STATUS: Range = { min: 400, max: 499 };

const FLAG: Shape = { kind: "flag" };
const NAME: Shape = { kind: "text", maxLength: MAX_NAME_LENGTH, pattern: NAME_PATTERN };
const METHOD: Shape = { kind: "text", maxLength: MAX_METHOD_LENGTH };
const HEADER: Shape = { kind: "text", maxLength: MAX_HEADER_NAME_LENGTH };
const ORIGINS: Shape = {
  kind: "list",
  star: true,
  item: { kind: "text", maxLength: MAX_PATTERN_LENGTH + 1 },
};
const PRESET: Shape = choice(PRESETS, {
  strict: "Refuse early, and tell nobody more than needed.",
  webmethods: "The CORS policy of webMethods API Gateway; `allowMethods` has to be written.",
  "api-groups": "Policies attached to API groups in an order; `httpVersions` has to be written.",
  gravitee: "CORS of Gravitee API Management: refusals are 400, actual requests go to the service.",
  fetch: "The browser standard: say whom one admits, and leave the rest to the browser.",
  "gateway-api": "The CORS filter of the Kubernetes Gateway API.",
  envoy: "Envoy's native cors filter: what is not admitted goes on to the service.",
});

export type RefusalStatusKey = "origin" | "method" | "header" | "httpVersion" | "missingOrigin";

export const REFUSAL_STATUS_FIELDS: Table<RefusalStatusKey> = {
  origin: refusal("the origin is malformed or not admitted", 404),
  method: refusal("the method is not allowed", 405),
  header: refusal("a requested header is malformed or not allowed", 403),
  httpVersion: refusal("the HTTP version is not allowed", 403),
  missingOrigin: refusal("there is no Origin and the policy requires one", 400),
};

export type BehaviorKey =
  | "refusedActual"
  | "refusedPreflight"
  | "preflightStatus"
  | "refusalStatus"
  | "checkRequested"
  | "checkActualMethod"
  | "safelistedMethods"
  | "sameOrigin"
  | "anyOriginAnswer"
  | "exposeOnPreflight";

export const BEHAVIOR_FIELDS: Table<BehaviorKey> = {
  refusedActual: {
    description:
      "What becomes of a refused actual request: an error, or the service without CORS headers. Left out: as the preset has it.",
    shape: choice(REFUSED_ACTUALS, {
      reject: "It gets an error, and the service is not reached.",
      forward: "It goes to the service, and the answer carries no CORS headers.",
    }),
  },
  refusedPreflight: {
    description:
      "What becomes of a refused preflight: an error, an empty success without CORS headers, or the service. Left out: as the preset has it.",
    shape: choice(REFUSED_PREFLIGHTS, {
      reject: "It gets an error.",
      bare: "It gets `preflightStatus` without CORS headers.",
      forward: "It goes to the service, whose CORS headers are removed.",
    }),
  },
  preflightStatus: {
    description:
      "Status of an answered preflight, 200 to 299. Left out: as the preset has it, 200 or 204.",
    shape: { kind: "whole", ...PREFLIGHT_STATUS },
    examples: [204],
  },
  refusalStatus: {
    description:
      "Status of refusals by reason, each 400 to 499. Keys that are left out keep the preset's.",
    shape: { kind: "object", fields: REFUSAL_STATUS_FIELDS },
    examples: [{ origin: 404 }],
  },
  checkRequested: {
    description:
      "Compare the method and the headers that a preflight asks for with the lists. Left out: as the preset has it.",
    shape: FLAG,
  },
  checkActualMethod: {
    description:
      "Compare the method of an actual request with the list. Left out: as the preset has it.",
    shape: FLAG,
  },
  safelistedMethods: {
    description:
      "Whether GET, HEAD and POST, which browsers send without asking, pass always or only if listed. Left out: as the preset has it.",
    shape: choice(SAFELISTED_METHODS, {
      listed: "They pass only if `allowMethods` has them.",
      always: "They pass whatever `allowMethods` has.",
    }),
  },
  sameOrigin: {
    description:
      "Whether requests from the API's own origin are exempt or judged like others. The group's first policy counts.",
    shape: choice(SAME_ORIGINS, {
      exempt: "They pass, whatever the lists have.",
      check: "They are judged like those of any other origin.",
    }),
    fallback: "exempt",
  },
  anyOriginAnswer: {
    description:
      "How `*` without credentials is answered: with `*`, or with the origin received. Left out: as the preset has it.",
    shape: choice(ANY_ORIGIN_ANSWERS, {
      star: "With `*`, the same for everybody.",
      echo: "With the origin received, so every origin has an answer of its own in caches.",
    }),
  },
  exposeOnPreflight: {
    description:
      "Send Access-Control-Expose-Headers on preflights too, where no browser reads it. Left out: as the preset has it.",
    shape: FLAG,
  },
};

export type PolicyKey =
  | "name"
  | "description"
  | "tags"
  | "preset"
  | "enabled"
  | "mode"
  | "allowOrigins"
  | "allowMethods"
  | "allowHeaders"
  | "exposeHeaders"
  | "allowCredentials"
  | "dangerouslyAllowAnyOriginWithCredentials"
  | "maxAge"
  | "httpVersions"
  | "requireOrigin"
  | "preflight"
  | "webSocket"
  | "allowPrivateNetwork"
  | "timingAllowOrigin"
  | "behavior";

export const POLICY_FIELDS: Table<PolicyKey> = {
  name: {
    description:
      "Unique name of the policy in logs, metrics and explanations: lower case letters, digits, `.`, `_` and `-`.",
    shape: NAME,
    required: true,
    examples: ["web"],
  },
  description: {
    description: "What the policy is for, in words. Shown to people, never processed.",
    shape: { kind: "text", maxLength: MAX_DESCRIPTION_LENGTH },
    examples: ["The shop's own web page"],
  },
  tags: {
    description: `Labels to organize and filter policies by; at most ${MAX_TAGS}.`,
    shape: {
      kind: "list",
      star: false,
      maxItems: MAX_TAGS,
      item: { kind: "text", maxLength: MAX_TAG_LENGTH },
    },
    fallback: [],
    examples: [["team:payments", "env:prod"]],
  },
  preset: {
    description:
      "Fixes the switches in `behavior` and the defaults of fields that are left out. Left out itself: the file's `preset`, else `strict`.",
    shape: PRESET,
  },
  enabled: {
    description: "False: as if the policy stood nowhere.",
    shape: FLAG,
    fallback: true,
  },
  mode: {
    description: "Whether the policy is in force, or only tried beside those that are.",
    shape: choice(MODES, {
      enforce: "Decided and applied.",
      shadow: "Decided, counted and logged, never applied.",
    }),
    fallback: "enforce",
  },
  allowOrigins: {
    description:
      'Origins that are admitted, each as `https://app.example.com`, `https://*.example.com`, `https://app.example.com:*`, `~expression` (RE2, matched as a whole) or `"null"`; or `"*"` in place of the list. Left out: nobody; every origin under `api-groups`.',
    shape: ORIGINS,
    examples: [["https://app.example.com"], ["https://*.example.com"], "*"],
  },
  allowMethods: {
    description:
      'Methods that are allowed, compared exactly, with case; or `"*"` in place of the list. Left out: GET, HEAD and POST, other presets aside.',
    shape: { kind: "list", star: true, item: METHOD },
    examples: [["GET", "POST", "PUT"], "*"],
  },
  allowHeaders: {
    description:
      'Request headers that a preflight may ask for, in any case; or `"*"` in place of the list. `content-type` too has to be listed where it is asked for. Left out: none; every header under `gravitee`.',
    shape: { kind: "list", star: true, item: HEADER },
    examples: [["content-type", "x-api-key"], "*"],
  },
  exposeHeaders: {
    description:
      'Response headers that scripts may read, beyond the few that browsers always show; or `"*"` in place of the list.',
    shape: { kind: "list", star: true, item: HEADER },
    fallback: [],
    examples: [["x-total-count"]],
  },
  allowCredentials: {
    description:
      "Whether cookies, client certificates and HTTP authentication may be sent, and answers to them be read. Not together with every origin.",
    shape: FLAG,
    fallback: false,
  },
  dangerouslyAllowAnyOriginWithCredentials: {
    description:
      "Allows every origin together with credentials: any web site can then act as its visitors. It allows this and nothing else.",
    shape: FLAG,
    fallback: false,
  },
  maxAge: {
    description:
      "How long browsers may keep a preflight: whole seconds, or a whole number with s, m, h or d; 0: not at all; -1: send no header. Left out: no header; 15 minutes under `api-groups`, 5 seconds under `gateway-api`.",
    shape: { kind: "duration" },
    examples: ["10m", 600, 0],
  },
  httpVersions: {
    description:
      "HTTP versions that are served. Envoy has to send `request.protocol`. Left out: all of them; an error under `api-groups`.",
    shape: {
      kind: "list",
      star: false,
      item: choice(HTTP_VERSIONS, {
        "HTTP/1.0": "Without Host, keep-alive or chunks; as a rule old proxies and probes.",
        "HTTP/1.1": "What most proxies and command line clients speak.",
        "HTTP/2": "What browsers speak over TLS.",
        "HTTP/3": "HTTP over QUIC.",
      }),
    },
    examples: [["HTTP/1.1", "HTTP/2"]],
  },
  requireOrigin: {
    description:
      "True: a request without an Origin is refused. That hits navigation, images and probes too.",
    shape: FLAG,
    fallback: false,
  },
  preflight: {
    description: "Who answers an allowed preflight.",
    shape: choice(PREFLIGHTS, {
      answer: "It is answered at once, and the service is not reached.",
      continue: "Envoy's other filters run on it too; a route of yours has to end it.",
    }),
    fallback: "answer",
  },
  webSocket: {
    description: "What becomes of WebSocket handshakes, to which browsers apply no CORS.",
    shape: choice(WEB_SOCKETS, {
      ignore: "They go on to the service, from whatever origin.",
      check: "Those from an origin that is neither admitted nor the API's own are refused.",
    }),
    fallback: "ignore",
  },
  allowPrivateNetwork: {
    description:
      "Answer Access-Control-Request-Private-Network with yes: pages from the internet may then reach an API on a private network.",
    shape: FLAG,
    fallback: false,
  },
  timingAllowOrigin: {
    description:
      "Send Timing-Allow-Origin to admitted origins too; the service's own is then removed.",
    shape: FLAG,
    fallback: false,
  },
  behavior: {
    description:
      "Single switches of the preset, overridden. Keys that are left out keep the preset's.",
    shape: { kind: "object", fields: BEHAVIOR_FIELDS },
    examples: [{ refusedActual: "forward" }],
  },
};

export type ApplicationKey = "name" | "origins" | "apiGroups";

export const APPLICATION_FIELDS: Table<ApplicationKey> = {
  name: {
    description: "Unique name of the application: lower case letters, digits, `.`, `_` and `-`.",
    shape: NAME,
    required: true,
    examples: ["mobile-portal"],
  },
  origins: {
    description:
      'Origins of the application, admitted beside those of the policies; written as in `allowOrigins`, or `"*"`.',
    shape: ORIGINS,
    required: true,
    examples: [["https://m.example.net"]],
  },
  apiGroups: {
    description: 'Names of the groups that admit the application, or `"*"`. Left out: every group.',
    shape: { kind: "list", star: true, item: NAME },
    examples: [["orders"], "*"],
  },
};

export type MatchKey = "host" | "path" | "route";

export const MATCH_FIELDS: Table<MatchKey> = {
  host: {
    description:
      "Host name, exact or `*.suffix` for one or more labels in front, without a port. Left out: any.",
    shape: { kind: "text", maxLength: MAX_HOST_LENGTH + 3 },
    examples: ["api.example.com", "*.example.com"],
  },
  path: {
    description:
      "Path prefix by whole segments: `/orders` holds for `/orders/1`, not for `/orders2`. Left out: any.",
    shape: { kind: "text", maxLength: MAX_PATH_LENGTH, pattern: "^/" },
    examples: ["/orders"],
  },
  route: {
    description: "Name of an Envoy route. Envoy has to send `xds.route_name`. Left out: any.",
    shape: { kind: "text", maxLength: MAX_ROUTE_LENGTH },
    examples: ["orders-route"],
  },
};

export type GroupKey = "name" | "match" | "policies";

export const GROUP_FIELDS: Table<GroupKey> = {
  name: {
    description:
      "Unique name of the group, which Envoy can name too: lower case letters, digits, `.`, `_` and `-`.",
    shape: NAME,
    required: true,
    examples: ["orders"],
  },
  match: {
    description:
      "What selects the group: any entry does; in an entry all keys must hold. Left out: only Envoy can name the group.",
    shape: {
      kind: "list",
      star: false,
      item: { kind: "object", fields: MATCH_FIELDS, minKeys: 1 },
    },
    examples: [[{ host: "api.example.com", path: "/orders" }]],
  },
  policies: {
    description:
      "Names of the policies that apply, in the order in which they are asked; the first that admits an origin governs. Each once.",
    shape: { kind: "list", star: false, item: NAME, unique: true },
    required: true,
    examples: [["web"]],
  },
};

export type DocumentKey = "version" | "preset" | "policies" | "applications" | "apiGroups";

export const DOCUMENT_FIELDS: Table<DocumentKey> = {
  version: {
    description: "Version of this vocabulary; only 1 exists.",
    shape: { kind: "whole", min: 1, max: 1 },
    fallback: 1,
  },
  preset: {
    description: "Preset of every policy in this file that names none.",
    shape: PRESET,
    fallback: "strict",
  },
  policies: {
    description:
      "What is allowed to whom. At least one in all files together. Left out: none in this file.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: POLICY_FIELDS } },
    examples: [[{ name: "web", allowOrigins: ["https://app.example.com"] }]],
  },
  applications: {
    description: "Consumers with origins of their own, admitted beside those of the policies.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: APPLICATION_FIELDS } },
    fallback: [],
    examples: [[{ name: "mobile-portal", origins: ["https://m.example.net"] }]],
  },
  apiGroups: {
    description:
      "Where policies apply, and in which order. Left out: one group `default` of everything, with all policies in document order.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: GROUP_FIELDS } },
    examples: [[{ name: "orders", match: [{ path: "/orders" }], policies: ["web"] }]],
  },
};

function choice<T extends string>(of: readonly T[], meanings: Readonly<Record<T, string>>): Shape {
  return { kind: "choice", of, meanings: of.map((word) => meanings[word]) };
}

function refusal(when: string, example: number): Field {
  return {
    description: `Status of the refusal where ${when}, 400 to 499. Left out: as the preset has it.`,
    shape: { kind: "whole", ...REFUSAL_STATUS },
    examples: [example],
  };
}
