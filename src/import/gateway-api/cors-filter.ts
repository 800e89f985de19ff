import { ok } from "../../cors/result.ts";
import type { ReadFields } from "../envoy/native-policy.ts";
import type { Found, JsonReader } from "../json-value.ts";
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
  const { allowOrigins } = originList(
    (reader.texts(reader.under(found, "allowOrigins")) ?? []).map((pattern) =>
      ok({ pattern, note: undefined }),
    ),
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
    texts: exposesNone
      ? ["`*` is left out of the exposed headers: it means nothing there with credentials"]
      : [],
  };
}
