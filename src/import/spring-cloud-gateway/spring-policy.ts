import type { Difference } from "../difference.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { exposedHeaders } from "../name-list.ts";
import { notesOf, patternsOf } from "../origin-list.ts";
import type { WrittenPolicy } from "../written-document.ts";
import { springOrigin, springPatterns } from "./spring-origins.ts";
import { flagOf, listOf, numberOf } from "./spring-property.ts";

type SpringPolicy = { readonly policy: WrittenPolicy; readonly differences: readonly Difference[] };

/** Spring answers every refusal with 403, handshakes of WebSockets too, and compares the method of actual requests. */
const BEHAVIOR = { refusalStatus: { method: 403 } };

/** Reads a `CorsConfiguration`; `find` gives what stands under one of its properties. */
export function springPolicy(
  name: string,
  find: (key: string) => Found,
  reader: JsonReader,
): SpringPolicy {
  const list = (key: string): readonly string[] => listOf(find(key), reader) ?? [];
  const flag = (key: string): boolean => flagOf(find(key), reader);
  const credentials = flag("allowCredentials");
  const exact = list("allowedOrigins").map(springOrigin);
  const patterns = list("allowedOriginPatterns").flatMap(springPatterns);
  const methods = list("allowedMethods");
  const headers = list("allowedHeaders");
  const exposed = exposedHeaders(list("exposedHeaders"), credentials);
  const maxAge = numberOf(find("maxAge"), reader);
  const noted: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    ["allowedOrigins", notesOf(exact)],
    ["allowedOriginPatterns", notesOf(patterns)],
    ["exposedHeaders", [exposed.note]],
  ];
  const policy: WrittenPolicy = {
    name,
    allowOrigins: patternsOf([...exact, ...patterns]),
    // What Spring takes where no methods are named.
    allowMethods: methods.includes("*") ? "*" : methods.length === 0 ? ["GET", "HEAD"] : methods,
    // Spring sends back what was asked for, as `*` does here.
    allowHeaders: headers.includes("*") ? "*" : headers,
    ...(exposed.names.length > 0 && { exposeHeaders: exposed.names }),
    ...(credentials && { allowCredentials: true }),
    ...(maxAge !== undefined && { maxAge }),
    ...(flag("allowPrivateNetwork") && { allowPrivateNetwork: true }),
    webSocket: "check",
    behavior: BEHAVIOR,
  };
  const differences = noted.flatMap(([key, texts]) =>
    texts.flatMap((text) =>
      text === undefined ? [] : [{ place: find(key).place, policy: name, text }],
    ),
  );
  return { policy, differences };
}
