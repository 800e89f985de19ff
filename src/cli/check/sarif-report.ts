import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { type Problem, sentenceOf } from "../../policy/problem.ts";
import { PROBLEM_CODES } from "../../policy/problem-code.ts";
import { type Meaning, PROBLEM_MEANINGS } from "../../policy/problem-meaning.ts";
import { repositoryPath } from "./repository-path.ts";

/** What paths are relative to: the folder that the program runs in, which is the repository's in a pipeline. */
const BASE = "%SRCROOT%";

/**
 * Problems as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), which code scanning and editors read. Every
 * code is a rule, found or not, so that a rule keeps its index from run to run.
 */
export function sarifReport(
  problems: readonly Problem[],
  { version, folder }: { readonly version: string; readonly folder: string },
): object {
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "corsd",
            version,
            semanticVersion: version,
            rules: PROBLEM_CODES.map((code) => ruleOf(code, PROBLEM_MEANINGS[code])),
          },
        },
        invocations: [
          { executionSuccessful: problems.every(({ code }) => code !== "internal-error") },
        ],
        originalUriBaseIds: {
          [BASE]: { description: { text: "The folder that corsd was run in." } },
        },
        // Columns are those of JavaScript strings.
        columnKind: "utf16CodeUnits",
        results: resultsOf(problems, folder),
      },
    ],
  };
}

function ruleOf(id: string, { severity, text }: Meaning): object {
  return {
    id,
    shortDescription: { text },
    fullDescription: { text },
    help: { text: `${text} The message of each result says the way out.` },
    defaultConfiguration: { level: severity === "either" ? "error" : severity },
    properties: { tags: ["cors"] },
  };
}

const RULES: ReadonlyMap<string, number> = new Map(PROBLEM_CODES.map((code, at) => [code, at]));

function resultsOf(problems: readonly Problem[], folder: string): readonly object[] {
  const seen = new Map<string, number>();
  return problems.map((problem) => {
    const { code, severity, line, column, pointer, value } = problem;
    const uri = uriOf(repositoryPath(problem.file, folder));
    // Lines move with every edit, and indexes in pointers too: what is wrong, and which of those alike, does not.
    const same = JSON.stringify([code, uri, value, pointer.replaceAll(/\/\d+(?=\/|$)/g, "/-")]);
    const count = (seen.get(same) ?? 0) + 1;
    seen.set(same, count);
    const fingerprint = createHash("sha256").update(`${same} ${count}`).digest("hex");
    const artifactLocation = { uri, ...(uri.startsWith("file:") ? {} : { uriBaseId: BASE }) };
    const physicalLocation = { artifactLocation, region: { startLine: line, startColumn: column } };
    return {
      ruleId: code,
      ruleIndex: RULES.get(code) ?? -1,
      level: severity,
      message: { text: sentenceOf(problem) },
      locations: uri === "" ? [] : [{ physicalLocation }],
      partialFingerprints: { "corsdProblem/v1": fingerprint.slice(0, 32) },
      properties: { pointer, value },
    };
  });
}

/** A path as a URI reference (RFC 3986): relative where it is inside of the folder. */
function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  return path.split("/").map(encodeURIComponent).join("/");
}
