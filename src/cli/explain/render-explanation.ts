import type { Explanation } from "../../explain/explanation.ts";
import type { Paint } from "../paint.ts";

/** For people: the steps, the verdict, the headers. */
export function renderExplanation(explanation: Explanation, paint: Paint): string {
  const { steps, headers, outcome } = explanation;
  const lines = [
    ...steps.map((step, at) => `${paint("dim", `${String(at + 1).padStart(2)}.`)} ${step}`),
    "",
    paint(COLORS[outcome], verdictLine(explanation)),
    ...headers.remove.map((name) => `  ${paint("dim", "remove")}  ${name}`),
    ...headers.set.map(([name, value]) => `  ${paint("dim", "set")}     ${name}: ${value}`),
    ...headers.vary.map((name) => `  ${paint("dim", "vary")}    ${name}`),
  ];
  return `${lines.join("\n")}\n`;
}

export const COLORS = { granted: "green", refused: "red", passed: "yellow" } as const;

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
