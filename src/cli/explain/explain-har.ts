import { err, ok, type Result } from "../../cors/result.ts";
import { readRequest } from "../../explain/described-request.ts";
import { type Received, type Recorded, readHar } from "../../explain/har/read-har.ts";
import { headerOf } from "../../explain/pasted/pasted.ts";
import { printable } from "../../policy/quote.ts";
import { EXIT } from "../exit-code.ts";
import { type Paint, paintFor } from "../paint.ts";
import { readInput } from "../read-input.ts";
import { isRefused, supplemented } from "./explain-paste.ts";
import type { Explained, ExplainedExchange, Explainer } from "./explainer.ts";
import { type ExplainFlags, type Streams, wrongUsage } from "./flags.ts";
import { COLORS, renderExplanation } from "./render-explanation.ts";
import { renderMend } from "./render-mend.ts";
import { titleOf } from "./title.ts";

/** Longest recording, in bytes: bodies are in it too. */
const MAX_BYTES = 64 * 1024 * 1024;

type Judged =
  | { readonly entry: number; readonly malformed: string }
  | (ExplainedExchange & {
      readonly entry: number;
      readonly assumptions: readonly string[];
      readonly received: Received;
      readonly malformed: undefined;
    });

/** `corsd explain --from-har`: every cross-origin request that a browser recorded. */
export async function explainHar(
  path: string,
  explainer: Explainer,
  flags: ExplainFlags,
  { output, input }: Streams,
): Promise<number> {
  const text = await readInput(path, input, MAX_BYTES);
  if (!text.ok) return wrongUsage(`--from-har: ${text.error}`, output);
  const json = parseJson(text.value);
  if (!json.ok) return wrongUsage(`--from-har: ${json.error}`, output);
  const recording = readHar(json.value);
  if (!recording.ok) return wrongUsage(`--from-har: ${recording.error}`, output);
  const judged = recording.value.flatMap((recorded) => judge(recorded, explainer, flags));
  const others = recording.value.filter(({ kind }) => kind === "other").length;
  output.out(
    flags.json === true
      ? `${JSON.stringify(judged.map(plain), null, 2)}\n`
      : render(judged, others, paintFor(output.isTerminal)),
  );
  return judged.some((one) => one.malformed === undefined && isRefused(one))
    ? EXIT.refused
    : EXIT.fine;
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch {
    // Not the parser's words: they quote what was recorded.
    return err("it is no HAR recording: it is no JSON; save it again, in whole");
  }
}

const MALFORMED = {
  method: "`request.method` is no method name",
  url: "`request.url` is none that can be sent",
  header: "a header of it is none that can be sent",
  httpVersion: "`request.httpVersion` is none",
} as const;

function judge(recorded: Recorded, explainer: Explainer, flags: ExplainFlags): readonly Judged[] {
  const { kind, entry } = recorded;
  if (kind === "other") return [];
  if (kind === "malformed") return [{ entry, malformed: recorded.why }];
  const requests = recorded.requests.map((request) => supplemented(request, flags));
  for (const request of requests) {
    const read = readRequest(request);
    // Not the message: it quotes the whole URL, with its query.
    if (!read.ok) return [{ entry, malformed: MALFORMED[read.error.field] }];
  }
  const { assumptions, received } = recorded;
  return [{ ...explainer.exchange(requests), entry, assumptions, received, malformed: undefined }];
}

/** For programs, in the order of keys that is promised to them. */
function plain(judged: Judged): object {
  if (judged.malformed !== undefined) return { entry: judged.entry, malformed: judged.malformed };
  const { entry, assumptions, received, explained, mend } = judged;
  return {
    entry,
    malformed: null,
    assumptions,
    received,
    requests: explained.map(({ request, explanation }) => ({
      request: { method: request.method, url: withoutQuery(request.url), headers: request.headers },
      ...explanation,
    })),
    mend,
  };
}

/** A line for each entry, then all about those that are refused. */
function render(judged: readonly Judged[], others: number, paint: Paint): string {
  const rows = judged.map(rowOf);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((row) => String(row[column]).length)),
  );
  const lines = judged.map((one, index) => {
    const cells = (rows[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return paint(colorOf(one), cells.join("  ").trimEnd());
  });
  const details = judged.flatMap((one) =>
    one.malformed === undefined && (isRefused(one) || one.mend !== null)
      ? [renderRefused(one, paint)]
      : [],
  );
  return (
    [...lines, countLine(judged, others)].map((line) => `${line}\n`).join("") + details.join("")
  );
}

function countLine(judged: readonly Judged[], others: number): string {
  const refused = judged.filter((one) => one.malformed === undefined && isRefused(one)).length;
  const malformed = judged.filter((one) => one.malformed !== undefined).length;
  const broken = malformed === 0 ? "" : `, ${malformed} malformed`;
  return `${judged.length} cross-origin, ${refused} refused${broken}; ${others} left out as not cross-origin`;
}

type Row = readonly string[];

function rowOf(judged: Judged): Row {
  const { entry, malformed } = judged;
  if (malformed !== undefined) return [String(entry), "malformed", "", "", malformed];
  const { explanation } = decisive(judged);
  const shown = judged.explained.at(-1) as Explained;
  const { method, url, headers } = shown.request;
  const asked = headerOf(headers, "access-control-request-method");
  const what = asked === undefined ? method : `preflight ${asked}`;
  const where = shown.explanation.kind === explanation.kind ? "" : "its preflight: ";
  const reason = explanation.reason === null ? "" : `${where}${explanation.reason}`;
  return [
    String(entry),
    explanation.outcome,
    what,
    printable(withoutQuery(url)),
    [`from ${printable(String(headerOf(headers, "origin")))}`, reason]
      .filter((part) => part !== "")
      .join("  "),
  ];
}

/** The request that was refused, else the last. */
function decisive({ explained }: ExplainedExchange): Explained {
  const refused = explained.find(({ explanation }) => explanation.outcome === "refused");
  return refused ?? (explained.at(-1) as Explained);
}

function colorOf(judged: Judged): "yellow" | "green" | "red" {
  if (judged.malformed !== undefined) return "yellow";
  return COLORS[decisive(judged).explanation.outcome];
}

function renderRefused(judged: Extract<Judged, { malformed: undefined }>, paint: Paint): string {
  const { request, explanation } = decisive(judged);
  const { entry, assumptions, received, mend } = judged;
  const title = `entry ${entry}: ${titleOf({ ...request, url: withoutQuery(request.url) })}`;
  const recorded = [
    `recorded: ${received.status === 0 ? "no answer" : received.status}`,
    ...received.headers.map(([name, value]) => `  ${printable(`${name}: ${value}`)}`),
  ];
  return [
    `\n${paint("bold", title)}\n`,
    ...assumptions.map((each) => `${paint("bold", "assumed:")} ${each}\n`),
    renderExplanation(explanation, paint),
    ...recorded.map((line) => `${paint("dim", line)}\n`),
    renderMend(mend, paint),
  ].join("");
}

/** Queries and fragments hold what nobody should read over a shoulder. */
function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1).join("");
}
