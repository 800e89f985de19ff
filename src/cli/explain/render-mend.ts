import type { Paint } from "../paint.ts";
import type { ExplainedExchange } from "./explainer.ts";

/** For people: what would let the request through, or why nothing in the document would; empty where nothing is needed. */
export function renderMend(mend: ExplainedExchange["mend"], paint: Paint): string {
  if (mend === null) return "";
  if (mend.kind === "impossible") {
    return `\n${paint("bold", "no change of the document lets it through:")}\n  ${mend.because}\n`;
  }
  const { changes, snippet, grants, cautions } = mend;
  const lines = [
    "",
    paint("bold", "to let it through:"),
    ...changes.map(({ text, file, line }) => `  ${text} (${file}:${line})`),
    "",
    ...snippet
      .trimEnd()
      .split("\n")
      .map((line) => (isNew(line) ? paint("green", line) : line)),
    "",
    paint("bold", "this admits anew:"),
    ...grants.map((grant) => `  ${grant}`),
    ...(cautions.length === 0 ? [] : [paint("bold", "beware:")]),
    ...cautions.map((caution) => `  ${paint("yellow", caution)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function isNew(line: string): boolean {
  return line.endsWith(" # add this") || line.endsWith(" # changed");
}
