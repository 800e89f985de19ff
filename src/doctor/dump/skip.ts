import { at, entries, isThere, items, type Spot, textOf, typeOf } from "../spot.ts";

/** For which requests a filter is skipped: `origin` where those without an Origin header are, and those only. */
export type Skip = "never" | "no-origin" | "unknown";

/** Of the matcher of an `ExtensionWithMatcher`. Only the one form that corsd's documentation shows is understood. */
export function readSkip(spot: Spot): Skip {
  const matchers = items(at(spot, "xds_matcher", "matcher_list", "matchers"));
  const [only] = matchers;
  const isWhole = matchers.length === 1 && !isThere(at(spot, "xds_matcher", "on_no_match"));
  return only !== undefined && isWhole && skipsWithoutOrigin(only) ? "no-origin" : "unknown";
}

function skipsWithoutOrigin(matcher: Spot): boolean {
  const action = typeOf(at(matcher, "on_match", "action", "typed_config"));
  const predicate = at(matcher, "predicate", "not_matcher", "single_predicate");
  const input = at(predicate, "input", "typed_config");
  return (
    action.endsWith(".SkipFilter") &&
    typeOf(input).endsWith(".HttpRequestHeaderMatchInput") &&
    textOf(at(input, "header_name")).toLowerCase() === "origin" &&
    isAnything(at(predicate, "value_match"))
  );
}

/** True for a matcher that every value passes. */
function isAnything(spot: Spot): boolean {
  const isWide = (kind: string, value: Spot): boolean =>
    (kind === "safe_regex" && textOf(at(value, "regex")) === ".*") ||
    (kind === "prefix" && textOf(value) === "");
  return entries(spot).some(([kind, value]) => isWide(kind, value));
}
