import type { JsonReader } from "../json-value.ts";
import type { GatewayApi } from "./gateway-assets.ts";

/** The paths of an API; presumed are those that API Gateway gives by default, where the files name none. */
export type ApiPaths = { readonly paths: readonly string[]; readonly presumed: boolean };

export function pathsOf({ found, endpoints }: GatewayApi, reader: JsonReader): ApiPaths {
  const urls = reader.texts(endpoints);
  if (urls !== undefined) {
    const paths = new Set(urls.map((url) => url.replace(/^[a-z]+:\/\/[^/]*/i, "") || "/"));
    return { paths: [...paths], presumed: false };
  }
  const parts = ["apiName", "apiVersion"].flatMap((key) => {
    const text = reader.text(reader.under(found, key));
    return text === undefined || text === "" ? [] : [encoded(text)];
  });
  return { paths: [`/gateway/${parts.join("/")}`], presumed: true };
}

/** As a segment of a path; half a character, which has no encoding, becomes a sign that none has. */
function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "_"));
}
