import { err, ok } from "../../cors/result.ts";
import type { Difference } from "../difference.ts";
import type { Importer } from "../imported.ts";
import { type Found, isAbsent, JsonReader } from "../json-value.ts";
import { nameOf, resourcesOf } from "../kubernetes/resources.ts";
import { PolicyBook } from "../policy-book.ts";
import { apiGroupsOf } from "../routing/api-groups.ts";
import type { Area } from "../routing/area.ts";
import { hostOfDomain } from "../routing/host-of-domain.ts";
import { readCorsFilter } from "./cors-filter.ts";
import { byRank, readHttpRouteMatch } from "./route-match.ts";

/** The CORS filter of the Kubernetes Gateway API. */
export const importGatewayApi: Importer = (inputs) => {
  const reader = new JsonReader();
  const routes = resourcesOf(reader, inputs, {
    group: "gateway.networking.k8s.io",
    kind: "HTTPRoute",
  });
  const work = new Work(reader);
  const ranked = routes.flatMap((route) => work.areasOf(route));
  if (reader.errors.length > 0) return err(reader.errors);
  const { policies, differences } = work.book;
  if (routes.length === 0) return err(["there is no HTTPRoute of gateway.networking.k8s.io"]);
  if (policies.length === 0) return err(["no HTTPRoute has a filter of the type `CORS`"]);
  const hosts = ranked
    .toSorted((a, b) => byRank(a.rank, b.rank))
    .map(({ host, area }) => ({ host, areas: [area] }));
  const groups = apiGroupsOf(hosts);
  return ok({
    document: { preset: "gateway-api", policies, apiGroups: groups.apiGroups },
    differences: [...differences, ...work.differences, ...groups.differences],
  });
};

type RankedArea = {
  readonly host: string | undefined;
  readonly area: Area;
  readonly rank: readonly number[];
};

class Work {
  readonly book: PolicyBook = new PolicyBook();
  readonly differences: Difference[] = [];
  readonly #reader: JsonReader;

  constructor(reader: JsonReader) {
    this.#reader = reader;
  }

  areasOf(route: Found): readonly RankedArea[] {
    const reader = this.#reader;
    const name = nameOf(reader, route);
    const ranked = reader
      .items(reader.under(route, "spec", "rules"))
      .flatMap((rule) => this.#ruleAreas(rule, name));
    return this.#hostsOf(route).flatMap((host) => ranked.map((each) => ({ ...each, host })));
  }

  /** Without hostnames a route takes those of its listeners. */
  #hostsOf(route: Found): readonly (string | undefined)[] {
    const names = this.#reader.texts(this.#reader.under(route, "spec", "hostnames")) ?? [];
    if (names.length === 0) return [undefined];
    return names.flatMap((name) => {
      const host = hostOfDomain(name);
      if (host.ok) return [host.value];
      this.#say(route.place, host.error);
      return [];
    });
  }

  #ruleAreas(rule: Found, routeName: string): readonly Omit<RankedArea, "host">[] {
    const reader = this.#reader;
    const name = reader.text(reader.under(rule, "name")) ?? routeName;
    const policy = this.#policyOf(rule, name);
    this.#sayOfBackends(rule);
    const matches = reader.items(reader.under(rule, "matches"));
    const all: Found = { value: undefined, place: rule.place };
    return (matches.length === 0 ? [all] : matches).map((match) => {
      const { rank, ...area } = readHttpRouteMatch(reader, match);
      return { rank, area: { ...area, place: match.place, route: undefined, policy } };
    });
  }

  #policyOf(rule: Found, name: string): string | undefined {
    const found = this.#corsOf(rule);
    if (found === undefined) return undefined;
    const { fields, texts } = readCorsFilter(this.#reader, found);
    return this.book.add(fields, { place: found.place, name, texts });
  }

  #corsOf(owner: Found): Found | undefined {
    const reader = this.#reader;
    return reader
      .items(reader.under(owner, "filters"))
      .filter((filter) => reader.text(reader.under(filter, "type")) === "CORS")
      .map((filter) => reader.under(filter, "cors"))
      .find((cors) => !isAbsent(cors));
  }

  #sayOfBackends(rule: Found): void {
    for (const backend of this.#reader.items(this.#reader.under(rule, "backendRefs"))) {
      if (this.#corsOf(backend) === undefined) continue;
      this.#say(
        backend.place,
        "the CORS filter of a backend is left out: a policy is that of a route",
      );
    }
  }

  #say(place: string, text: string): void {
    this.differences.push({ place, policy: undefined, text });
  }
}
