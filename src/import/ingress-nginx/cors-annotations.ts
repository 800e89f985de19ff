import { lowerAscii } from "../../cors/ascii.ts";
import { ok } from "../../cors/result.ts";
import { MAX_MAX_AGE } from "../../policy/decode/max-age.ts";
import { quote } from "../../policy/quote.ts";
import type { ReadFields } from "../envoy/native-policy.ts";
import { literalExpression } from "../expression-text.ts";
import { exactOrigin, type ReadOrigin } from "../origin-entry.ts";
import { originList } from "../origin-list.ts";
import type { Annotations } from "./annotations.ts";

// Defaults of the controller (its documentation of the annotations, "Enable CORS").
const METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
const HEADERS =
  "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization";
const MAX_AGE = 1_728_000;

/** Preflights are 204, nothing is refused or compared, and exposed names go out with preflights too. */
const BEHAVIOR = { refusedPreflight: "forward", checkRequested: false, exposeOnPreflight: true };

/** The policy of an Ingress with `enable-cors`, in the preset `fetch`. */
export function readCorsAnnotations(annotations: Annotations): ReadFields {
  const texts = [
    "an OPTIONS request that is no preflight is answered by the service, not with 204",
  ];
  const { allowOrigins, texts: said } = originList(readOrigins(annotations));
  texts.push(...said);
  if (allowOrigins.length === 0) texts.push("no origin can be taken over, so nobody is admitted");
  const wantsCredentials = annotations.flag("cors-allow-credentials") ?? true;
  const credentials = wantsCredentials && allowOrigins !== "*";
  if (wantsCredentials && !credentials) {
    texts.push(
      "`*` goes without credentials: beside `*` no browser takes them, so nothing changes for a page, but list the origins if it needs them",
    );
  }
  const exposed = exposedOf(annotations.text("cors-expose-headers"), wantsCredentials, texts);
  return {
    fields: {
      allowOrigins,
      allowMethods: namesOf(
        fitting(annotations.text("cors-allow-methods"), /^[a-z,\s]+$/i, METHODS),
      ),
      allowHeaders: namesOf(
        fitting(annotations.text("cors-allow-headers"), /^[\w,\s-]+$/, HEADERS),
      ),
      ...(exposed === undefined ? {} : { exposeHeaders: exposed }),
      ...(credentials ? { allowCredentials: true } : {}),
      maxAge: maxAgeOf(annotations.text("cors-max-age")),
      behavior: BEHAVIOR,
    },
    texts,
  };
}

function readOrigins(annotations: Annotations): readonly ReadOrigin[] {
  const origins = (annotations.text("cors-allow-origin") ?? "*")
    .split(",")
    .flatMap((origin) => origin.trim() || []);
  return origins.includes("*") ? [ok({ pattern: "*", note: undefined })] : origins.map(readOrigin);
}

const ONE_LABEL = /^([a-z]+:\/\/)\*\.([a-z0-9.-]+(?::[0-9]+)?)$/;

/** Compared without case. A `*` stands for one label, where that of corsd stands for one or more. */
function readOrigin(text: string): ReadOrigin {
  const origin = lowerAscii(text);
  const [, scheme, rest] = ONE_LABEL.exec(origin) ?? [];
  if (scheme === undefined)
    return exactOrigin(origin, { ignoresCase: true, dropsDefaultPort: false });
  const pattern = `~${scheme}[a-z0-9-]+${literalExpression(`.${rest}`)}`;
  return ok({ pattern, note: undefined });
}

/** What the controller does not take is as if it were not there. */
function fitting(text: string | undefined, form: RegExp, otherwise: string): string {
  return text !== undefined && form.test(text) ? text : otherwise;
}

function namesOf(text: string): readonly string[] {
  return [...new Set(text.split(/[,\s]+/).filter((name) => name !== ""))];
}

function exposedOf(
  text: string | undefined,
  credentials: boolean,
  texts: string[],
): readonly string[] | "*" | undefined {
  const names = namesOf(fitting(text, /^[\w,\s*-]+$/, ""));
  if (names.length === 0) return undefined;
  if (!names.includes("*")) return names;
  if (!credentials) return "*";
  texts.push(
    `${quote("*")} is left out of the exposed headers: with credentials browsers take it for a name`,
  );
  const others = names.filter((name) => name !== "*");
  return others.length === 0 ? undefined : others;
}

function maxAgeOf(text: string | undefined): number {
  return text !== undefined && /^[0-9]+$/.test(text)
    ? Math.min(Number(text), MAX_MAX_AGE)
    : MAX_AGE;
}
