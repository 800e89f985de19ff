import { quote } from "../../policy/quote.ts";
import { type Found, isAbsent, type JsonReader } from "../json-value.ts";
import type { ReadOrigin } from "../origin-entry.ts";
import { originList } from "../origin-list.ts";
import { field, isUnset } from "./message.ts";
import { fieldsOf, type ReadFields } from "./native-policy.ts";
import { exactly, matching, originsOfMatcher } from "./string-matcher.ts";

/**
 * The policy of a route, of all that stand above it: the most specific first. Each field is taken from the first that
 * has it; whether the filter is on, from the first alone. So does Envoy 1.40.
 */
export function readCorsPolicy(
  reader: JsonReader,
  levels: readonly [Found, ...Found[]],
): ReadFields {
  const pick = (name: string): Found => {
    const found = levels.map((level) => field(reader, level, name));
    return found.find((each) => !isUnset(each)) ?? { value: undefined, place: levels[0].place };
  };
  const { fields, texts } = fieldsOf({
    origins: originList([
      ...reader
        .items(pick("allow_origin_string_match"))
        .flatMap((matcher) => originsOfMatcher(reader, matcher)),
      ...oldOrigins(reader, pick),
    ]),
    methods: reader.text(pick("allow_methods")) ?? "",
    headers: reader.text(pick("allow_headers")) ?? "",
    exposed: reader.text(pick("expose_headers")) ?? "",
    maxAge: reader.text(pick("max_age")) ?? "",
    credentials: reader.flag(pick("allow_credentials")) ?? false,
    privateNetwork: reader.flag(pick("allow_private_network_access")) ?? false,
    forwardsPreflights: reader.flag(pick("forward_not_matching_preflights")) ?? true,
  });
  const { state, note } = stateOf(reader, levels[0]);
  return { fields: { ...fields, ...state }, texts: [...texts, ...note] };
}

/** Of versions before 3: texts to compare, and expressions. */
function oldOrigins(reader: JsonReader, pick: (name: string) => Found): readonly ReadOrigin[] {
  const expressions = reader.texts(pick("allow_origin_regex")) ?? [];
  return [
    ...(reader.texts(pick("allow_origin")) ?? []).map((text) => exactly(text, false)),
    ...expressions.map(matching),
  ];
}

type State = {
  readonly state: { readonly enabled?: false; readonly mode?: "shadow" };
  readonly note: readonly string[];
};

/** A policy that is on for a share of the requests is imported in shadow mode: that grants nobody more. */
function stateOf(reader: JsonReader, level: Found): State {
  const filter = field(reader, level, "filter_enabled");
  const shadow = field(reader, level, "shadow_enabled");
  const off = reader.flag(field(reader, level, "enabled")) === false;
  const share = isAbsent(filter) ? (off ? 0 : 100) : percentOf(reader, filter);
  const key = reader.text(field(reader, filter, "runtime_key"));
  const note =
    key === undefined || key === ""
      ? []
      : [`the runtime key ${quote(key)} no longer changes for whom the policy is on`];
  if (share >= 100) return { state: {}, note };
  if (share > 0) {
    const text = `the policy was on for ${share} % of the requests; now it is in shadow mode for all`;
    return { state: { mode: "shadow" }, note: [text, ...note] };
  }
  const isShadow = !isAbsent(shadow) && percentOf(reader, shadow) > 0;
  return { state: isShadow ? { mode: "shadow" } : { enabled: false }, note };
}

const DENOMINATORS: Readonly<Record<string, number>> = {
  HUNDRED: 100,
  TEN_THOUSAND: 10_000,
  MILLION: 1_000_000,
};

/** `envoy.config.core.v3.RuntimeFractionalPercent`. */
function percentOf(reader: JsonReader, found: Found): number {
  const fraction = field(reader, found, "default_value");
  const numerator = reader.number(field(reader, fraction, "numerator")) ?? 0;
  const unit = reader.text(field(reader, fraction, "denominator")) ?? "HUNDRED";
  return (numerator / (DENOMINATORS[unit] ?? 100)) * 100;
}
