import { err, ok } from "../../cors/result.ts";
import type { Difference } from "../difference.ts";
import type { Importer } from "../imported.ts";
import { type Found, JsonReader } from "../json-value.ts";
import { nameOf, resourcesOf } from "../kubernetes/resources.ts";
import { PolicyBook } from "../policy-book.ts";
import { apiGroupsOf } from "../routing/api-groups.ts";
import type { Area } from "../routing/area.ts";
import { hostOfDomain } from "../routing/host-of-domain.ts";
import { Annotations } from "./annotations.ts";
import { readCorsAnnotations } from "./cors-annotations.ts";
import { type IngressPath, readIngressPath } from "./ingress-path.ts";

/** Annotations of the community's ingress-nginx. */
export const importIngressNginx: Importer = (inputs) => {
  const reader = new JsonReader();
  const ingresses = resourcesOf(reader, inputs, { group: "networking.k8s.io", kind: "Ingress" });
  const work = new Work(reader);
  const located = ingresses.flatMap((ingress) => work.areasOf(ingress));
  if (reader.errors.length > 0) return err(reader.errors);
  const { policies, differences } = work.book;
  if (ingresses.length === 0) return err(["there is no Ingress of networking.k8s.io"]);
  if (policies.length === 0) {
    return err(['no Ingress has the annotation `nginx.ingress.kubernetes.io/enable-cors: "true"`']);
  }
  const hosts = located
    .toSorted((a, b) => Number(isExact(b)) - Number(isExact(a)) || b.length - a.length)
    .map(({ host, area }) => ({ host, areas: [area] }));
  const groups = apiGroupsOf(hosts);
  return ok({
    document: { preset: "fetch", policies, apiGroups: groups.apiGroups },
    differences: [...differences, ...work.differences, ...groups.differences],
  });
};

type LocatedArea = {
  readonly host: string | undefined;
  readonly area: Area;
  readonly length: number;
};

function isExact({ area }: LocatedArea): boolean {
  return area.extent === "exact";
}

class Work {
  readonly book: PolicyBook = new PolicyBook();
  readonly differences: Difference[] = [];
  readonly #reader: JsonReader;

  constructor(reader: JsonReader) {
    this.#reader = reader;
  }

  areasOf(ingress: Found): readonly LocatedArea[] {
    const reader = this.#reader;
    const annotations = new Annotations(reader, ingress);
    // A canary has the locations of the Ingress that it stands in for.
    if (annotations.flag("canary") === true) return [];
    const policy = this.#policyOf(ingress, annotations);
    const isExpression =
      annotations.flag("use-regex") === true || annotations.has("rewrite-target");
    const rules = reader.items(reader.under(ingress, "spec", "rules"));
    if (rules.length === 0) return [this.#everything(ingress, policy)];
    return rules.flatMap((rule) => this.#ruleAreas(rule, policy, isExpression));
  }

  #policyOf(ingress: Found, annotations: Annotations): string | undefined {
    if (annotations.flag("enable-cors") !== true) return undefined;
    const { fields, texts } = readCorsAnnotations(annotations);
    const name = nameOf(this.#reader, ingress);
    return this.book.add(fields, { place: ingress.place, name, texts });
  }

  /** An Ingress of a default backend alone. */
  #everything({ place }: Found, policy: string | undefined): LocatedArea {
    const everything = { path: "/", extent: "all", words: "`/`", note: undefined } as const;
    const area: Area = { ...everything, place, route: undefined, policy };
    return { host: undefined, area, length: 1 };
  }

  #ruleAreas(
    rule: Found,
    policy: string | undefined,
    isExpression: boolean,
  ): readonly LocatedArea[] {
    const reader = this.#reader;
    const host = hostOfDomain(reader.text(reader.under(rule, "host")) || "*");
    if (!host.ok) {
      this.#say(rule.place, host.error, policy);
      return [];
    }
    return reader.items(reader.under(rule, "http", "paths")).map((found) => {
      const { length, ...path }: IngressPath = readIngressPath(reader, found, isExpression);
      const area: Area = { ...path, place: found.place, route: undefined, policy };
      return { host: host.value, area, length };
    });
  }

  #say(place: string, text: string, policy: string | undefined): void {
    this.differences.push({ place, policy, text });
  }
}
