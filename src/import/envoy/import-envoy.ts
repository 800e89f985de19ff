import { err, ok } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";
import type { Difference } from "../difference.ts";
import type { Importer } from "../imported.ts";
import { type Found, isAbsent, isObject, JsonReader, rootsOf } from "../json-value.ts";
import { PolicyBook } from "../policy-book.ts";
import { apiGroupsOf } from "../routing/api-groups.ts";
import type { Area, RoutedHost } from "../routing/area.ts";
import { hostOfDomain } from "../routing/host-of-domain.ts";
import { readCorsPolicy } from "./cors-policy.ts";
import { filterConfigOf, levelsOf } from "./filter-config.ts";
import { field } from "./message.ts";
import { routeConfigurations } from "./route-configurations.ts";
import { readRouteMatch } from "./route-match.ts";

/** Envoy's native cors filter, in a bootstrap, route configurations, or what the admin's `/config_dump` says. */
export const importEnvoy: Importer = (inputs) => {
  const reader = new JsonReader();
  const configurations = rootsOf(inputs).flatMap((root) => routeConfigurations(root));
  const work = new Work(reader);
  for (const configuration of configurations) work.readConfiguration(configuration);
  if (reader.errors.length > 0) return err(reader.errors);
  const { policies, differences } = work.book;
  if (policies.length === 0) return err([emptyText(configurations.length)]);
  const groups = apiGroupsOf(work.hosts);
  return ok({
    document: { preset: "envoy", policies, apiGroups: groups.apiGroups },
    differences: [...differences, ...work.differences, ...groups.differences],
  });
};

function emptyText(configurations: number): string {
  return configurations === 0
    ? "there is no route configuration: nothing has `virtual_hosts`"
    : "no route, virtual host or route configuration has a policy for `envoy.filters.http.cors`";
}

class Work {
  readonly book: PolicyBook = new PolicyBook();
  readonly hosts: RoutedHost[] = [];
  readonly differences: Difference[] = [];
  readonly #reader: JsonReader;
  /** What a virtual host of each domain says, to see where two say something else. */
  readonly #seen: Map<string, string> = new Map();

  constructor(reader: JsonReader) {
    this.#reader = reader;
  }

  readConfiguration(configuration: Found): void {
    for (const host of this.#reader.items(field(this.#reader, configuration, "virtual_hosts"))) {
      this.#readVirtualHost(host, configuration);
    }
  }

  #readVirtualHost(virtualHost: Found, configuration: Found): void {
    const reader = this.#reader;
    const name = reader.text(field(reader, virtualHost, "name")) ?? "";
    const areas = reader
      .items(field(reader, virtualHost, "routes"))
      .map((route) => this.#area(route, virtualHost, configuration, name));
    const known = new Set<string | undefined>();
    for (const domain of reader.texts(field(reader, virtualHost, "domains")) ?? []) {
      const host = hostOfDomain(domain);
      if (!host.ok) this.#say(virtualHost.place, host.error);
      if (!host.ok || known.has(host.value)) continue;
      known.add(host.value);
      if (this.#isNew(host.value, domain, virtualHost))
        this.hosts.push({ host: host.value, areas });
    }
  }

  /** A dump has a route configuration of a listener twice; several listeners may have one domain each. */
  #isNew(host: string | undefined, domain: string, { value, place }: Found): boolean {
    const key = host ?? "*";
    const text = JSON.stringify(value);
    const seen = this.#seen.get(key);
    this.#seen.set(key, seen ?? text);
    if (seen === undefined) return true;
    if (seen === text) return false;
    this.#say(
      place,
      `${quote(domain)} is a domain of several virtual hosts: the first counts, whatever the listener or the port`,
    );
    return false;
  }

  #area(route: Found, virtualHost: Found, configuration: Found, hostName: string): Area {
    const reader = this.#reader;
    const name = reader.text(field(reader, route, "name")) || undefined;
    const match = readRouteMatch(reader, field(reader, route, "match"));
    const levels = isForwarding(reader, route)
      ? levelsOf(reader, [route, virtualHost, configuration])
      : undefined;
    if (levels === undefined) {
      return { ...match, place: route.place, route: name, policy: undefined };
    }
    const { fields, texts } = readCorsPolicy(reader, levels);
    const isOwn = levels[0].place.startsWith(route.place);
    const policy = this.book.add(fields, {
      place: levels[0].place,
      name: (isOwn ? name : undefined) ?? (hostName === "*" ? "any" : hostName),
      texts,
    });
    if (hasWeightedPolicy(reader, route)) {
      this.#say(route.place, "the policies of weighted clusters are left out", policy);
    }
    return { ...match, place: route.place, route: name, policy };
  }

  #say(place: string, text: string, policy?: string): void {
    this.differences.push({ place, policy, text });
  }
}

function hasWeightedPolicy(reader: JsonReader, route: Found): boolean {
  const weighted = field(reader, field(reader, route, "route"), "weighted_clusters");
  return reader
    .items(field(reader, weighted, "clusters"))
    .some((cluster) => filterConfigOf(reader, cluster).kind !== "none");
}

/** The filter does nothing where Envoy itself answers, with a redirect or a `direct_response`. */
function isForwarding(reader: JsonReader, route: Found): boolean {
  const own = ["redirect", "direct_response"].filter(
    (name) => !isAbsent(field(reader, route, name)),
  );
  return isObject(route.value) && own.length === 0;
}
