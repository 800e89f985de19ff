import { quote } from "../../policy/quote.ts";
import { type Found, isAbsent, isObject, type JsonReader } from "../json-value.ts";

type Entity = {
  /** The name for people. */
  readonly called: string;
  /** What others refer to it by: its name and its id. */
  readonly names: readonly string[];
  readonly found: Found;
};

export type KongService = Entity;

export type KongRoute = Entity & {
  readonly service: KongService | undefined;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  /** The methods that it takes; none for any. */
  readonly methods: readonly string[];
  /** What else it asks of a request, by the key: `headers`, `snis`, … */
  readonly others: readonly string[];
};

/** What a plugin stands on. */
export type Scope =
  | { readonly kind: "global" | "consumer" }
  | { readonly kind: "service"; readonly of: KongService }
  | { readonly kind: "route"; readonly of: KongRoute };

/** A cors plugin that is enabled. */
export type CorsPlugin = {
  readonly called: string;
  readonly scope: Scope;
  readonly found: Found;
};

export type Kong = {
  readonly plugins: readonly CorsPlugin[];
  readonly routes: readonly KongRoute[];
};

const SIGNS = ["_format_version", "services", "routes", "plugins", "consumers"];
const OTHERS = ["headers", "snis", "sources", "destinations", "expression"];

/** Reads the entities of all inputs together: they may name each other. */
export function readKong(inputs: readonly Found[], reader: JsonReader): Kong {
  const all = (owners: readonly Found[], key: string): readonly Found[] =>
    owners.flatMap((owner) => reader.items(reader.under(owner, key)));
  const roots = inputs.filter(isKong);
  for (const input of inputs.filter((each) => !isKong(each))) {
    reader.report(
      input,
      "this is no declarative configuration of Kong: `_format_version` is missing",
    );
  }
  const services = all(roots, "services").map((found) => readEntity(found, "service", reader));
  const routes = [
    ...services.flatMap((service) =>
      all([service.found], "routes").map((found) => readRoute(found, service, reader)),
    ),
    ...all(roots, "routes").map((found) => {
      const service = referred(reader.under(found, "service"), services, reader);
      return readRoute(found, service, reader);
    }),
  ];
  const consumers = ["consumers", "consumer_groups"].flatMap((key) => all(roots, key));
  const scoped: readonly (readonly [Found, Scope])[] = [
    ...all(roots, "plugins").map((found): [Found, Scope] => {
      return [found, scopeOf(found, services, routes, reader)];
    }),
    ...services.flatMap((of) =>
      all([of.found], "plugins").map((found): [Found, Scope] => [found, { kind: "service", of }]),
    ),
    ...routes.flatMap((of) =>
      all([of.found], "plugins").map((found): [Found, Scope] => [found, { kind: "route", of }]),
    ),
    ...all(consumers, "plugins").map((found): [Found, Scope] => [found, { kind: "consumer" }]),
  ];
  return { routes, plugins: scoped.flatMap(([found, scope]) => readPlugin(found, scope, reader)) };
}

function isKong({ value }: Found): boolean {
  return isObject(value) && SIGNS.some((sign) => Object.hasOwn(value, sign));
}

function readEntity(found: Found, kind: string, reader: JsonReader): Entity {
  const names = ["name", "id"].flatMap((key) => reader.text(reader.under(found, key)) ?? []);
  return { called: names[0] ?? kind, names, found };
}

function readRoute(found: Found, service: KongService | undefined, reader: JsonReader): KongRoute {
  const texts = (key: string): readonly string[] => reader.texts(reader.under(found, key)) ?? [];
  return {
    ...readEntity(found, service === undefined ? "route" : `${service.called}-route`, reader),
    service,
    hosts: texts("hosts"),
    paths: texts("paths"),
    methods: texts("methods"),
    others: OTHERS.filter((key) => !isAbsent(reader.under(found, key))),
  };
}

/** The entity that is named, by its name or `{name: …}` or `{id: …}`. */
function referred<T extends Entity>(
  found: Found,
  entities: readonly T[],
  reader: JsonReader,
): T | undefined {
  if (isAbsent(found)) return undefined;
  const named = isObject(found.value)
    ? (["name", "id"].map((key) => reader.under(found, key)).find((each) => !isAbsent(each)) ??
      found)
    : found;
  const name = reader.text(named);
  const entity = entities.find(({ names }) => name !== undefined && names.includes(name));
  if (entity === undefined && name !== undefined) {
    reader.report(named, `${quote(name)} is not among the entities of the files`);
  }
  return entity;
}

function scopeOf(
  found: Found,
  services: readonly KongService[],
  routes: readonly KongRoute[],
  reader: JsonReader,
): Scope {
  const isConsumers = ["consumer", "consumer_group"].some(
    (key) => !isAbsent(reader.under(found, key)),
  );
  if (isConsumers) return { kind: "consumer" };
  const route = referred(reader.under(found, "route"), routes, reader);
  if (route !== undefined) return { kind: "route", of: route };
  const service = referred(reader.under(found, "service"), services, reader);
  return service === undefined ? { kind: "global" } : { kind: "service", of: service };
}

function readPlugin(found: Found, scope: Scope, reader: JsonReader): readonly CorsPlugin[] {
  if (reader.text(reader.under(found, "name")) !== "cors") return [];
  if (reader.flag(reader.under(found, "enabled")) === false) return [];
  const owner = scope.kind === "route" || scope.kind === "service" ? scope.of.called : scope.kind;
  const called = reader.text(reader.under(found, "instance_name")) ?? `${owner}-cors`;
  return [{ called, scope, found }];
}
