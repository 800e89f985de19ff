import { describe, expect, test } from "vitest";
import { atOnce } from "../../src/cors/steps.ts";
import type { Contents } from "../../src/source/examine.ts";
import { cut, MAX_CHANGES_LENGTH, replies } from "../../src/source/judge.ts";
import { unpackSteps } from "../../src/source/parcel.ts";

function contents(text: string): Contents {
  const bytes = new TextEncoder().encode(text);
  return { files: [{ file: "a.yaml", bytes }], problems: [], digest: text };
}

function document(name: string): Contents {
  return contents(`policies: [{name: ${name}, allowOrigins: [https://${name}.example]}]`);
}

/** A document as packed by the one who judged it. */
function judged(given: Contents) {
  const [judgement] = replies({ contents: given, before: undefined });
  return judgement?.kind === "judged" ? judgement.packed : undefined;
}

describe("the answers to a task", () => {
  test("of a good document: first what it is, then what it changes", () => {
    const before = judged(document("a"));
    const [first, second, ...rest] = replies({ contents: document("b"), before });
    expect(first).toMatchObject({ kind: "judged", problems: [], packed: { groups: undefined } });
    expect(second).toMatchObject({ kind: "compared" });
    expect(JSON.stringify(second)).toContain("`https://b.example`");
    expect(rest).toEqual([]);
  });

  test("of one with nothing before it: no changes", () => {
    const [, second] = replies({ contents: document("a"), before: undefined });
    expect(second).toEqual({ kind: "compared", changes: [] });
  });

  test("of a bad one: every problem, and no changes", () => {
    const task = { contents: contents("policies: 7"), before: judged(document("a")) };
    const [first, second] = replies(task);
    expect(first).toMatchObject({ kind: "judged", packed: undefined });
    const problems = first?.kind === "judged" ? atOnce(unpackSteps(first.problems)) : [];
    expect(problems).toMatchObject([{ file: "a.yaml", severity: "error", code: "wrong-type" }]);
    expect(second).toEqual({ kind: "compared", changes: [] });
  });
});

describe("lines that say what changed", () => {
  const HALF = "x".repeat(MAX_CHANGES_LENGTH / 2);

  test.each<[string, readonly string[], readonly string[]]>([
    ["none", [], []],
    ["as many as fit", [HALF, HALF], [HALF, HALF]],
    ["one too long", [`${HALF}${HALF}y`], [`${HALF}${HALF}…`]],
    ["one too many", [HALF, HALF, "y"], [HALF, HALF, "… and 1 more lines"]],
    ["several too many", [HALF, `${HALF}y`, "y", "z"], [HALF, `${HALF}…`, "… and 2 more lines"]],
  ])("%s", (_, lines, kept) => {
    expect(cut(lines)).toEqual(kept);
  });
});
