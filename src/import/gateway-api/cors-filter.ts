import { err, ok } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";
import type { ReadFields } from "../envoy/native-policy.ts";
import type { Found, JsonReader } from "../json-value.ts";
import type { ReadOrigin } from "../origin-entry.ts";
import { originList } from "../origin-list.ts";

/**
 * `HTTPCORSFilter`. Its origins are written as corsd's patterns are: a default port counts as none, `*.` stands for one
 * or more labels.
 */
export function readCorsFilter(reader: JsonReader, found: Found): ReadFields {
  const names = (key: string): readonly string[] | "*" | undefined => {
    const listed = reader.texts(reader.under(found, key));
    return listed?.includes("*") ? "*" : listed;
  };
  const { allowOrigins, texts } = originList(
    (reader.texts(reader.under(found, "allowOrigins")) ?? []).map(readOrigin),
  );
  const [methods, headers, exposed] = [
    names("allowMethods"),
    names("allowHeaders"),
    names("exposeHeaders"),
  ];
  const credentials = reader.flag(reader.under(found, "allowCredentials")) ?? false;
  const maxAge = reader.number(reader.under(found, "maxAge"));
  const exposesNone = exposed === "*" && credentials;
  return {
    fields: {
      allowOrigins,
      ...(methods === undefined ? {} : { allowMethods: methods }),
      ...(headers === undefined ? {} : { allowHeaders: headers }),
      ...(exposed === undefined || exposesNone ? {} : { exposeHeaders: exposed }),
      ...(credentials ? { allowCredentials: true } : {}),
      ...(maxAge === undefined ? {} : { maxAge }),
    },
    texts: [...texts, ...(exposesNone ? [EXPOSES_NONE] : [])],
  };
}

const EXPOSES_NONE =
  "`*` is left out of the exposed headers: it means nothing there with credentials";

// The pattern of `CORSOrigin` in the CRD. What else corsd takes, expressions and ports above all, no Gateway does.
const ORIGIN = /^(?:\*|[a-zA-Z][a-zA-Z0-9+.-]+:\/\/[^:/?#]+(?::[0-9]{1,5})?)$/;

function readOrigin(pattern: string): ReadOrigin {
  if (ORIGIN.test(pattern)) return ok({ pattern, note: undefined });
  return err(`${quote(pattern)} is left out of the origins: the Gateway API takes no such origin`);
}
