import type { Site } from "../admin/site.ts";
import type { NamedPolicy, Source } from "../source/source.ts";
import { answerDecisions } from "./decisions-answer.ts";
import { answerDiff } from "./diff-answer.ts";
import { answerExplain } from "./explain-answer.ts";
import type { Reading } from "./metrics/metric-table.ts";
import { Metrics } from "./metrics/metrics.ts";
import { readProcessUsage } from "./metrics/process-usage.ts";
import type { Series, Tally } from "./metrics/tally.ts";
import { answerOrigins } from "./origins-answer.ts";
import { answerPolicy } from "./policy-answer.ts";
import type { RecentRefusal } from "./refusals/recent-refusals.ts";

export type SiteParts = {
  /** With a document in force. */
  readonly source: Source;
  readonly unready: Site["unready"];
  /** Of all processes that answer Envoy. */
  readonly tally: () => Promise<Tally>;
  /** Of all of them, the latest first. */
  readonly refusals: () => Promise<readonly RecentRefusal[]>;
  /** How many of those are kept at most. */
  readonly refusalLimit: number;
  readonly reloads: () => readonly Series[];
};

/** What the admin listener shows of a running server. */
export function siteOf(parts: SiteParts): Site {
  const { source, unready, tally, refusals, refusalLimit, reloads } = parts;
  const names = rememberNames(source);
  const read = async (): Promise<Reading> => {
    const status = source.status();
    const [named, counted, usage] = await Promise.all([
      names(status.revision),
      tally(),
      readProcessUsage(),
    ]);
    return { status, names: named, tally: counted, reloads: reloads(), usage };
  };
  const metrics = new Metrics(read);
  return {
    unready,
    metrics: () => metrics.text(),
    policy: (query) => answerPolicy(source, query),
    origins: (query) => answerOrigins(source, query),
    decisions: async () =>
      answerDecisions(source.status(), await tally(), performance.timeOrigin, Date.now()),
    refusals: async () => ({ limit: refusalLimit, refusals: (await refusals()).map(plainRefusal) }),
    diff: async (document) => answerDiff(await source.compare(document)),
    explain: (described) => answerExplain(source, described),
  };
}

/** Times as in all answers. */
function plainRefusal(refusal: RecentRefusal): object {
  return { ...refusal, at: new Date(refusal.at).toISOString() };
}

/** The names of a large document take 50 ms to unpack, and a scrape comes every few seconds. */
function rememberNames(source: Source): (revision: string) => Promise<readonly NamedPolicy[]> {
  let known: { readonly of: string; readonly names: readonly NamedPolicy[] } | undefined;
  return async (revision) => {
    if (known?.of === revision) return known.names;
    const names = await source.names();
    known = { of: revision, names };
    return names;
  };
}
