import { readFile } from "node:fs/promises";
import type { Answer, Case } from "../../conformance/case.ts";
import { compareAnswers, judgeAnswer } from "../../conformance/judge.ts";
import type { Result } from "../../cors/result.ts";
import { err, ok } from "../../cors/result.ts";
import { printable } from "../../policy/quote.ts";
import { parseDuration } from "../../server/settings.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import type { ConformanceFlags } from "./flags.ts";
import { ask, type Gateway, readGatewayUrl } from "./http-client.ts";
import { planCases } from "./plan-cases.ts";
import { type Compared, comparedReport, type Judged, judgedReport } from "./report.ts";

/** `corsd conformance`: what a gateway does about CORS, as anybody on the network sees it. */
export async function conformanceCommand(
  url: string,
  flags: ConformanceFlags,
  output: Output,
): Promise<number> {
  const gateways: Gateway[] = [];
  for (const each of [url, flags.compare]) {
    const gateway = each === undefined ? undefined : await readGateway(each, flags);
    if (gateway?.ok === false) {
      output.err(`error: ${gateway.error}\n`);
      return EXIT.usage;
    }
    if (gateway !== undefined) gateways.push(gateway.value);
  }
  const planned = await planCases(url, flags);
  if (!planned.ok) {
    for (const line of planned.error.lines) output.err(`${line}\n`);
    return planned.error.code;
  }
  return flags.compare === undefined
    ? judge(gateways, planned.value, flags, output)
    : compare(gateways, planned.value, flags, output);
}

async function readGateway(url: string, flags: ConformanceFlags): Promise<Result<Gateway, string>> {
  const target = readGatewayUrl(url);
  if (!target.ok) return target;
  const timeout = parseDuration(flags.timeout);
  if (!timeout.ok) return err(`--timeout: ${timeout.error}`);
  if (timeout.value === 0) return err("--timeout: in no time nobody answers");
  const insecure = flags.insecure === true;
  const base = { url, target: target.value, insecure, timeout: timeout.value };
  if (flags.ca === undefined) return ok({ ...base, ca: undefined });
  try {
    return ok({ ...base, ca: await readFile(flags.ca, "utf8") });
  } catch {
    return err(`--ca: \`${flags.ca}\` cannot be read`);
  }
}

// One request after the other: a gateway in production is not to notice.

async function judge(
  gateways: readonly Gateway[],
  cases: readonly Case[],
  { json }: ConformanceFlags,
  output: Output,
): Promise<number> {
  const judged: Judged[] = [];
  for (const each of cases) {
    const [answer] = await askAll(gateways, each);
    if (answer === undefined) continue;
    judged.push({ case: each, answer, findings: answer.ok ? judgeAnswer(each, answer.value) : [] });
    if (isSilent(judged.map((one) => one.answer))) return gaveUp(gateways[0], answer, output);
  }
  output.out(judgedReport(judged, json === true, output.isTerminal));
  const isGood = judged.every(({ answer, findings }) => answer.ok && findings.length === 0);
  return isGood ? EXIT.fine : EXIT.failed;
}

async function compare(
  gateways: readonly Gateway[],
  cases: readonly Case[],
  { json }: ConformanceFlags,
  output: Output,
): Promise<number> {
  const compared: Compared[] = [];
  const heard = gateways.map((): Result<Answer, string>[] => []);
  for (const each of cases) {
    const answers = await askAll(gateways, each);
    for (const [at, answer] of answers.entries()) {
      heard[at]?.push(answer);
      if (isSilent(heard[at] ?? [])) return gaveUp(gateways[at], answer, output);
    }
    const [first, second] = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
    const differences = first && second ? compareAnswers(first, second) : [];
    compared.push({ case: each, failures: answers.flatMap(failureOf), differences });
  }
  output.out(comparedReport(compared, json === true));
  if (compared.some(({ failures }) => failures.length > 0)) return EXIT.failed;
  return compared.every(({ differences }) => differences.length === 0) ? EXIT.fine : EXIT.differs;
}

/** Requests without an answer, from the first one on, after which nobody is taken to be there. */
const PATIENCE = 3;

/** Else a wrong URL would be known after minutes: once for each case, and `--timeout` each time. */
function isSilent(answers: readonly Result<Answer, string>[]): boolean {
  return answers.length === PATIENCE && answers.every(({ ok }) => !ok);
}

function gaveUp(
  gateway: Gateway | undefined,
  answer: Result<Answer, string>,
  output: Output,
): number {
  const why = failureOf(answer).map(printable).join("");
  const url = printable(gateway?.url ?? "");
  output.err(`error: ${url}: no answer to the first ${PATIENCE} requests: ${why}\n`);
  return EXIT.failed;
}

async function askAll(
  gateways: readonly Gateway[],
  { probe }: Case,
): Promise<readonly Result<Answer, string>[]> {
  const answers: Result<Answer, string>[] = [];
  for (const gateway of gateways) answers.push(await ask(gateway, probe));
  return answers;
}

function failureOf(answer: Result<Answer, string>): readonly string[] {
  return answer.ok ? [] : [answer.error];
}
