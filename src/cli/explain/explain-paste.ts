import { type DescribedRequest, readRequest } from "../../explain/described-request.ts";
import { exchangesOf } from "../../explain/exchanges.ts";
import { MAX_PASTED, type Pasted } from "../../explain/pasted/pasted.ts";
import { readPasted } from "../../explain/pasted/read-pasted.ts";
import { printable } from "../../policy/quote.ts";
import { EXIT } from "../exit-code.ts";
import { type Paint, paintFor } from "../paint.ts";
import { readInput } from "../read-input.ts";
import type { ExplainedExchange, Explainer } from "./explainer.ts";
import { type ExplainFlags, type Streams, wrongUsage } from "./flags.ts";
import { renderExplanation } from "./render-explanation.ts";
import { renderMend } from "./render-mend.ts";
import { titleOf } from "./title.ts";

/** A character of UTF-8 has up to four bytes. */
const MAX_BYTES = 4 * MAX_PASTED;

/** `corsd explain --paste`: what was copied from a browser or a terminal. */
export async function explainPaste(
  path: string,
  explainer: Explainer,
  flags: ExplainFlags,
  { output, input }: Streams,
): Promise<number> {
  const text = await readInput(path, input, MAX_BYTES);
  if (!text.ok) return wrongUsage(`--paste: ${text.error}`, output);
  const pasted = readPasted(text.value, { origin: flags.origin });
  if (!pasted.ok) return wrongUsage(`--paste: ${pasted.error}`, output);
  const requests = pasted.value.requests.map((request) => supplemented(request, flags));
  for (const request of requests) {
    const read = readRequest(request);
    if (!read.ok) return wrongUsage(`--paste: ${printable(read.error.message)}`, output);
  }
  const exchanges = exchangesOf(requests).map((each) => explainer.exchange(each));
  output.out(
    flags.json === true
      ? `${JSON.stringify(plain(pasted.value, exchanges), null, 2)}\n`
      : render(pasted.value, exchanges, paintFor(output.isTerminal)),
  );
  return exchanges.some(isRefused) ? EXIT.refused : EXIT.fine;
}

/** What only the deployment knows is said by flags. */
export function supplemented(
  request: DescribedRequest,
  { httpVersion, route, group }: ExplainFlags,
): DescribedRequest {
  return { ...request, httpVersion: httpVersion ?? request.httpVersion, route, group };
}

export function isRefused({ explained }: ExplainedExchange): boolean {
  return explained.some(({ explanation }) => explanation.outcome === "refused");
}

/** For programs, in the order of keys that is promised to them. */
function plain(
  { kind, claim, assumptions }: Pasted,
  exchanges: readonly ExplainedExchange[],
): object {
  return {
    kind,
    claim: claim ?? null,
    assumptions,
    exchanges: exchanges.map(({ explained, mend }) => ({
      requests: explained.map(({ request, explanation }) => ({
        request: { method: request.method, url: request.url, headers: request.headers },
        ...explanation,
      })),
      mend,
    })),
  };
}

function render(pasted: Pasted, exchanges: readonly ExplainedExchange[], paint: Paint): string {
  const { claim, assumptions } = pasted;
  const said = [
    ...(claim === undefined ? [] : [`${paint("bold", "said:")}    ${claim}`]),
    ...assumptions.map((each) => `${paint("bold", "assumed:")} ${each}`),
  ];
  const blocks = exchanges.map((exchange) => renderExchange(exchange, paint));
  const notes = exchanges.map((exchange) => noteOn(pasted, exchange));
  return [said.length === 0 ? "" : `${said.join("\n")}\n\n`, blocks.join("\n"), ...notes].join("");
}

function renderExchange({ explained, mend }: ExplainedExchange, paint: Paint): string {
  const blocks: string[] = [];
  for (const { request, explanation } of explained) {
    const title = paint("bold", titleOf(request));
    const before = blocks.length === 0 ? "" : "\n";
    blocks.push(`${before}${title}\n${renderExplanation(explanation, paint)}`);
    // A browser goes no further.
    if (explanation.outcome === "refused") break;
  }
  return blocks.join("") + renderMend(mend, paint);
}

/** Where the document lets through what the browser says failed: what that means. */
function noteOn({ kind, claim }: Pasted, { explained, mend }: ExplainedExchange): string {
  if (kind !== "console" || mend !== null) return "";
  const answers = new Map(explained.flatMap(({ explanation }) => explanation.headers.set));
  const isCredentialed = answers.has("access-control-allow-credentials");
  if (claim?.startsWith("the page sends credentials") === true && !isCredentialed) {
    return "\nthe policy does not allow credentials: set `allowCredentials: true`, with every origin listed, or let the page send none\n";
  }
  return `
by this document it is let through, so the page asked for something else than what was assumed, or the answer came from
elsewhere: ${allowedText(answers)}in the browser's developer tools, under Network, choose Copy as cURL, and paste that
`;
}

/** What a preflight may ask for, by the answer to this one. */
function allowedText(answers: ReadonlyMap<string, string>): string {
  const methods = answers.get("access-control-allow-methods");
  if (methods === undefined) return "";
  const names = answers.get("access-control-allow-headers") ?? "none";
  return `the methods allowed are ${methods}, the headers ${names}; `;
}
