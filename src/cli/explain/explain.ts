import { type DescribedRequest, readRequest } from "../../explain/described-request.ts";
import { explainRequest } from "../../explain/explain-request.ts";
import { splitHeaderLine } from "../../explain/header-line.ts";
import { compileSnapshot } from "../../policy/compile.ts";
import { renderProblem } from "../../policy/problem.ts";
import { kebab } from "../../server/settings.ts";
import { examine } from "../../source/examine.ts";
import { readDocuments } from "../../source/manifest.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { renderExplanation } from "./render-explanation.ts";

export type ExplainFlags = {
  readonly method: string;
  readonly url: string;
  /** Each `name: value`. */
  readonly header: readonly string[];
  readonly httpVersion?: string;
  readonly route?: string;
  readonly group?: string;
  readonly json?: boolean;
};

/** `corsd explain`: what would be decided about one request, and why. */
export async function explainCommand(
  paths: readonly string[],
  flags: ExplainFlags,
  output: Output,
): Promise<number> {
  const request = readRequest(describe(flags));
  if (!request.ok) {
    const { field, message } = request.error;
    output.err(`error: --${kebab(field)}: ${message}\n`);
    return EXIT.usage;
  }
  const { loaded, problems, digest } = examine(await readDocuments(paths));
  if (loaded === undefined) {
    for (const problem of problems) output.err(`${renderProblem(problem)}\n`);
    return EXIT.failed;
  }
  const explanation = explainRequest(compileSnapshot(loaded.resolved, digest), request.value);
  output.out(
    flags.json === true
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : renderExplanation(explanation, output.isTerminal),
  );
  return explanation.outcome === "refused" ? EXIT.refused : EXIT.fine;
}

function describe({ method, url, header, ...rest }: ExplainFlags): DescribedRequest {
  const { httpVersion, route, group } = rest;
  return { method, url, headers: header.map(splitHeaderLine), httpVersion, route, group };
}
