import { ownOrigins } from "../../cors/chain.ts";
import type { AdmittedOrigin } from "../../cors/origin-pattern.ts";
import type { Policy } from "../../cors/policy.ts";
import { admittedText } from "../../policy/pattern-text.ts";
import { quote } from "../../policy/quote.ts";
import { activeMembers, type ResolvedGroup } from "../../policy/resolve-document.ts";
import type { Loss } from "../loss.ts";
import type { CorsPolicy, Fraction, StringMatcher } from "./cors-policy.ts";
import { mayBeTooLarge, originMatcher } from "./origin-matcher.ts";
import { policyLosses } from "./policy-losses.ts";
import { isAlike, settingsOf } from "./settings.ts";

/** What a group becomes: one policy of the filter, or none where the group is passed through. */
export type ExportedGroup = {
  readonly corsPolicy: CorsPolicy | undefined;
  readonly losses: readonly Loss[];
};

/**
 * The filter has one policy for a route. The first policies of a group that say the same beside their origins are
 * joined; what comes behind them is left out, so that nobody is admitted under a policy that would not have governed.
 */
export function exportGroup(group: ResolvedGroup): ExportedGroup {
  const enforcing = activeMembers(group, "enforcing").map(({ policy }) => policy);
  const rehearsed = activeMembers(group, "rehearsed").map(({ policy }) => policy);
  const [first, ...others] = enforcing.length > 0 ? enforcing : rehearsed;
  if (first === undefined) return { corsPolicy: undefined, losses: [] };
  const lose = (policy: string | undefined, text: string): Loss => ({
    group: group.name,
    policy,
    text,
  });
  const isShadow = enforcing.length === 0;
  const end = others.findIndex((policy) => !isAlike(policy, first));
  const joined = [first, ...(end < 0 ? others : others.slice(0, end))];
  const left = end < 0 ? [] : others.slice(end);
  const origins = originsOf(group, joined, left.length > 0);
  const matchers = matchersOf(origins.admitted, first.access.kind === "credentialed");
  return {
    corsPolicy: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
      ...(isShadow ? SHADOW : {}),
      allow_origin_string_match: matchers.matchers,
      ...settingsOf(first),
    },
    losses: [
      ...left.map(({ name }) => lose(name, LEFT_OUT)),
      ...(isShadow ? [] : rehearsed.filter((policy) => !enforcing.includes(policy))).map(
        ({ name }) =>
          lose(name, "it is in shadow mode beside others that are not, and is left out"),
      ),
      ...origins.lost.map((name) =>
        lose(
          undefined,
          `the origins of application ${quote(name)} are left out: another policy might govern them`,
        ),
      ),
      ...matchers.lost.map((origin) =>
        lose(
          undefined,
          `${quote(admittedText(origin))} is left out: there it would admit every origin, and \`null\``,
        ),
      ),
      ...matchers.large.map((origin) =>
        lose(
          undefined,
          `the expression for ${quote(admittedText(origin))} is long: Envoy may ask for a higher \`re2.max_program_size.error_level\` in its runtime`,
        ),
      ),
      ...joined.flatMap((policy) => policyLosses(policy).map((text) => lose(policy.name, text))),
    ],
  };
}

const LEFT_OUT =
  "it is left out, and its origins are not admitted: a route has one policy, and the one in front says something else";

const NEVER: Fraction = { default_value: { numerator: 0 } };
const ALWAYS: Fraction = { default_value: { numerator: 100 } };
/** Counted in `origin_valid` and `origin_invalid`, not applied. */
const SHADOW = { filter_enabled: NEVER, shadow_enabled: ALWAYS } as const;

type Origins = {
  readonly admitted: readonly AdmittedOrigin[];
  /** Applications that are left out. */
  readonly lost: readonly string[];
};

/** An application's origins are governed by the first policy, unless another admits them by its own list. */
function originsOf(
  { applications, everywhere }: ResolvedGroup,
  joined: readonly Policy[],
  isPartial: boolean,
): Origins {
  const own = joined.flatMap(ownOrigins);
  const registered = [...applications, ...everywhere].map(({ application }) => application);
  if (isPartial) return { admitted: own, lost: registered.map(({ name }) => name) };
  return { admitted: [...own, ...registered.flatMap(({ origins }) => origins)], lost: [] };
}

type Matchers = {
  readonly matchers: readonly StringMatcher[];
  readonly lost: readonly AdmittedOrigin[];
  readonly large: readonly AdmittedOrigin[];
};

/** Each origin once. */
function matchersOf(origins: readonly AdmittedOrigin[], credentials: boolean): Matchers {
  const byText = new Map(origins.map((origin) => [admittedText(origin), origin]));
  const all = [...byText.values()].map((origin) => ({
    origin,
    matcher: originMatcher(origin, credentials),
  }));
  return {
    matchers: all.flatMap(({ matcher }) => matcher ?? []),
    lost: all.flatMap(({ origin, matcher }) => (matcher === undefined ? [origin] : [])),
    large: all.flatMap(({ origin, matcher }) =>
      matcher !== undefined && mayBeTooLarge(matcher) ? [origin] : [],
    ),
  };
}
