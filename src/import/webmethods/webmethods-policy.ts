import { parseOrigin } from "../../cors/origin.ts";
import { quote } from "../../policy/quote.ts";
import type { Difference } from "../difference.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { allowedHeaders, exposedHeaders } from "../name-list.ts";
import { exactOrigin, expressionOrigin, type ReadOrigin } from "../origin-entry.ts";
import { notesOf, patternsOf } from "../origin-list.ts";
import type { WrittenPolicy } from "../written-document.ts";
import { NOTHING, parametersOf } from "./gateway-assets.ts";

type WebmethodsPolicy = {
  readonly policy: WrittenPolicy;
  readonly differences: readonly Difference[];
};

/** Reads a CORS policy action. */
export function webmethodsPolicy(
  action: Found,
  name: string,
  reader: JsonReader,
): WebmethodsPolicy {
  const parameters = parametersOf(action, reader);
  const texts = (key: string): readonly string[] => {
    const values = reader.texts(parameters.get(key) ?? NOTHING) ?? [];
    return values.map((value) => value.trim()).filter((value) => value !== "");
  };
  const credentials = texts("allowCredentials")[0] === "true";
  const origins = texts("allowedOrigins").map(webmethodsOrigin);
  const headers = allowedHeaders(texts("allowHeaders"), credentials);
  const exposed = exposedHeaders(texts("exposeHeaders"), credentials);
  const [maxAge] = texts("maxAge");
  const policy: WrittenPolicy = {
    name,
    allowOrigins: patternsOf(origins),
    // The preset has no default: there too methods have to be named.
    allowMethods: texts("allowMethods"),
    allowHeaders: headers.names,
    ...(exposed.names.length > 0 && { exposeHeaders: exposed.names }),
    ...(credentials && { allowCredentials: true }),
    ...(maxAge !== undefined && { maxAge: /^[0-9]+$/.test(maxAge) ? Number(maxAge) : maxAge }),
  };
  const notes = [...notesOf(origins), headers.note, exposed.note];
  const differences = notes.flatMap((text) =>
    text === undefined ? [] : [{ place: action.place, policy: name, text }],
  );
  return { policy, differences };
}

/** An origin of a policy or application: text or a Java expression, which is not marked as one. */
export function webmethodsOrigin(text: string): ReadOrigin {
  // A dot matches more as an expression; as a text it admits less.
  const isText = parseOrigin(text) !== undefined || /^[A-Za-z0-9.:/_-]*$/.test(text);
  if (isText) return exactOrigin(text);
  if (text === "*") return expressionOrigin(".*", "whole");
  const read = expressionOrigin(text, "whole");
  if (!read.ok) return read;
  const note = `${quote(text)} is taken for an expression that has to match the whole origin`;
  return { ok: true, value: { ...read.value, note } };
}
