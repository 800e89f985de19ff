import { diffDocuments } from "../../policy/diff/diff.ts";
import type { Difference, PolicyDifference } from "../../policy/diff/diff-group.ts";
import { type DiffLine, diffLines } from "../../policy/diff/render-diff.ts";
import { renderProblem } from "../../policy/problem.ts";
import { quote } from "../../policy/quote.ts";
import { examine } from "../../source/examine.ts";
import { readDocuments } from "../../source/manifest.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import { type Paint, paintFor } from "../paint.ts";

export type DiffFlags = { readonly tag?: string; readonly json?: boolean };

/** `corsd diff`: what behaves differently where the document at one path replaces that at another. */
export async function diffCommand(
  before: string,
  after: string,
  { tag, json }: DiffFlags,
  output: Output,
): Promise<number> {
  const [old, young] = [
    examine(await readDocuments([before])),
    examine(await readDocuments([after])),
  ];
  if (old.loaded === undefined || young.loaded === undefined) {
    for (const { problems } of [old, young].filter(({ loaded }) => loaded === undefined)) {
      for (const problem of problems) output.err(`${renderProblem(problem)}\n`);
    }
    return EXIT.failed;
  }
  const written = [old, young].flatMap(({ loaded }) => loaded?.resolved.policies ?? []);
  // Nothing has changed there either way: a misspelt tag must not look like a harmless change.
  if (tag !== undefined && !written.some((policy) => policy.written.tags.includes(tag))) {
    output.err(`warning: no policy of either document has the tag ${quote(tag)}\n`);
  }
  const differences = diffDocuments(old.loaded.resolved, young.loaded.resolved, tag);
  const lines = diffLines(differences);
  output.out(
    json === true ? plain(differences, lines) : render(lines, paintFor(output.isTerminal)),
  );
  return differences.length === 0 ? EXIT.fine : EXIT.differs;
}

function render(lines: readonly DiffLine[], paint: Paint): string {
  if (lines.length === 0) return "nothing behaves differently\n";
  return lines.map((line) => `${inColor(line, paint)}\n`).join("");
}

/** What is admitted anew stands out: that is what to look at before the change is made. */
function inColor({ text, effect }: DiffLine, paint: Paint): string {
  if (effect !== "other") return paint(STYLES[effect], text);
  // Facts are indented under the group that they are about.
  return text.startsWith(" ") ? text : paint("bold", text);
}

const STYLES = { wider: "yellow", narrower: "dim" } as const;

/** For programs, in the order of keys that is promised to them. */
function plain(differences: readonly Difference[], lines: readonly DiffLine[]): string {
  const widens = lines.some(({ effect }) => effect === "wider");
  return `${JSON.stringify({ widens, differences: differences.map(plainDifference) }, null, 2)}\n`;
}

function plainDifference(difference: Difference): object {
  const { groups, change, match, origins, governance, reordered, policies, kept } = difference;
  return {
    groups,
    change,
    match,
    origins,
    governance: governance ?? null,
    reordered,
    keptSeconds: kept ?? null,
    policies: policies.map(plainPolicy),
  };
}

function plainPolicy({ policy, before, after, lists, values, kept }: PolicyDifference): object {
  return {
    policy,
    before: before ?? "absent",
    after: after ?? "absent",
    lists,
    values,
    keptSeconds: kept ?? null,
  };
}
