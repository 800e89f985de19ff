import type { Attachment, GovernedHost, GovernedRoute } from "../attachment.ts";
import { CORS_RESPONSE_HEADERS } from "../cors-headers.ts";
import type { AddedHeader, VirtualHost } from "../dump/route-config.ts";
import { type Finding, finding } from "../finding.ts";
import { quoteAll } from "../quote-all.ts";

/** The namespace of dynamic metadata that corsd writes, `untyped` for Envoy. */
const NAMESPACE = "cors";

/** The header and the key of the metadata that its value is in. */
const PRINTED = [...CORS_RESPONSE_HEADERS, "vary"].map(
  (name) => [name, name.replace(/^access-control-/, "").replaceAll("-", "_")] as const,
);

/** The parts of the request-only set-up, none of which works without the others. */
export function findRequestOnly(attachment: Attachment): readonly Finding[] {
  return [...findMetadata(attachment), ...attachment.hosts.flatMap(findPrinting)];
}

function isRequestOnly({ isOn, setUp }: GovernedRoute): boolean {
  return isOn && setUp === "request-only";
}

function findMetadata({ filter, extProc, hosts }: Attachment): readonly Finding[] {
  const lacking = hosts
    .flatMap(({ routes }) => routes.filter(isRequestOnly))
    .filter(({ overrides }) => !(overrides.receives ?? extProc.receives).includes(NAMESPACE));
  if (lacking.length === 0) return [];
  const untyped = [...extProc.receives, NAMESPACE];
  return [
    finding(
      "metadata-not-received",
      { ...filter.place, pointer: extProc.pointer },
      "Envoy drops the metadata with which corsd answers: pages that are admitted get no CORS headers",
      "let it write the namespace `cors`",
      { metadata_options: { receiving_namespaces: { untyped } } },
    ),
  ];
}

function findPrinting({ host, routes }: GovernedHost): readonly Finding[] {
  const here = routes.filter(isRequestOnly).map(({ route }) => route);
  if (here.length === 0) return [];
  const levels = here.map((route) => [host.above, host, route]);
  const everywhere = (has: (level: VirtualHost["above"]) => boolean): boolean =>
    levels.every((among) => among.some(has));
  const kept = CORS_RESPONSE_HEADERS.filter(
    (name) => !everywhere(({ removes }) => removes.includes(name)),
  );
  const unprinted = PRINTED.filter(
    ([name, key]) => !everywhere(({ adds }) => adds.some((one) => prints(one, name, key))),
  );
  return [...findKept(host, kept), ...findUnprinted(host, unprinted)];
}

function prints({ name, value }: AddedHeader, wanted: string, key: string): boolean {
  return name === wanted && value.includes(`%DYNAMIC_METADATA(${NAMESPACE}:${key})%`);
}

function findKept(host: VirtualHost, kept: readonly string[]): readonly Finding[] {
  if (kept.length === 0) return [];
  return [
    finding(
      "response-headers-not-removed",
      host.place,
      `${quoteAll(kept)} of the service stay in its answers, for pages that are not admitted too`,
      "take them away on every route that corsd is asked about",
      { response_headers_to_remove: [...host.removes, ...kept] },
    ),
  ];
}

function findUnprinted(
  host: VirtualHost,
  unprinted: readonly (readonly [string, string])[],
): readonly Finding[] {
  if (unprinted.length === 0) return [];
  const written = host.adds.map((one) => one.written);
  const wanted = unprinted.map(([name, key]) =>
    added(
      name,
      `%DYNAMIC_METADATA(${NAMESPACE}:${key})%`,
      name === "vary" ? "APPEND_IF_EXISTS_OR_ADD" : "OVERWRITE_IF_EXISTS_OR_ADD",
    ),
  );
  return [
    finding(
      "response-headers-not-added",
      host.place,
      `nobody writes ${quoteAll(unprinted.map(([name]) => name))} into the answers: pages that are admitted cannot read them, or caches mix them up`,
      "print what corsd says on every route that it is asked about",
      { response_headers_to_add: [...written, ...wanted] },
    ),
  ];
}

function added(key: string, value: string, action: string): object {
  return { header: { key, value }, append_action: action };
}
