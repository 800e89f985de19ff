import { at, entries, isOn, isThere, items, type Spot, textOf } from "../spot.ts";
import { type MatchExpression, matchesString, readStringMatcher } from "./string-matcher.ts";

/** Which paths a route matches. */
export type PathMatch = {
  /** The field, such as `prefix`; empty for none that is known. */
  readonly kind: string;
  readonly text: string;
};

export type RouteMatch = {
  readonly path: PathMatch;
  /** What it asks of headers, in words, that a preflight does not fulfil; empty: preflights can take the route. */
  readonly keepsPreflightsOut: readonly string[];
};

const PATHS = ["prefix", "path", "path_separated_prefix", "safe_regex", "connect_matcher"];

/** Of a `RouteMatch`. */
export function readRouteMatch(spot: Spot, matches: MatchExpression): RouteMatch {
  const [kind = "", value = spot] = entries(spot).find(([key]) => PATHS.includes(key)) ?? [];
  const text = textOf(kind === "safe_regex" ? at(value, "regex") : value);
  const headers = items(at(spot, "headers")).filter((header) => !admitsPreflight(header, matches));
  const grpc = isThere(at(spot, "grpc")) ? ["gRPC"] : [];
  return {
    path: { kind, text },
    keepsPreflightsOut: [...headers.map((header) => `\`${textOf(at(header, "name"))}\``), ...grpc],
  };
}

/** What every preflight has, with a value of its own (Fetch section 4.8); of the rest nothing can be said here. */
const PRESENT = ["origin", "access-control-request-method", ":path", ":authority", ":scheme"];

/** Whether a preflight can fulfil a `HeaderMatcher`. */
function admitsPreflight(header: Spot, matches: MatchExpression): boolean {
  const name = textOf(at(header, "name")).toLowerCase();
  const inverted = isOn(at(header, "invert_match"));
  if (name === ":method") return matchesValue(header, "OPTIONS", matches) !== inverted;
  if (PRESENT.includes(name)) return true;
  // Browsers send no header of the actual request along, so it is absent.
  return isSatisfiedByAbsence(header) !== inverted;
}

/** The value matchers before `string_match`, which Envoy still takes. */
const OLD_FORMS: Readonly<Record<string, string>> = {
  exact_match: "exact",
  prefix_match: "prefix",
  suffix_match: "suffix",
  contains_match: "contains",
  safe_regex_match: "safe_regex",
};

function matchesValue(header: Spot, value: string, matches: MatchExpression): boolean {
  const old = entries(header).find(([key]) => Object.hasOwn(OLD_FORMS, key));
  const written = at(header, "string_match");
  const matcher =
    old === undefined
      ? readStringMatcher(written)
      : readStringMatcher({
          value: { [OLD_FORMS[old[0]] as string]: old[1].value },
          pointer: old[1].pointer,
        });
  // Without any value matcher the header only has to be there.
  if (old === undefined && !isThere(written)) return at(header, "present_match").value !== false;
  return matchesString(matcher, value, matches);
}

function isSatisfiedByAbsence(header: Spot): boolean {
  return (
    at(header, "present_match").value === false || isOn(at(header, "treat_missing_header_as_empty"))
  );
}

/** Whether every path that `inner` matches is one that `outer` matches. False where that is not plain to see. */
export function coversPath(outer: PathMatch, inner: PathMatch, matches: MatchExpression): boolean {
  if (outer.kind === inner.kind && outer.text === inner.text) return true;
  const isLiteral = ["prefix", "path", "path_separated_prefix"].includes(inner.kind);
  if (outer.kind === "prefix") {
    return outer.text === "/" || (isLiteral && inner.text.startsWith(outer.text));
  }
  if (outer.kind === "path_separated_prefix") {
    // A plain prefix also matches paths that go on without a slash.
    const isEqual = inner.text === outer.text && inner.kind !== "prefix";
    return isEqual || (isLiteral && inner.text.startsWith(`${outer.text}/`));
  }
  return outer.kind === "safe_regex" && inner.kind === "path" && matches(outer.text, inner.text);
}
