import { isToken } from "../../cors/token.ts";
import { MAX_MAX_AGE } from "../../policy/decode/max-age.ts";
import { quote } from "../../policy/quote.ts";
import type { OriginList } from "../origin-list.ts";
import type { PolicyFields } from "../policy-book.ts";

/** What a `CorsPolicy` says, whichever product it was written for. Header values stand as they are sent. */
export type NativePolicy = {
  readonly origins: OriginList;
  readonly methods: string;
  readonly headers: string;
  readonly exposed: string;
  readonly maxAge: string;
  readonly credentials: boolean;
  readonly privateNetwork: boolean;
  readonly forwardsPreflights: boolean;
};

export type ReadFields = { readonly fields: PolicyFields; readonly texts: readonly string[] };

/** The policy in the preset `envoy`, whose switches are those of the filter. */
export function fieldsOf(native: NativePolicy): ReadFields {
  const texts: string[] = [...native.origins.texts];
  const methods = namesOf(native.methods, "methods", texts);
  const headers = namesOf(native.headers, "request headers", texts);
  const exposed = exposedOf(native, texts);
  const maxAge = maxAgeOf(native.maxAge, texts);
  const fields: PolicyFields = {
    allowOrigins: native.origins.allowOrigins,
    ...(methods === undefined ? {} : { allowMethods: methods }),
    ...(headers === undefined ? {} : { allowHeaders: headers }),
    ...(exposed === undefined ? {} : { exposeHeaders: exposed }),
    ...(native.credentials ? { allowCredentials: true } : {}),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(native.privateNetwork ? { allowPrivateNetwork: true } : {}),
    ...(native.forwardsPreflights ? {} : { behavior: { refusedPreflight: "bare" } }),
  };
  return { fields, texts };
}

/** Undefined: the header is not sent, and a browser then goes by what needs no permission. */
function namesOf(
  value: string,
  what: string,
  texts: string[],
): readonly string[] | "*" | undefined {
  const names = value.split(",").flatMap((name) => name.trim() || []);
  if (names.length === 0) return undefined;
  if (names.length === 1 && names[0] === "*") return "*";
  if (names.includes("*")) {
    texts.push(`\`*\` beside other ${what} is left out: those that are listed stand`);
  }
  const wrong = names.filter((name) => !isToken(name));
  for (const name of wrong) texts.push(`${quote(name)} is left out of the ${what}: it is no name`);
  return [...new Set(names.filter((name) => name !== "*" && isToken(name)))];
}

function exposedOf(
  { exposed, credentials }: NativePolicy,
  texts: string[],
): readonly string[] | "*" | undefined {
  const names = namesOf(exposed, "exposed headers", texts);
  if (names !== "*" || !credentials) return names;
  texts.push(
    "`*` is left out of the exposed headers: with credentials browsers take it for a name, so it exposed none",
  );
  return undefined;
}

function maxAgeOf(value: string, texts: string[]): number | undefined {
  if (value === "") return undefined;
  if (/^[0-9]+$/.test(value)) return Math.min(Number(value), MAX_MAX_AGE);
  texts.push(`the max age ${quote(value)} is left out: browsers take whole seconds only`);
  return undefined;
}
