import type { Site } from "../admin/site.ts";
import { err, ok, type Result } from "../cors/result.ts";
import { type DescriptionFault, readRequest } from "../explain/described-request.ts";
import { explainRequest } from "../explain/explain-request.ts";
import { readDescription } from "../explain/read-description.ts";
import type { NamedPolicy, Source } from "../source/source.ts";
import type { Reading } from "./metrics/metric-table.ts";
import { Metrics } from "./metrics/metrics.ts";
import { readProcessUsage } from "./metrics/process-usage.ts";
import type { Series, Tally } from "./metrics/tally.ts";
import { answerPolicy } from "./policy-answer.ts";

export type SiteParts = {
  /** With a document in force. */
  readonly source: Source;
  readonly unready: Site["unready"];
  /** Of all processes that answer Envoy. */
  readonly tally: () => Promise<Tally>;
  readonly reloads: () => readonly Series[];
};

/** What the admin listener shows of a running server. */
export function siteOf({ source, unready, tally, reloads }: SiteParts): Site {
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
    policy: (tag) => answerPolicy(source, tag),
    explain: (described) => explainDescribed(source, described),
  };
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

function explainDescribed(source: Source, described: unknown): Result<object, string> {
  const description = readDescription(described);
  if (!description.ok) return description;
  const request = readRequest(description.value);
  return request.ok
    ? ok(explainRequest(source.current(), request.value))
    : err(inWords(request.error));
}

function inWords({ field, message }: DescriptionFault): string {
  return `${field === "header" ? "headers" : field}: ${message}`;
}
