import type { Action, Decision, Header, Outcome, Reason, Shadow } from "../cors/decision.ts";
import { immediateHeaders } from "../cors/edits.ts";
import { narrate } from "../cors/explain.ts";
import type { Request, RequestKind } from "../cors/request.ts";

/** What `corsd explain --json` prints and `POST /explain` answers; the keys are a promise to programs. */
export type Explanation = {
  readonly group: string | null;
  readonly policy: string | null;
  readonly kind: RequestKind;
  readonly outcome: Outcome;
  readonly reason: Reason | null;
  /** Null where the service answers. */
  readonly status: number | null;
  readonly body: string | null;
  readonly headers: ExplainedHeaders;
  readonly steps: readonly string[];
  readonly shadow: ExplainedShadow | null;
};

/** A name that ends in `*` stands for every header that begins so. */
type ExplainedHeaders = {
  readonly set: readonly Header[];
  readonly remove: readonly string[];
  /** Names merged into Vary. */
  readonly vary: readonly string[];
};

type ExplainedShadow = {
  readonly policy: string | null;
  readonly outcome: Outcome;
  readonly reason: Reason | null;
  readonly differs: boolean;
};

export function explain(decision: Decision, request: Request): Explanation {
  const { action } = decision;
  return {
    group: decision.group ?? null,
    policy: decision.policy?.name ?? null,
    kind: decision.kind,
    outcome: decision.outcome,
    reason: decision.reason ?? null,
    status: action.kind === "respond" ? action.status : null,
    body: action.kind === "respond" ? (action.body ?? null) : null,
    headers: explainHeaders(action),
    steps: [...narrate(decision, request), ...exposureSteps(action)],
    shadow: decision.shadow === undefined ? null : explainShadow(decision.shadow),
  };
}

function explainHeaders(action: Action): ExplainedHeaders {
  switch (action.kind) {
    case "pass":
      return { set: [], remove: [], vary: [] };
    case "respond":
      return {
        set: immediateHeaders(action).filter(([name]) => name !== "vary"),
        remove: [],
        vary: action.vary,
      };
    case "decorate":
      return { set: action.headers, remove: removed(action.removeTiming), vary: action.vary };
  }
}

function removed(timing: boolean): readonly string[] {
  return timing ? ["access-control-*", "timing-allow-origin"] : ["access-control-*"];
}

/** Names that only a real response can tell. */
function exposureSteps(action: Action): readonly string[] {
  if (action.kind !== "decorate" || !action.exposeReceived) return [];
  return [
    "access-control-expose-headers: `*` means nothing beside credentials, so the names of the response's own headers are listed",
  ];
}

function explainShadow({ policy, outcome, reason, differs }: Shadow): ExplainedShadow {
  return { policy: policy?.name ?? null, outcome, reason: reason ?? null, differs };
}
