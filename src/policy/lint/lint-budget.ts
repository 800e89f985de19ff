import type { OriginPattern } from "../../cors/origin-pattern.ts";
import type { At, WrittenList } from "../document.ts";
import type { Problem } from "../problem.ts";
import { gatherProblems } from "../problem-limit.ts";
import { quote } from "../quote.ts";
import { remembered } from "../remembered.ts";
import { activeMembers, type ResolvedGroup } from "../resolve-document.ts";
import { MAX_GROUP_INSTRUCTIONS } from "../vocabulary/limits.ts";
import { errorAt } from "./finding.ts";

/** Groups whose expressions are too much work for one request; the place is the expression that goes over. */
export function lintBudget(groups: readonly ResolvedGroup[]): readonly Problem[] {
  const known: Known = new Map();
  return gatherProblems(groups, (group) => {
    let spent = 0;
    const over = groupExpressions(group, known).find((expression) => {
      spent += expression.instructions;
      return spent > MAX_GROUP_INSTRUCTIONS;
    });
    return over === undefined ? [] : [overBudget(group.name, over, spent)];
  });
}

type WrittenExpression = { readonly instructions: number; readonly text: string; readonly at: At };

/** The expressions of a policy, or of a list of applications: many groups have the same. */
type Known = Map<object, readonly WrittenExpression[]>;

function groupExpressions(group: ResolvedGroup, known: Known): readonly WrittenExpression[] {
  return [
    ...activeMembers(group, "rehearsed").flatMap(({ written }) =>
      remembered(known, written, () => expressionsOf(written.allowOrigins)),
    ),
    ...[group.applications, group.everywhere].flatMap((applications) =>
      remembered(known, applications, () =>
        applications.flatMap(({ written }) => expressionsOf(written.origins)),
      ),
    ),
  ];
}

function expressionsOf(list: WrittenList<OriginPattern> | undefined): readonly WrittenExpression[] {
  if (list?.kind !== "listed") return [];
  return list.items.flatMap(({ value, text, at }) =>
    value.kind === "expression" ? [{ instructions: value.expression.instructions, text, at }] : [],
  );
}

function overBudget(group: string, { text, at }: WrittenExpression, spent: number): Problem {
  return errorAt(at, text, {
    code: "expression-budget",
    message: `with ${quote(text)} the expressions of group \`${group}\` come to ${spent} RE2 instructions, and ${MAX_GROUP_INSTRUCTIONS} is the most`,
    fix: "shorten expressions (a repetition such as `{1,63}` counts that many times), or list origins",
  });
}
