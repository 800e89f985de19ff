import { styleText } from "node:util";
import type { Explanation } from "../../explain/explanation.ts";

/** For people: the steps, the verdict, the headers. Colours where `colored`. */
export function renderExplanation(explanation: Explanation, colored: boolean): string {
  const { steps, headers } = explanation;
  const verdict = verdictLine(explanation);
  const lines = [
    ...steps.map((step, at) => `${String(at + 1).padStart(2)}. ${step}`),
    "",
    colored ? styleText(COLORS[explanation.outcome], verdict, { validateStream: false }) : verdict,
    ...headers.remove.map((name) => `  remove  ${name}`),
    ...headers.set.map(([name, value]) => `  set     ${name}: ${value}`),
    ...headers.vary.map((name) => `  vary    ${name}`),
  ];
  return `${lines.join("\n")}\n`;
}

const COLORS = { granted: "green", refused: "red", passed: "yellow" } as const;

function verdictLine({ outcome, reason, policy, status, body }: Explanation): string {
  const parts = [
    outcome,
    reason === null ? "" : `(${reason})`,
    policy === null ? "" : `by policy ${policy}`,
    status === null ? "" : `with ${status}`,
    body === null ? "" : `"${body}"`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}
