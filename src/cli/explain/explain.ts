import {
  type DescribedRequest,
  type DescriptionFault,
  readRequest,
} from "../../explain/described-request.ts";
import { splitHeaderLine } from "../../explain/header-line.ts";
import { renderProblem } from "../../policy/problem.ts";
import { kebab } from "../../server/settings.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { paintFor } from "../paint.ts";
import { explainHar } from "./explain-har.ts";
import { explainPaste } from "./explain-paste.ts";
import { Explainer } from "./explainer.ts";
import { type ExplainFlags, type Streams, wrongUsage } from "./flags.ts";
import { renderExplanation } from "./render-explanation.ts";
import { renderMend } from "./render-mend.ts";

/** `corsd explain`: what would be decided about requests, why, and what would let them through. */
export async function explainCommand(
  paths: readonly string[],
  flags: ExplainFlags,
  streams: Streams,
): Promise<number> {
  const { output } = streams;
  const misuse = misuseOf(flags);
  if (misuse !== undefined) return wrongUsage(misuse, output);
  // A mistake on the command line is said before anything is read.
  const isDescribed = flags.paste === undefined && flags.fromHar === undefined;
  const request = isDescribed ? describe(flags) : undefined;
  const fault = faultOf(request ?? describe({ ...flags, ...ANY_REQUEST }));
  if (fault !== undefined) return wrongUsage(`--${kebab(fault.field)}: ${fault.message}`, output);
  const explainer = await Explainer.load(paths);
  if (!explainer.ok) {
    for (const problem of explainer.error) output.err(`${renderProblem(problem)}\n`);
    return EXIT.failed;
  }
  if (request !== undefined) return explainOne(request, explainer.value, flags, output);
  return flags.paste === undefined
    ? explainHar(String(flags.fromHar), explainer.value, flags, streams)
    : explainPaste(flags.paste, explainer.value, flags, streams);
}

/** For the flags that go with a paste or a recording to be judged with. */
const ANY_REQUEST = { method: "GET", url: "/" };

/** What is wrong with how the flags go together. */
function misuseOf(flags: ExplainFlags): string | undefined {
  const { method, url, paste, fromHar, header, origin } = flags;
  if (paste === undefined && origin !== undefined) {
    return "--origin goes with --paste; without it write -H 'Origin: …'";
  }
  if (paste === undefined && fromHar === undefined) {
    if (method !== undefined && url !== undefined) return undefined;
    const missing = method === undefined ? "--method <method>" : "--url <url>";
    return `required option '${missing}' not specified (or give --paste, or --from-har)`;
  }
  const described = method !== undefined || url !== undefined || header.length > 0;
  if (described || (paste !== undefined && fromHar !== undefined)) {
    return "give one of --method with --url and -H, --paste, --from-har";
  }
  return undefined;
}

function describe({ method = "", url = "", header, ...rest }: ExplainFlags): DescribedRequest {
  const { httpVersion, route, group } = rest;
  return { method, url, headers: header.map(splitHeaderLine), httpVersion, route, group };
}

function faultOf(request: DescribedRequest): DescriptionFault | undefined {
  const read = readRequest(request);
  return read.ok ? undefined : read.error;
}

function explainOne(
  request: DescribedRequest,
  explainer: Explainer,
  { json }: ExplainFlags,
  output: Output,
): number {
  const { explained, mend } = explainer.exchange([request]);
  const paint = paintFor(output.isTerminal);
  for (const { explanation } of explained) {
    output.out(
      json === true
        ? `${JSON.stringify({ ...explanation, mend }, null, 2)}\n`
        : renderExplanation(explanation, paint) + renderMend(mend, paint),
    );
  }
  const isAsked = explained.some(({ explanation }) => explanation.kind !== "no-origin");
  if (!isAsked && json !== true) output.err(NO_ORIGIN_NOTE);
  return explained.some(({ explanation }) => explanation.outcome === "refused")
    ? EXIT.refused
    : EXIT.fine;
}

/** The likeliest slip of somebody whose page is refused: this request would not have been. */
const NO_ORIGIN_NOTE = `
note: a CORS request has an Origin, and this one has none; for one add -H 'Origin: https://app.example.com'
`;
