import { type Problem, renderProblem } from "../../src/policy/problem.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../src/policy/problem-code.ts";
import { PROBLEM_MEANINGS } from "../../src/policy/problem-meaning.ts";
import { judgeText } from "./judge-text.ts";
import { PROBLEM_EXAMPLES } from "./problem-examples.ts";

/** The problem that an example shows; undefined where a code has no example. Throws where an example lacks it. */
export function shownProblem(code: ProblemCode): Problem | undefined {
  const { document } = PROBLEM_EXAMPLES[code];
  if (document === undefined) return undefined;
  const problem = judgeText(document).problems.find((each) => each.code === code);
  if (problem === undefined) throw new Error(`the example of ${code} has another problem`);
  return problem;
}

/** `docs/reference/problems.md`: every code with what it means and a document that has it. */
export function problemsPage(): string {
  const sections = PROBLEM_CODES.toSorted().map(problemSection);
  return `# Problems

Everything that \`corsd check\`, \`serve\`, \`diff\` and \`explain\` can say about a policy document, by its code, which is
stable: \`corsd check --json\` has it as \`code\`. What is done with a document that has errors, and the rules behind the
codes: [what is refused, and what is warned of](../policy.md#what-is-refused-and-what-is-warned-of).

This page is made by \`npm run docs:reference\`: each report is what the program says of the document above it.

${sections.join("\n")}`;
}

const KINDS = { error: "Error", warning: "Warning", either: "Error or warning" } as const;

function problemSection(code: ProblemCode): string {
  const { document } = PROBLEM_EXAMPLES[code];
  const { severity, text } = PROBLEM_MEANINGS[code];
  const problem = shownProblem(code);
  const example =
    document === undefined || problem === undefined
      ? ""
      : `\n\`\`\`yaml ${problem.severity === "error" ? "refused" : "warned"}\n${document}\`\`\`\n\n\`\`\`text\n${renderProblem(problem)}\n\`\`\`\n`;
  return `## ${code}\n\n${KINDS[severity]}. ${text}\n${example}`;
}
