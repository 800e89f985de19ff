import type { Attachment, GovernedHost } from "../attachment.ts";
import type { DocumentFacts } from "../document-facts.ts";
import type { Level } from "../dump/route-config.ts";
import { type Finding, finding } from "../finding.ts";
import { quoteAll } from "../quote-all.ts";

/** What it takes to leave corsd out of some requests. */
export function findSkip(
  { filter, hosts }: Attachment,
  document: DocumentFacts | undefined,
): readonly Finding[] {
  if (filter.skip === "never") return [];
  if (filter.skip === "unknown") {
    return [
      finding(
        "skip-unknown",
        filter.place,
        "a matcher skips the filter for some requests, and which cannot be told here: nobody asks corsd about them",
        "skip requests without an Origin only, as in `envoy/full-skipping.yaml`",
      ),
    ];
  }
  const found: Finding[] = [];
  if (document?.requiresOrigin === true) {
    found.push(
      finding(
        "skip-require-origin",
        filter.place,
        "requests without an Origin skip corsd, so that `requireOrigin` of the document refuses none",
        "ask corsd about every request (`envoy/full.yaml`), or do without `requireOrigin`",
      ),
    );
  }
  return document?.isOpen === true ? found : [...found, ...hosts.flatMap(findVary)];
}

function findVary({ host, routes }: GovernedHost): readonly Finding[] {
  if (variesByOrigin(host.above) || variesByOrigin(host)) return [];
  const without = routes.filter(({ isOn, route }) => isOn && !variesByOrigin(route));
  if (without.length === 0) return [];
  const names = quoteAll(without.map(({ route }) => route.called));
  const vary = {
    header: { key: "vary", value: "Origin" },
    append_action: "APPEND_IF_EXISTS_OR_ADD",
  };
  return [
    finding(
      "skip-without-vary",
      host.place,
      `answers to requests without an Origin skip corsd, and ${names} say no \`Vary: Origin\`: a cache may hand such an answer, without CORS headers, to a page that is admitted (in an open group that is as it should be)`,
      "add `Vary: Origin` to every answer of routes whose policy does not admit `*`",
      { response_headers_to_add: [...host.adds.map(({ written }) => written), vary] },
    ),
  ];
}

function variesByOrigin({ adds }: Level): boolean {
  return adds.some(
    ({ name, value }) =>
      name === "vary" &&
      value.split(",").some((element) => element.trim().toLowerCase() === "origin"),
  );
}
