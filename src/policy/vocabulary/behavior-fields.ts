import { choice, type Field, type Table } from "./field.ts";
import { FLAG } from "./shapes.ts";

export const REFUSED_ACTUALS = ["reject", "forward"] as const;
export const REFUSED_PREFLIGHTS = ["reject", "bare", "forward"] as const;
export const SAFELISTED_METHODS = ["listed", "always"] as const;
export const SAME_ORIGINS = ["exempt", "check"] as const;
export const ANY_ORIGIN_ANSWERS = ["star", "echo"] as const;

type Range = { readonly min: number; readonly max: number };
export const PREFLIGHT_STATUS: Range = { min: 200, max: 299 };
export const REFUSAL_STATUS: Range = { min: 400, max: 499 };

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

function refusal(when: string, example: number): Field {
  return {
    description: `Status of the refusal where ${when}, 400 to 499. Left out: as the preset has it.`,
    shape: { kind: "whole", ...REFUSAL_STATUS },
    examples: [example],
  };
}
