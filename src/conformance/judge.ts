import { type Answer, type Case, elementsOf } from "./case.ts";
import { corsHeaders, type Fault, RULES } from "./rules.ts";

/** A fault, by the rule that it breaks. */
export type Finding = Fault & { readonly rule: string; readonly cite: string };

/** Everything that is wrong with an answer. */
export function judgeAnswer({ probe, expected }: Case, answer: Answer): readonly Finding[] {
  return RULES.flatMap(({ id, cite, judge }) => {
    const fault = judge({ probe, answer, expected });
    return fault === undefined ? [] : [{ rule: id, cite, ...fault }];
  });
}

/** What two answers differ in, as far as browsers and caches care. */
export type AnswerDifference = {
  readonly what: "status" | "headers" | "vary";
  readonly first: string;
  readonly second: string;
};

export function compareAnswers(first: Answer, second: Answer): readonly AnswerDifference[] {
  const facts = [
    ["status", (answer: Answer) => String(answer.status)],
    ["headers", (answer: Answer) => corsHeaders(answer).join(" | ")],
    ["vary", (answer: Answer) => varyText(answer)],
  ] as const;
  return facts.flatMap(([what, of]) => {
    const [one, other] = [of(first), of(second)];
    return one === other ? [] : [{ what, first: one, second: other }];
  });
}

function varyText({ headers }: Answer): string {
  const names = elementsOf(headers, "vary").map((name) => name.toLowerCase());
  return [...new Set(names)].toSorted().join(", ");
}
