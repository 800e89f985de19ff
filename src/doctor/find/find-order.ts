import type { Attachment } from "../attachment.ts";
import type { HttpFilter } from "../dump/http-filter.ts";
import type { Level, PerFilter } from "../dump/route-config.ts";
import { type Finding, finding, mendedBy } from "../finding.ts";
import type { Place } from "../place.ts";
import { quoteAll } from "../quote-all.ts";
import { at, numberOf } from "../spot.ts";

const HTTP = "envoy.extensions.filters.http.";

/** Filters that ask who somebody is, by the package of their configuration. */
const AUTHENTICATION = [
  "jwt_authn",
  "ext_authz",
  "basic_auth",
  "api_key_auth",
  "oauth2",
  "rbac",
  "hmac_auth",
  "jwe_decrypt",
  "gcp_authn",
  "istio_authn",
];

/** Other filters that answer requests themselves. */
const REFUSING = [
  "ratelimit",
  "local_ratelimit",
  "rate_limit_quota",
  "csrf",
  "fault",
  "buffer",
  "admission_control",
  "adaptive_concurrency",
];

/** Whether another filter decides before corsd does. */
export function findOrder(attachment: Attachment): readonly Finding[] {
  const before = attachment.manager.filters.slice(0, attachment.index);
  const among = (packages: readonly string[]): readonly HttpFilter[] =>
    before.filter(({ type }) => packages.some((one) => type.startsWith(`${HTTP}${one}.`)));
  return [
    ...behind(
      "after-authentication",
      attachment,
      among(AUTHENTICATION),
      "preflights carry no credentials, so that they are refused before corsd is asked, and pages cannot read why a request was refused",
    ),
    ...behind(
      "after-refusing-filter",
      attachment,
      among(REFUSING),
      "what it answers itself has no CORS headers, so that pages cannot read it, and it counts preflights too",
    ),
    ...findNativeCors(attachment),
  ];
}

function behind(
  code: "after-authentication" | "after-refusing-filter",
  { filter }: Attachment,
  before: readonly HttpFilter[],
  consequence: string,
): readonly Finding[] {
  const [first] = before;
  if (first === undefined) return [];
  const names = quoteAll(before.map(({ name }) => name));
  const message = `the filter stands behind ${names}: ${consequence}`;
  const found = finding(code, filter.place, message, `move it in front of ${names}`);
  return [mendedBy(found, { kind: "move", before: first.place.pointer })];
}

const CORS = "envoy.extensions.filters.http.cors.v3.CorsPolicy";

function findNativeCors({ manager, hosts }: Attachment): readonly Finding[] {
  const native = manager.filters.find(({ type }) => type === `${HTTP}cors.v3.Cors`);
  if (native === undefined) return [];
  const at = (level: Level, place: Place): readonly Finding[] =>
    level.perFilter.filter((one) => isInForce(one, native.name)).map((one) => both(one, place));
  return hosts.flatMap(({ host, routes }) => [
    ...at(host, host.place),
    ...routes.filter(({ isOn }) => isOn).flatMap(({ route }) => at(route, route.place)),
  ]);
}

/** A policy may be switched off by its share of requests, as while moving to corsd. */
function isInForce({ filter, type, disabled, config }: PerFilter, native: string): boolean {
  const share = at(config, "filter_enabled", "default_value");
  const isOff = share.value !== undefined && numberOf(at(share, "numerator"), 0) === 0;
  return filter === native && type === CORS && !disabled && !isOff;
}

function both({ filter }: PerFilter, place: Place): Finding {
  return finding(
    "native-cors-policy",
    place,
    "Envoy's own CORS filter has a policy here too: it and corsd both answer preflights and write headers, and the one that stands first wins",
    `take the entry \`${filter}\` out`,
    { typed_per_filter_config: { [filter]: null } },
  );
}
