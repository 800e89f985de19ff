import type { Explanation } from "../explain/explanation.ts";

/** One thing that a decision has or has not: `shadow.policy`, or `header access-control-allow-origin`. */
export type FactName =
  | PlainFact
  | "vary"
  | "shadow"
  | `shadow.${"policy" | "outcome" | "reason" | "differs"}`
  | `header ${string}`;

export type PlainFact = "outcome" | "kind" | "group" | "policy" | "reason" | "status" | "body";

/** What is expected of one thing. Undefined: that there is none. */
export type Fact = { readonly name: FactName; readonly value: string | undefined };

export type Mismatch = {
  readonly name: FactName;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
};

/** What is not as expected. What no fact names is not looked at. */
export function compare(facts: readonly Fact[], explanation: Explanation): readonly Mismatch[] {
  return facts.flatMap(({ name, value }) => {
    const actual = actualOf(name, explanation);
    return actual === value ? [] : [{ name, expected: value, actual }];
  });
}

/** Names of Vary in one form, whatever their order and case. */
export function varyText(names: readonly string[]): string {
  return names
    .map((name) => name.toLowerCase())
    .toSorted()
    .join(", ");
}

function actualOf(name: FactName, explanation: Explanation): string | undefined {
  const { headers, shadow } = explanation;
  switch (name) {
    case "vary":
      return varyText(headers.vary);
    case "shadow":
      return shadow === null ? undefined : shadow.outcome;
    case "shadow.policy":
      return textOf(shadow?.policy);
    case "shadow.outcome":
      return textOf(shadow?.outcome);
    case "shadow.reason":
      return textOf(shadow?.reason);
    case "shadow.differs":
      return textOf(shadow?.differs);
    case "outcome":
    case "kind":
    case "group":
    case "policy":
    case "reason":
    case "status":
    case "body":
      return textOf(explanation[name]);
    default:
      return headers.set.find(([header]) => name === `header ${header}`)?.[1];
  }
}

function textOf(value: string | number | boolean | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}
