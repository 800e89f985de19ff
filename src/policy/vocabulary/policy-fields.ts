import { HTTP_VERSIONS } from "../../cors/http-version.ts";
import { BEHAVIOR_FIELDS } from "./behavior-fields.ts";
import { choice, type Table } from "./field.ts";
import { MAX_DESCRIPTION_LENGTH, MAX_TAG_LENGTH, MAX_TAGS } from "./limits.ts";
import { FLAG, HEADER, METHOD, NAME, ORIGINS, PRESET } from "./shapes.ts";

export const MODES = ["enforce", "shadow"] as const;
export const PREFLIGHTS = ["answer", "continue"] as const;
export const WEB_SOCKETS = ["ignore", "check"] as const;

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
