import { MAX_METHOD_LENGTH } from "../cors/check.ts";
import { MAX_HOST_LENGTH } from "../cors/host.ts";
import { HTTP_VERSIONS } from "../cors/http-version.ts";
import { MAX_ORIGIN_LENGTH } from "../cors/origin.ts";
import { PRESETS } from "./document.ts";

// The vocabulary of a policy document as data: decoding reads keys by it (unknown ones are compared with it), and the
// JSON Schema for editors is written from it, so the two cannot drift apart.

/** What a value may look like, as far as a schema can say it. */
export type Shape =
  | { readonly kind: "text"; readonly maxLength: number; readonly pattern?: string }
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly of: readonly string[] }
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
  | { readonly kind: "object"; readonly fields: Fields; readonly minKeys?: number };

export type Field = {
  readonly description: string;
  readonly shape: Shape;
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
const PRESET: Shape = { kind: "choice", of: PRESETS };
const METHOD: Shape = { kind: "text", maxLength: MAX_METHOD_LENGTH };
const HEADER: Shape = { kind: "text", maxLength: MAX_HEADER_NAME_LENGTH };
const ORIGINS: Shape = {
  kind: "list",
  star: true,
  item: { kind: "text", maxLength: MAX_PATTERN_LENGTH + 1 },
};

export type RefusalStatusKey = "origin" | "method" | "header" | "httpVersion" | "missingOrigin";

export const REFUSAL_STATUS_FIELDS: Table<RefusalStatusKey> = {
  origin: refusal("the origin is malformed or not admitted"),
  method: refusal("the method is not allowed"),
  header: refusal("a requested header is malformed or not allowed"),
  httpVersion: refusal("the HTTP version is not allowed"),
  missingOrigin: refusal("there is no Origin and the policy requires one"),
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
      "What becomes of a refused actual request: an error, or the service without CORS headers.",
    shape: { kind: "choice", of: REFUSED_ACTUALS },
  },
  refusedPreflight: {
    description:
      "What becomes of a refused preflight: an error, an empty success without CORS headers, or the service.",
    shape: { kind: "choice", of: REFUSED_PREFLIGHTS },
  },
  preflightStatus: {
    description: "Status of an answered preflight, 200 to 299.",
    shape: { kind: "whole", ...PREFLIGHT_STATUS },
  },
  refusalStatus: {
    description: "Status of refusals by reason, each 400 to 499; keys left out keep the preset's.",
    shape: { kind: "object", fields: REFUSAL_STATUS_FIELDS },
  },
  checkRequested: {
    description: "Compare the requested method and headers of a preflight with the lists.",
    shape: FLAG,
  },
  checkActualMethod: {
    description: "Compare the method of an actual request with the list.",
    shape: FLAG,
  },
  safelistedMethods: {
    description: "Whether GET, HEAD and POST pass always, or only if listed.",
    shape: { kind: "choice", of: SAFELISTED_METHODS },
  },
  sameOrigin: {
    description: "Whether requests from the API's own origin are exempt or checked like others.",
    shape: { kind: "choice", of: SAME_ORIGINS },
  },
  anyOriginAnswer: {
    description: "How `*` without credentials is answered: with `*`, or with the origin received.",
    shape: { kind: "choice", of: ANY_ORIGIN_ANSWERS },
  },
  exposeOnPreflight: {
    description: "Send Access-Control-Expose-Headers on preflights too.",
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
    description: "Unique name of the policy in logs, metrics and the console.",
    shape: NAME,
    required: true,
  },
  description: {
    description: "What the policy is for, in words.",
    shape: { kind: "text", maxLength: MAX_DESCRIPTION_LENGTH },
  },
  tags: {
    description: "Labels to organize and filter policies by; at most 16.",
    shape: {
      kind: "list",
      star: false,
      maxItems: MAX_TAGS,
      item: { kind: "text", maxLength: MAX_TAG_LENGTH },
    },
  },
  preset: {
    description: "Fixes the switches in `behavior` and the defaults of fields that are left out.",
    shape: PRESET,
  },
  enabled: { description: "False: as if the policy stood nowhere.", shape: FLAG },
  mode: {
    description: "`shadow`: decided, counted and logged, never applied.",
    shape: { kind: "choice", of: MODES },
  },
  allowOrigins: {
    description:
      'Origins that are admitted: `https://app.example.com`, `https://*.example.com`, `https://app.example.com:*`, `~expression`, `"null"`, or `*`.',
    shape: ORIGINS,
  },
  allowMethods: {
    description: "Methods that are allowed, compared exactly, or `*`.",
    shape: { kind: "list", star: true, item: METHOD },
  },
  allowHeaders: {
    description: "Request headers that are allowed, or `*`.",
    shape: { kind: "list", star: true, item: HEADER },
  },
  exposeHeaders: {
    description: "Response headers that scripts may read, or `*`.",
    shape: { kind: "list", star: true, item: HEADER },
  },
  allowCredentials: {
    description: "Whether cookies and other credentials may be sent and answers to them be read.",
    shape: FLAG,
  },
  dangerouslyAllowAnyOriginWithCredentials: {
    description:
      "Allows every origin together with credentials: any web site can then act as its visitors.",
    shape: FLAG,
  },
  maxAge: {
    description:
      "How long browsers may keep a preflight: whole seconds, or a whole number with s, m, h or d; 0: not at all; -1: send no header.",
    shape: { kind: "duration" },
  },
  httpVersions: {
    description: "HTTP versions that are served; left out: all, where the preset has a default.",
    shape: { kind: "list", star: false, item: { kind: "choice", of: HTTP_VERSIONS } },
  },
  requireOrigin: { description: "True: a request without an Origin is refused.", shape: FLAG },
  preflight: {
    description: "`continue`: Envoy's other filters run on an allowed preflight too.",
    shape: { kind: "choice", of: PREFLIGHTS },
  },
  webSocket: {
    description: "`check`: refuse a WebSocket handshake from an origin that is not admitted.",
    shape: { kind: "choice", of: WEB_SOCKETS },
  },
  allowPrivateNetwork: {
    description: "Answer Access-Control-Request-Private-Network.",
    shape: FLAG,
  },
  timingAllowOrigin: {
    description: "Send Timing-Allow-Origin to admitted origins too.",
    shape: FLAG,
  },
  behavior: {
    description: "Single switches of the preset.",
    shape: { kind: "object", fields: BEHAVIOR_FIELDS },
  },
};

