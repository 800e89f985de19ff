import { diagnose } from "../../doctor/diagnose.ts";
import type { DocumentFacts } from "../../doctor/document-facts.ts";
import { readSetup } from "../../doctor/dump/setup.ts";
import { type Version, versionText } from "../../doctor/dump/version.ts";
import type { Finding } from "../../doctor/finding.ts";
import { renderProblem } from "../../policy/problem.ts";
import { printable } from "../../policy/quote.ts";
import { examine } from "../../source/examine.ts";
import { readDocuments } from "../../source/manifest.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { documentFacts } from "./document-facts.ts";
import { expressionMatcher } from "./expression-matcher.ts";
import { askVersion, parseSource, readDump } from "./read-dump.ts";
import { plainFindings, renderFindings } from "./render-findings.ts";

export type DoctorFlags = {
  readonly configDump: string;
  readonly policy: readonly string[];
  readonly cluster: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
};

/** `corsd doctor`: what in the configuration of an Envoy does not go with corsd. */
export async function doctorCommand(flags: DoctorFlags, output: Output): Promise<number> {
  const source = parseSource(flags.configDump);
  if (!source.ok) {
    output.err(`error: --config-dump: ${source.error}\n`);
    return EXIT.usage;
  }
  const document = await readDocument(flags.policy, output);
  if (document === "refused") return EXIT.failed;
  const fail = (why: string): number => {
    output.err(`error: ${printable(`${flags.configDump}: ${why}`)}\n`);
    return EXIT.failed;
  };
  const dump = await readDump(source.value);
  if (!dump.ok) return fail(dump.error);
  const matches = expressionMatcher();
  const setup = readSetup(dump.value, matches);
  if (!setup.ok) return fail(setup.error);
  const version = setup.value.version ?? (await askVersion(source.value));
  const circumstances = { document, clusters: flags.cluster, version };
  const findings = diagnose(setup.value, circumstances, matches);
  report(findings, version, flags, output);
  const isBad = ({ severity }: Finding): boolean => severity === "error" || flags.strict === true;
  return findings.some(isBad) ? EXIT.failed : EXIT.fine;
}

function report(
  findings: readonly Finding[],
  version: Version | undefined,
  { json }: DoctorFlags,
  output: Output,
): void {
  const envoy = version === undefined ? undefined : versionText(version);
  output.out(
    json === true
      ? plainFindings(findings, envoy)
      : renderFindings(findings, envoy, output.isTerminal),
  );
}

/** What the policies ask for; undefined where none are given. */
async function readDocument(
  paths: readonly string[],
  output: Output,
): Promise<DocumentFacts | undefined | "refused"> {
  if (paths.length === 0) return undefined;
  const { loaded, problems } = examine(await readDocuments(paths));
  if (loaded !== undefined) return documentFacts(loaded.resolved);
  for (const problem of problems) output.err(`${renderProblem(problem)}\n`);
  return "refused";
}
