import { quote } from "../../policy/quote.ts";
import { isUnset } from "../envoy/message.ts";
import { fieldsOf, type ReadFields } from "../envoy/native-policy.ts";
import { exactly, originsOfMatcher } from "../envoy/string-matcher.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { originList } from "../origin-list.ts";
import { wholeSeconds } from "./duration.ts";

/** `corsPolicy` of a VirtualService, of which Istio makes one of Envoy's filter. */
export function readIstioPolicy(reader: JsonReader, found: Found): ReadFields {
  const names = (key: string): string => (reader.texts(reader.under(found, key)) ?? []).join(",");
  const texts: string[] = [];
  const preflights = reader.text(reader.under(found, "unmatchedPreflights"));
  const native = fieldsOf({
    origins: originList(readOrigins(reader, found)),
    methods: names("allowMethods"),
    headers: names("allowHeaders"),
    exposed: names("exposeHeaders"),
    maxAge: maxAgeOf(reader.text(reader.under(found, "maxAge")), texts),
    credentials: reader.flag(reader.under(found, "allowCredentials")) ?? false,
    privateNetwork: false,
    forwardsPreflights: preflights !== "IGNORE",
  });
  return { fields: native.fields, texts: [...native.texts, ...texts] };
}

/** The old list counts only where the new one is not there. */
function readOrigins(reader: JsonReader, found: Found): ReturnType<typeof originsOfMatcher> {
  const origins = reader.under(found, "allowOrigins");
  return isUnset(origins)
    ? (reader.texts(reader.under(found, "allowOrigin")) ?? []).map((text) => exactly(text, false))
    : reader.items(origins).flatMap((matcher) => originsOfMatcher(reader, matcher));
}

function maxAgeOf(text: string | undefined, texts: string[]): string {
  if (text === undefined) return "";
  const seconds = wholeSeconds(text);
  if (seconds !== undefined) return String(seconds);
  texts.push(`the max age ${quote(text)} is left out: it is no duration`);
  return "";
}
