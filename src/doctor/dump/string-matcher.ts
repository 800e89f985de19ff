import { at, entries, isOn, type Spot, textOf } from "../spot.ts";

/** Whether a text as a whole matches an RE2 expression; false where it is none. */
export type MatchExpression = (expression: string, text: string) => boolean;

/** Envoy's `type.matcher.v3.StringMatcher`. */
export type StringMatcher = {
  readonly kind: string;
  readonly text: string;
  readonly ignoresCase: boolean;
};

const KINDS = ["exact", "prefix", "suffix", "contains", "safe_regex"];

/** A matcher of a kind that is not known here matches nothing. */
export function readStringMatcher(spot: Spot): StringMatcher {
  const [kind = "", value = spot] = entries(spot).find(([key]) => KINDS.includes(key)) ?? [];
  const text = textOf(kind === "safe_regex" ? at(value, "regex") : value);
  return { kind, text, ignoresCase: isOn(at(spot, "ignore_case")) };
}

const TESTS: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  exact: (text, wanted) => text === wanted,
  prefix: (text, wanted) => text.startsWith(wanted),
  suffix: (text, wanted) => text.endsWith(wanted),
  contains: (text, wanted) => text.includes(wanted),
};

/** As Envoy matches: expressions against the whole text, and without regard to `ignore_case`. */
export function matchesString(
  { kind, text: wanted, ignoresCase }: StringMatcher,
  text: string,
  matches: MatchExpression,
): boolean {
  if (kind === "safe_regex") return matches(wanted, text);
  const test = TESTS[kind];
  if (test === undefined) return false;
  return ignoresCase ? test(text.toLowerCase(), wanted.toLowerCase()) : test(text, wanted);
}
