import { err, ok, type Result } from "../cors/result.ts";
import {
  type DescribedRequest,
  type DescriptionFault,
  readRequest,
  type UnderstoodRequest,
} from "../explain/described-request.ts";
import { exchangesOf } from "../explain/exchanges.ts";
import { explainRequest } from "../explain/explain-request.ts";
import type { Explanation } from "../explain/explanation.ts";
import type { Pasted } from "../explain/pasted/pasted.ts";
import { readPasted } from "../explain/pasted/read-pasted.ts";
import { readDescription } from "../explain/read-description.ts";
import { type InForce, type Mend, mend } from "../mend/mend.ts";
import { printable } from "../policy/quote.ts";
import { libraries } from "../source/libraries.ts";
import type { Source } from "../source/source.ts";

/** What `POST /explain` answers: that of `corsd explain --json`, and of a paste what was understood of it. */
export type ExplainAnswer = Explanation & {
  /** The smallest change of the document that would let it through; null where it is let through. */
  readonly mend: ExplainedMend;
  /** That of `corsd explain --paste --json`; the explanation beside it is of the request that decides. */
  readonly pasted?: ExplainedPaste;
};

export type ExplainedPaste = Pick<Pasted, "kind" | "assumptions"> & {
  readonly claim: string | null;
  readonly exchanges: readonly ExplainedExchange[];
};

type ExplainedMend = Exclude<Mend, { kind: "allowed" }> | null;

type ExplainedExchange = {
  readonly requests: readonly (Explanation & {
    readonly request: Pick<DescribedRequest, "method" | "url" | "headers">;
  })[];
  readonly mend: ExplainedMend;
};

/** Explains a request that JSON describes, or a paste in it, under the document in force. The error is one line. */
export async function answerExplain(
  source: Source,
  json: unknown,
): Promise<Result<ExplainAnswer, string>> {
  const answer = await (isPaste(json)
    ? explainPaste(source, json)
    : explainDescribed(source, json));
  // It quotes what was written, and may be read at a terminal.
  return answer.ok ? answer : err(printable(answer.error));
}

async function explainDescribed(
  source: Source,
  json: unknown,
): Promise<Result<ExplainAnswer, string>> {
  const description = readDescription(json);
  if (!description.ok) return description;
  const understood = readRequest(description.value);
  if (!understood.ok) return err(inWords(understood.error));
  const inForce = await inForceOf(source, [[understood.value]]);
  const explanation = explainRequest(inForce.snapshot, understood.value);
  return ok({ ...explanation, mend: mendOf(inForce, [understood.value]) });
}

const BESIDE_PASTE = ["origin", "httpVersion", "route", "group"] as const;

type Paste = { readonly paste: unknown } & {
  readonly [key in (typeof BESIDE_PASTE)[number]]?: unknown;
};

function isPaste(json: unknown): json is Paste {
  return typeof json === "object" && json !== null && "paste" in json;
}

async function explainPaste(source: Source, paste: Paste): Promise<Result<ExplainAnswer, string>> {
  const read = readPaste(paste);
  if (!read.ok) return read;
  const { kind, claim, assumptions, requests } = read.value;
  const understood = new Map<DescribedRequest, UnderstoodRequest>();
  for (const each of requests) {
    const request = readRequest(each);
    if (!request.ok) return err(`paste: ${inWords(request.error)}`);
    understood.set(each, request.value);
  }
  const understoodOf = (exchange: readonly DescribedRequest[]): readonly UnderstoodRequest[] =>
    exchange.map((each) => understood.get(each) as UnderstoodRequest);
  const described = exchangesOf(requests);
  const inForce = await inForceOf(source, described.map(understoodOf));
  const exchanges = described.map((exchange): ExplainedExchange => {
    const all = understoodOf(exchange);
    return {
      requests: exchange.map(({ method, url, headers }, at) => ({
        request: { method, url, headers },
        ...explainRequest(inForce.snapshot, all[at] as UnderstoodRequest),
      })),
      mend: mendOf(inForce, all),
    };
  });
  const pasted = { kind, claim: claim ?? null, assumptions, exchanges };
  return ok({ ...decisive(exchanges), pasted });
}

function readPaste(asked: Paste): Result<Pasted, string> {
  const { paste, ...beside } = asked;
  const known: readonly string[] = BESIDE_PASTE;
  const stranger = Object.keys(beside).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    return err(`\`${stranger}\` is no key beside \`paste\`; the keys are ${known.join(", ")}`);
  }
  if (typeof paste !== "string") return err("paste: write a text");
  const wrong = BESIDE_PASTE.find((key) => typeof (beside[key] ?? "") !== "string");
  if (wrong !== undefined) return err(`${wrong}: write a text, or leave it out`);
  const textOf = (key: (typeof BESIDE_PASTE)[number]): string | undefined =>
    beside[key] === null ? undefined : (beside[key] as string | undefined);
  const pasted = readPasted(paste, { origin: textOf("origin") });
  if (!pasted.ok) return err(`paste: ${pasted.error}`);
  const requests = pasted.value.requests.map((request) => ({
    ...request,
    httpVersion: textOf("httpVersion") ?? request.httpVersion,
    route: textOf("route"),
    group: textOf("group"),
  }));
  return ok({ ...pasted.value, requests });
}

/** A browser stops at the first request that is refused; of those that are not the last one gets the answer. */
function decisive(exchanges: readonly ExplainedExchange[]): ExplainAnswer {
  const all = exchanges.flatMap(({ requests, mend: change }) =>
    requests.map(({ request: _, ...explanation }) => ({ ...explanation, mend: change })),
  );
  const refused = all.find(({ outcome }) => outcome === "refused");
  return refused ?? (all.at(-1) as ExplainAnswer);
}

const NO_DOCUMENT: InForce["document"] = { groups: [], policies: [], applications: [] };

/**
 * What the exchanges are explained by. That nothing has to be changed for them the snapshot alone tells: only where
 * something has to is the document unpacked, which takes half a second of 100,000 origins.
 */
async function inForceOf(
  source: Source,
  exchanges: readonly (readonly UnderstoodRequest[])[],
): Promise<InForce> {
  const inForce = { snapshot: source.current(), document: NO_DOCUMENT, libraries };
  if (exchanges.every((exchange) => mendOf(inForce, exchange) === null)) return inForce;
  // Asked for in the same turn as the snapshot, so that it is of the same document.
  return { ...inForce, document: await source.document() };
}

function mendOf(inForce: InForce, exchange: readonly UnderstoodRequest[]): ExplainedMend {
  const found = mend(
    inForce,
    exchange.map(({ request }) => request),
  );
  return found.kind === "allowed" ? null : found;
}

function inWords({ field, message }: DescriptionFault): string {
  return `${field === "header" ? "headers" : field}: ${message}`;
}