export type ApplicationKey = "name" | "origins" | "apiGroups";

export const APPLICATION_FIELDS: Table<ApplicationKey> = {
  name: { description: "Unique name of the application.", shape: NAME, required: true },
  origins: {
    description: "Origins of the application, admitted beside those of the policies.",
    shape: ORIGINS,
    required: true,
  },
  apiGroups: {
    description: "Names of the groups that admit the application, or `*`; left out: all.",
    shape: { kind: "list", star: true, item: NAME },
  },
};

export type MatchKey = "host" | "path" | "route";

export const MATCH_FIELDS: Table<MatchKey> = {
  host: {
    description: "Host name, exact or `*.suffix`, without a port; left out: any.",
    shape: { kind: "text", maxLength: MAX_HOST_LENGTH + 3 },
  },
  path: {
    description: "Path prefix by whole segments; left out: any.",
    shape: { kind: "text", maxLength: MAX_PATH_LENGTH, pattern: "^/" },
  },
  route: {
    description: "Name of an Envoy route; left out: any.",
    shape: { kind: "text", maxLength: MAX_ROUTE_LENGTH },
  },
};

export type GroupKey = "name" | "match" | "policies";

export const GROUP_FIELDS: Table<GroupKey> = {
  name: { description: "Unique name of the group.", shape: NAME, required: true },
  match: {
    description:
      "What selects the group: any entry does; in an entry all keys must hold. Without it only the deployment can name the group.",
    shape: {
      kind: "list",
      star: false,
      item: { kind: "object", fields: MATCH_FIELDS, minKeys: 1 },
    },
  },
  policies: {
    description: "Names of the policies that apply, in their order; each once.",
    shape: { kind: "list", star: false, item: NAME, unique: true },
    required: true,
  },
};

export type DocumentKey = "version" | "preset" | "policies" | "applications" | "apiGroups";

export const DOCUMENT_FIELDS: Table<DocumentKey> = {
  version: {
    description: "Version of this vocabulary; only 1 exists.",
    shape: { kind: "whole", min: 1, max: 1 },
  },
  preset: { description: "Preset of every policy in this file that names none.", shape: PRESET },
  policies: {
    description: "What is allowed to whom.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: POLICY_FIELDS } },
  },
  applications: {
    description: "Consumers with origins of their own, admitted beside those of the policies.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: APPLICATION_FIELDS } },
  },
  apiGroups: {
    description: "Where policies apply; left out: one group `default` of everything.",
    shape: { kind: "list", star: false, item: { kind: "object", fields: GROUP_FIELDS } },
  },
};

function refusal(when: string): Field {
  return {
    description: `Status of the refusal where ${when}, 400 to 499.`,
    shape: { kind: "whole", ...REFUSAL_STATUS },
  };
}
