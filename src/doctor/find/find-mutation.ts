import type { Attachment } from "../attachment.ts";
import { CORS_RESPONSE_HEADERS } from "../cors-headers.ts";
import type { MutationRules } from "../dump/ext-proc.ts";
import type { MatchExpression } from "../dump/string-matcher.ts";
import { type Finding, finding } from "../finding.ts";
import { quoteAll } from "../quote-all.ts";

/** All that corsd sets or takes away; the last two are those of refusals. */
const MUTATED = [...CORS_RESPONSE_HEADERS, "vary", "content-type", "cache-control"];

/** As in the shipped configurations. */
const ADVISED = {
  mutation_rules: {
    disallow_all: true,
    allow_expression: {
      regex: "^(access-control-.*|vary|timing-allow-origin|content-type|cache-control)$",
    },
    disallow_expression: null,
  },
};

/** Whether Envoy lets corsd write what it has to, and nothing else. */
export function findMutation(
  { filter, extProc }: Attachment,
  matches: MatchExpression,
): readonly Finding[] {
  const { mutation, pointer } = extProc;
  const place = { ...filter.place, pointer };
  if (!mutation.isThere) {
    return [
      finding(
        "mutation-unlimited",
        place,
        "Envoy would let corsd change nearly every header: a fault of it, or who takes its place, could reach beyond CORS",
        "let it touch its own headers only",
        ADVISED,
      ),
    ];
  }
  const dropped = MUTATED.filter((name) => !mayChange(mutation, name, matches));
  if (dropped.length === 0) return [];
  const what = mutation.isError
    ? "and requests that it admits end with 500"
    : "in silence: pages that are admitted cannot read the answers, or headers of the service stay that should go";
  return [
    finding(
      "mutation-dropped",
      place,
      `Envoy does not let corsd change ${quoteAll(dropped)}, ${what}`,
      "allow the headers of CORS, Vary, Timing-Allow-Origin, and what refusals have",
      ADVISED,
    ),
  ];
}

/**
 * As Envoy decides (mutation_rules.proto): `disallow_expression` goes before all, `allow_expression` before the rest.
 * None of the names that matter here is one of routing, of the system or of Envoy itself.
 */
function mayChange(rules: MutationRules, name: string, matches: MatchExpression): boolean {
  if (rules.disallow !== undefined && matches(rules.disallow, name)) return false;
  if (rules.allow !== undefined && matches(rules.allow, name)) return true;
  return !rules.disallowAll;
}
