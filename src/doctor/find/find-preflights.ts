import { type Attachment, type GovernedRoute, groupIn } from "../attachment.ts";
import type { DocumentFacts } from "../document-facts.ts";
import { coversPath, type PathMatch } from "../dump/route-match.ts";
import type { MatchExpression } from "../dump/string-matcher.ts";
import { type Finding, finding, mendedBy } from "../finding.ts";
import { quoteAll } from "../quote-all.ts";

/**
 * Whether preflights are decided as the requests that they are for. A preflight is an OPTIONS request without the
 * headers of the actual request (Fetch section 4.8), so that a route which matches a method or a header is not its own.
 */
export function findPreflights(
  attachment: Attachment,
  document: DocumentFacts | undefined,
  matches: MatchExpression,
): readonly Finding[] {
  return attachment.hosts.flatMap(({ routes }) =>
    routes
      .filter(({ isOn, route }) => isOn && route.match.keepsPreflightsOut.length > 0)
      .flatMap((actual) => {
        const taken = routes.find(({ route }) => takesPreflightsOf(route, actual.route, matches));
        const wrong = whatIsWrong(attachment, actual, taken, document);
        return wrong === undefined ? [] : [elsewhere(attachment, actual, wrong, document)];
      }),
  );
}

function takesPreflightsOf(
  { match }: GovernedRoute["route"],
  actual: GovernedRoute["route"],
  matches: MatchExpression,
): boolean {
  return (
    match.keepsPreflightsOut.length === 0 && coversPath(match.path, actual.match.path, matches)
  );
}

/** Undefined: nothing. */
function whatIsWrong(
  { filter, extProc }: Attachment,
  actual: GovernedRoute,
  taken: GovernedRoute | undefined,
  document: DocumentFacts | undefined,
): string | undefined {
  const by = taken === undefined ? "no route" : `route \`${taken.route.called}\``;
  const isAsked = taken === undefined ? !filter.disabled : taken.isOn;
  if (!isAsked) return `its preflights take ${by}, where nobody asks corsd`;
  const wanted = groupOf(actual, document);
  const named = taken === undefined ? groupIn(extProc.metadata) : groupOf(taken, document);
  if (wanted === undefined || wanted === named) return undefined;
  // Whatever has no name is looked up by host and path.
  if (named === undefined && document?.groups.get(wanted)?.hasOtherMatches === true) {
    return undefined;
  }
  const other = named === undefined ? "which names no group" : `which names group \`${named}\``;
  return `its preflights take ${by}, ${other}, while it names \`${wanted}\``;
}

/** The group that a route names by metadata, or else by its own name. */
function groupOf(
  { group, route }: GovernedRoute,
  document: DocumentFacts | undefined,
): string | undefined {
  if (group !== undefined) return group;
  const groups = [...(document?.groups ?? [])];
  return groups.find(([, { routes }]) => routes.includes(route.name))?.[0];
}

function elsewhere(
  { filter }: Attachment,
  actual: GovernedRoute,
  wrong: string,
  document: DocumentFacts | undefined,
): Finding {
  const { route } = actual;
  const what = quoteAll(route.match.keepsPreflightsOut.map((one) => one.replaceAll("`", "")));
  const found = finding(
    "preflight-elsewhere",
    route.place,
    `the route matches ${what}, and no preflight has that: ${wrong}, so that they are decided otherwise than the requests`,
    "add a route for preflights in front of it, or give the group a match by host and path",
  );
  const group = groupOf(actual, document);
  const value = {
    name: `${route.called}-preflight`,
    match: { ...written(route.match.path), headers: PREFLIGHT },
    direct_response: { status: 200 },
    typed_per_filter_config: {
      [filter.name]: group === undefined ? ENABLED : named(group),
    },
  };
  return mendedBy(found, { kind: "insert", value });
}

const PREFLIGHT = [
  { name: ":method", string_match: { exact: "OPTIONS" } },
  { name: "access-control-request-method", present_match: true },
];

const ENABLED = { "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", config: {} };

function named(group: string): object {
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute",
    overrides: { grpc_initial_metadata: [{ key: "x-corsd-group", value: group }] },
  };
}

function written({ kind, text }: PathMatch): object {
  return kind === "safe_regex" ? { safe_regex: { regex: text } } : { [kind]: text };
}
