import { decide } from "../cors/decide.ts";
import { renderProblem } from "../policy/problem.ts";
import { examine, readContents } from "../source/examine.ts";
import { EXIT } from "./exit-code.ts";
import { ASSUMED_HTTP_VERSION, type RequestFlags, readRequest } from "./explain-request.ts";
import { type Explanation, explain, renderExplanation } from "./explanation.ts";
import type { Output } from "./output.ts";

export type ExplainFlags = RequestFlags & { readonly json?: boolean };

/** `corsd explain`: what would be decided about one request, and why. */
export async function explainCommand(
  paths: readonly string[],
  flags: ExplainFlags,
  output: Output,
): Promise<number> {
  const request = readRequest(flags);
  if (!request.ok) {
    output.err(`error: ${request.error}\n`);
    return EXIT.usage;
  }
  const { loaded, problems } = examine(await readContents(paths));
  if (loaded === undefined) {
    for (const problem of problems) output.err(`${renderProblem(problem)}\n`);
    return EXIT.failed;
  }
  const { snapshot } = loaded;
  const explained = explain(decide(snapshot, request.value), request.value);
  const assumed = snapshot.needs.httpVersion && flags.httpVersion === undefined;
  const explanation = assumed ? withAssumption(explained) : explained;
  output.out(
    flags.json === true
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : renderExplanation(explanation, output.isTerminal),
  );
  return explanation.outcome === "refused" ? EXIT.refused : EXIT.fine;
}

function withAssumption(explanation: Explanation): Explanation {
  const step = `HTTP version: taken to be ${ASSUMED_HTTP_VERSION}, since --http-version does not say`;
  return { ...explanation, steps: [step, ...explanation.steps] };
}
