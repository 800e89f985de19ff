import { err, ok } from "../../cors/result.ts";
import type { Difference } from "../difference.ts";
import type { Importer } from "../imported.ts";
import { type Found, isAbsent, JsonReader } from "../json-value.ts";
import { nameOf, resourcesOf } from "../kubernetes/resources.ts";
import { PolicyBook } from "../policy-book.ts";
import { apiGroupsOf } from "../routing/api-groups.ts";
import type { Area, RoutedHost } from "../routing/area.ts";
import { hostOfDomain } from "../routing/host-of-domain.ts";
import { readIstioMatch } from "./istio-match.ts";
import { readIstioPolicy } from "./istio-policy.ts";

/** `corsPolicy` of Istio's VirtualService. */
export const importIstio: Importer = (inputs) => {
  const reader = new JsonReader();
  const services = resourcesOf(reader, inputs, {
    group: "networking.istio.io",
    kind: "VirtualService",
  });
  const work = new Work(reader);
  const hosts = services.flatMap((service) => work.hostsOf(service));
  if (reader.errors.length > 0) return err(reader.errors);
  const { policies, differences } = work.book;
  if (services.length === 0) return err(["there is no VirtualService of networking.istio.io"]);
  if (policies.length === 0) return err(["no VirtualService has a `corsPolicy`"]);
  const groups = apiGroupsOf(hosts);
  return ok({
    document: { preset: "envoy", policies, apiGroups: groups.apiGroups },
    differences: [...differences, ...work.differences, ...groups.differences],
  });
};

class Work {
  readonly book: PolicyBook = new PolicyBook();
  readonly differences: Difference[] = [];
  readonly #reader: JsonReader;

  constructor(reader: JsonReader) {
    this.#reader = reader;
  }

  hostsOf(service: Found): readonly RoutedHost[] {
    const reader = this.#reader;
    const name = nameOf(reader, service);
    const areas = reader
      .items(reader.under(service, "spec", "http"))
      .flatMap((route) => this.#areasOf(route, name));
    const domains = reader.texts(reader.under(service, "spec", "hosts")) ?? [];
    return domains.flatMap((domain): readonly RoutedHost[] => {
      const host = hostOfDomain(domain);
      if (host.ok) return [{ host: host.value, areas }];
      this.#say(service.place, host.error);
      return [];
    });
  }

  #areasOf(route: Found, service: string): readonly Area[] {
    const reader = this.#reader;
    const name = reader.text(reader.under(route, "name"));
    if (!isAbsent(reader.under(route, "delegate"))) {
      this.#say(route.place, "what another VirtualService says for it is not looked for");
    }
    const policy = this.#policyOf(route, name ?? service);
    const matches = reader.items(reader.under(route, "match"));
    const all: Found = { value: undefined, place: route.place };
    return (matches.length === 0 ? [all] : matches).map((match) => {
      const area = readIstioMatch(reader, match);
      const matched = reader.text(reader.under(match, "name"));
      // So does Istio name the routes of Envoy.
      const routeName = name !== undefined && matched !== undefined ? `${name}.${matched}` : name;
      return { ...area, place: match.place, route: routeName, policy };
    });
  }

  /** The filter does nothing where Envoy itself answers. */
  #policyOf(route: Found, name: string): string | undefined {
    const reader = this.#reader;
    const found = reader.under(route, "corsPolicy");
    const own = ["redirect", "directResponse"].filter((key) => !isAbsent(reader.under(route, key)));
    if (isAbsent(found) || own.length > 0) return undefined;
    const { fields, texts } = readIstioPolicy(reader, found);
    return this.book.add(fields, { place: found.place, name, texts });
  }

  #say(place: string, text: string): void {
    this.differences.push({ place, policy: undefined, text });
  }
}
