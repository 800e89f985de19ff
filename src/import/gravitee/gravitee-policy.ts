import { ok } from "../../cors/result.ts";
import type { Difference } from "../difference.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { allowedHeaders, allowedMethods, exposedHeaders } from "../name-list.ts";
import { exactOrigin, expressionOrigin, type ReadOrigin } from "../origin-entry.ts";
import { notesOf, patternsOf } from "../origin-list.ts";
import type { WrittenPolicy } from "../written-document.ts";

type GraviteePolicy = {
  readonly policy: WrittenPolicy;
  readonly differences: readonly Difference[];
};

export function graviteePolicy(cors: Found, name: string, reader: JsonReader): GraviteePolicy {
  const texts = (key: string): readonly string[] => reader.texts(reader.under(cors, key)) ?? [];
  const flag = (key: string): boolean => reader.flag(reader.under(cors, key)) === true;
  const differences: Difference[] = [];
  const note = (key: string, notes: readonly (string | undefined)[]): void => {
    for (const text of notes) {
      if (text === undefined) continue;
      differences.push({ place: `${cors.place}/${key}`, policy: name, text });
    }
  };
  const credentials = flag("allowCredentials");
  const origins = texts("allowOrigin").map(readOrigin);
  note("allowOrigin", notesOf(origins));
  const written = texts("allowMethods");
  const methods = allowedMethods(written.filter(isUpper), credentials);
  note("allowMethods", [methods.note, ...written.filter((each) => !isUpper(each)).map(lowerNote)]);
  const headers = allowedHeaders(texts("allowHeaders"), credentials);
  note("allowHeaders", [headers.note]);
  const exposed = exposedHeaders(texts("exposeHeaders"), credentials);
  note("exposeHeaders", [exposed.note]);
  const runsPolicies = flag("runPolicies");
  note("runPolicies", runsPolicies ? [CONTINUED] : []);
  const maxAge = reader.number(reader.under(cors, "maxAge"));
  const policy: WrittenPolicy = {
    name,
    ...(!flag("enabled") && { enabled: false }),
    allowOrigins: patternsOf(origins),
    allowMethods: methods.names,
    // The preset's default is `*`. Gravitee sends an empty list, by which a browser allows no header.
    allowHeaders: headers.names,
    ...(exposed.names.length > 0 && { exposeHeaders: exposed.names }),
    ...(credentials && { allowCredentials: true }),
    // Gravitee sends no header for any negative number.
    ...(maxAge !== undefined && { maxAge: Math.max(-1, maxAge) }),
    ...(runsPolicies && { preflight: "continue" }),
    ...(flag("allowPrivateNetwork") && { allowPrivateNetwork: true }),
  };
  return { policy, differences };
}

/** Any case; and what holds one of these signs is a Java expression for the whole origin too. */
function readOrigin(text: string): ReadOrigin {
  if (text === "*") return ok({ pattern: "*", note: undefined });
  // An IPv6 address stands in brackets.
  if (/[([*]/.test(text) && !text.includes("://[")) return expressionOrigin(text, "whole");
  return exactOrigin(text, { ignoresCase: true, dropsDefaultPort: false });
}

const CONTINUED =
  "on a preflight all filters of Envoy run, authentication too, where Gravitee skipped the security plan";

function isUpper(method: string): boolean {
  return method === method.toUpperCase();
}

function lowerNote(method: string): string {
  return `\`${method}\` is left out of the methods: it was answered in upper case, so browsers never took it for what they asked`;
}
