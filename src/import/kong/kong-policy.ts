import type { Difference } from "../difference.ts";
import type { JsonReader } from "../json-value.ts";
import { allowedHeaders, exposedHeaders } from "../name-list.ts";
import { notesOf, patternsOf } from "../origin-list.ts";
import type { WrittenPolicy } from "../written-document.ts";
import type { CorsPlugin } from "./kong-entities.ts";
import { kongOrigins } from "./kong-origins.ts";

/** What Kong allows where no methods are named; browsers send no TRACE and no CONNECT. */
const ALL_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS"];

/**
 * What Kong does: it refuses nothing. A preflight is answered with 200 and the lists, whatever it asks for, and the browser
 * compares; an actual request goes to the service.
 */
const BEHAVIOR = { refusedPreflight: "bare", preflightStatus: 200, checkRequested: false };

/** With `preflight_continue` the service sees every preflight. */
const CONTINUED_BEHAVIOR = { ...BEHAVIOR, refusedPreflight: "forward" };

type KongPolicy = { readonly policy: WrittenPolicy; readonly differences: readonly Difference[] };

export function kongPolicy(plugin: CorsPlugin, name: string, reader: JsonReader): KongPolicy {
  const config = reader.under(plugin.found, "config");
  const texts = (key: string): readonly string[] | undefined =>
    reader.texts(reader.under(config, key));
  const flag = (key: string): boolean => reader.flag(reader.under(config, key)) === true;
  const differences: Difference[] = [];
  const note = (key: string, text: string | undefined): void => {
    if (text === undefined) return;
    differences.push({ place: `${config.place}/${key}`, policy: name, text });
  };
  const credentials = flag("credentials");
  const origins = kongOrigins(texts("origins") ?? []);
  for (const text of notesOf(origins ?? [])) note("origins", text);
  const headers = texts("headers") ?? [];
  const allowed = allowedHeaders(headers, credentials);
  note("headers", allowed.note);
  const exposed = exposedHeaders(texts("exposed_headers") ?? [], credentials);
  note("exposed_headers", exposed.note);
  const maxAge = reader.number(reader.under(config, "max_age"));
  const isContinued = flag("preflight_continue");
  if (isContinued) note("preflight_continue", CONTINUED);
  const policy: WrittenPolicy = {
    name,
    allowOrigins: origins === undefined ? "*" : patternsOf(origins),
    allowMethods: texts("methods") ?? ALL_METHODS,
    // Kong sends back what was asked for, as `*` does here.
    allowHeaders: headers.length === 0 ? "*" : allowed.names,
    ...(exposed.names.length > 0 && { exposeHeaders: exposed.names }),
    ...(credentials && { allowCredentials: true }),
    ...(maxAge !== undefined && { maxAge }),
    ...(isContinued && { preflight: "continue" }),
    ...(flag("private_network") && { allowPrivateNetwork: true }),
    behavior: isContinued ? CONTINUED_BEHAVIOR : BEHAVIOR,
  };
  return { policy, differences };
}

const CONTINUED =
  "the service's own CORS headers on preflights are replaced by those of the policy, where Kong let them through";
