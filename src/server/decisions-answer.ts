import type { SourceStatus } from "../source/source.ts";
import type { Series, Tally } from "./metrics/tally.ts";

/** A count, and what was decided so often; null stands for none. */
export type CountedDecision = {
  readonly group: string | null;
  readonly policy: string | null;
  readonly kind: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly count: number;
};

export type CountedShadow = CountedDecision & { readonly differs: boolean };

/** What was decided since the start, and under what: small enough to be asked for every second. */
export type DecisionsAnswer = {
  /** When the counts began, and when they were read: ISO 8601. */
  readonly since: string;
  readonly at: string;
  /** `attempt` names what the files were last found to hold: it changes when there is news of them, good or bad. */
  readonly policy: {
    readonly revision: string;
    readonly loadedAt: string;
    readonly stale: boolean;
    readonly attempt: string;
  };
  readonly decisions: readonly CountedDecision[];
  readonly shadows: readonly CountedShadow[];
};

/** Times in milliseconds since 1970. */
export function answerDecisions(
  { revision, since: loadedAt, isStale, attempt }: SourceStatus,
  { decisions, shadows }: Pick<Tally, "decisions" | "shadows">,
  since: number,
  now: number,
): DecisionsAnswer {
  return {
    since: new Date(since).toISOString(),
    at: new Date(now).toISOString(),
    policy: { revision, loadedAt: new Date(loadedAt).toISOString(), stale: isStale, attempt },
    decisions: decisions.map(countedOf),
    shadows: shadows.map(shadowOf),
  };
}

function shadowOf(series: Series): CountedShadow {
  const { differs } = series.labels;
  return { ...countedOf(series), differs: differs === "true" };
}

/** A label is empty where there is nothing to say. */
function countedOf({ labels, count }: Series): CountedDecision {
  const { group = "", policy = "", kind = "", outcome = "", reason = "" } = labels;
  return {
    group: group || null,
    policy: policy || null,
    kind,
    outcome,
    reason: reason || null,
    count,
  };
}
