import { type Attachment, groupIn, routesOn } from "../attachment.ts";
import type { DocumentFacts } from "../document-facts.ts";
import { type Finding, finding } from "../finding.ts";
import type { Place } from "../place.ts";
import { quoteAll } from "../quote-all.ts";

/** Whether the names that Envoy and the document know each other by are the same. */
export function findGroups(
  attachments: readonly Attachment[],
  document: DocumentFacts,
): readonly Finding[] {
  return [
    ...attachments.flatMap((attachment) => findUnknown(attachment, document)),
    ...findLost(attachments, document),
    ...attachments.flatMap((attachment) => findUngrouped(attachment, document)),
  ];
}

/** One finding for each name, at the first that says it. */
function findUnknown(attachment: Attachment, { groups }: DocumentFacts): readonly Finding[] {
  const { filter, extProc } = attachment;
  const said = new Map<string, Place>();
  const own = groupIn(extProc.metadata);
  if (own !== undefined) said.set(own, { ...filter.place, pointer: extProc.pointer });
  for (const { group, route } of routesOn(attachment)) {
    if (group !== undefined && !said.has(group)) said.set(group, route.place);
  }
  return [...said]
    .filter(([group]) => !groups.has(group))
    .map(([group, place]) =>
      finding(
        "group-unknown",
        place,
        `the document has no group \`${group}\`: corsd refuses every cross-origin request here with 500`,
        `name one of ${quoteAll([...groups.keys()])}, or add it to the document`,
      ),
    );
}

function findLost(
  attachments: readonly Attachment[],
  { groups }: DocumentFacts,
): readonly Finding[] {
  const managers = attachments.map(({ manager }) => manager);
  const hosts = managers.flatMap((manager) => manager.hosts);
  // Of routes that come when they are asked for, not all are there.
  const isPartial =
    hosts.some((host) => host.isPartial) || managers.some((one) => one.missingRoutes.length > 0);
  if (hosts.length === 0 || isPartial) return [];
  const known = new Set(hosts.flatMap(({ routes }) => routes.map(({ name }) => name)));
  return [...groups].flatMap(([group, { routes }]) => {
    const lost = routes.filter((name) => !known.has(name));
    if (lost.length === 0) return [];
    return [
      finding(
        "route-unknown",
        { pointer: "" },
        `no route is named ${quoteAll(lost)}: what group \`${group}\` has by that name never applies`,
        "give Envoy's route that name, or match by host and path",
      ),
    ];
  });
}

/** Where the document goes by route alone, a route that it does not name has no policy. */
function findUngrouped(attachment: Attachment, { groups }: DocumentFacts): readonly Finding[] {
  const facts = [...groups.values()];
  if (facts.length === 0 || facts.some((group) => group.hasOtherMatches)) return [];
  const named = new Set(facts.flatMap(({ routes }) => routes));
  return attachment.hosts.flatMap(({ host, routes }) => {
    const without = routes.filter(
      ({ isOn, group, route }) => isOn && group === undefined && !named.has(route.name),
    );
    if (without.length === 0) return [];
    const names = quoteAll(without.map(({ route }) => route.called));
    return [
      finding(
        "route-without-group",
        host.place,
        `${names}: no group of the document goes by that route, so that corsd passes everything there on, and the service's own CORS headers stand`,
        "if pages of other origins use it, name a group by `x-corsd-group`, or the route in the document",
      ),
    ];
  });
}
