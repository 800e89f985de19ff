import { type Attachment, EXT_PROC_PER_ROUTE, isForCorsd, routesOn } from "../attachment.ts";
import type { Manager } from "../dump/manager.ts";
import type { Level, PerFilter } from "../dump/route-config.ts";
import type { Setup } from "../dump/setup.ts";
import { type Finding, finding } from "../finding.ts";
import type { Place } from "../place.ts";
import { quoteAll } from "../quote-all.ts";

/** Whether corsd is asked: about everything, and in a way that it can answer. */
export function findPresence(
  { managers }: Setup,
  attachments: readonly Attachment[],
): readonly Finding[] {
  if (attachments.length === 0) return [absent];
  const covered = new Set(attachments.map(({ manager }) => manager));
  const without = managers.filter((manager) => manager.isOuter && !covered.has(manager));
  return [...without.map(uncovered), ...attachments.flatMap(findIn)];
}

const absent: Finding = finding(
  "filter-absent",
  { pointer: "" },
  "no HTTP connection manager has an ext_proc filter that asks corsd: browsers get the services' own CORS headers, or none",
  "attach corsd as in `envoy/full.yaml`; if it is attached, name its cluster with `--cluster`",
);

function uncovered({ place }: Manager): Finding {
  return finding(
    "listener-uncovered",
    place,
    "nobody asks corsd about the requests that come in here, as elsewhere in this Envoy",
    "put corsd's ext_proc filter first in `http_filters` here too, if pages of other origins come this way",
  );
}

function findIn(attachment: Attachment): readonly Finding[] {
  const { filter, extProc, manager } = attachment;
  const found: Finding[] = [];
  if (extProc.observes) {
    found.push(
      finding(
        "observability-mode",
        { ...filter.place, pointer: extProc.pointer },
        "Envoy ignores every answer: no preflight is answered and nothing is refused",
        "take `observability_mode` out",
        { observability_mode: null },
      ),
    );
  }
  const isOnNowhere =
    filter.disabled && manager.missingRoutes.length === 0 && routesOn(attachment).length === 0;
  if (isOnNowhere) {
    found.push(
      finding(
        "filter-never-enabled",
        filter.place,
        "the filter is disabled and no route enables it: corsd is never asked",
        "take `disabled` out, or enable the filter on the routes by an entry in `typed_per_filter_config`",
        { disabled: null },
      ),
    );
  }
  return [
    ...found,
    ...(isOnNowhere ? [] : uncoveredRoutes(attachment)),
    ...missingRoutes(attachment),
    ...unattached(attachment),
    ...bypasses(attachment),
  ];
}

function missingRoutes({
  manager: { missingRoutes: names, place },
}: Attachment): readonly Finding[] {
  if (names.length === 0) return [];
  return [
    finding(
      "routes-missing",
      place,
      `the routes ${quoteAll(names)} are not there, so that nothing can be said of them: Envoy has not got them, or the dump is not whole`,
      "take the whole dump (`/config_dump?include_eds`) of an Envoy that serves",
    ),
  ];
}

/** One finding for each virtual host, that a long list of static files makes no long report. */
function uncoveredRoutes({ hosts, filter }: Attachment): readonly Finding[] {
  return hosts.flatMap(({ host, routes }) => {
    const off = routes.filter(({ isOn }) => !isOn);
    if (off.length === 0) return [];
    const names = quoteAll(off.map(({ route }) => route.called));
    return [
      finding(
        "route-uncovered",
        host.place,
        `the filter is off on ${names}: corsd neither answers preflights there nor takes the service's own CORS headers away`,
        `if pages of other origins use them, enable \`${filter.name}\` there`,
      ),
    ];
  });
}

/** What a route says to a filter that the chain does not have goes unheard. */
function unattached({ filter, manager: { filters, hosts } }: Attachment): readonly Finding[] {
  const names = new Set(filters.map(({ name }) => name));
  const lost = (level: Level, place: Place): readonly Finding[] =>
    level.perFilter
      .filter((one) => one.type === EXT_PROC_PER_ROUTE && !names.has(one.filter) && isForCorsd(one))
      .map((one) => unheard(one, place, filter.name));
  return hosts.flatMap((host) => [
    ...lost(host, host.place),
    ...host.routes.flatMap((route) => lost(route, route.place)),
  ]);
}

function unheard({ filter, config }: PerFilter, place: Place, wanted: string): Finding {
  return finding(
    "override-unattached",
    place,
    `the chain has no filter named \`${filter}\`, so that what is said to it here is not heard: requests come without their group`,
    `write \`${wanted}\` for \`${filter}\``,
    { typed_per_filter_config: { [filter]: null, [wanted]: config.value } },
  );
}

function bypasses({ manager, filter }: Attachment): readonly Finding[] {
  return manager.upgrades
    .filter(({ filters }) => !filters.some(({ name }) => name === filter.name))
    .map(({ type, place }) =>
      finding(
        "upgrade-bypass",
        place,
        `\`${type}\` upgrades have filters of their own, and corsd's is not among them: pages of every origin can connect`,
        "take `filters` out, so that the filters of the connection manager apply, or put corsd's among them",
        { filters: null },
      ),
    );
}
