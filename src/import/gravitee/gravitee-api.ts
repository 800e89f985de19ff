import { type Found, isAbsent, isObject, type JsonReader } from "../json-value.ts";

/** What of an API definition is about CORS, whatever its version. */
export type GraviteeApi = {
  readonly called: string;
  readonly cors: Found;
  /** Where it is reached. */
  readonly paths: readonly GraviteePath[];
};

export type GraviteePath = {
  readonly place: string;
  readonly host: string | undefined;
  readonly path: string;
};

/**
 * Reads an API definition of version 2 (`proxy`) or 4 (`listeners`): as it is, as the console exports it (under `api`), or
 * as a resource of the Kubernetes operator (under `spec`).
 */
export function readApi(input: Found, reader: JsonReader): GraviteeApi | undefined {
  const root = definitionOf(input, reader);
  const { proxy, listeners } = isObject(root.value) ? root.value : {};
  if (isObject(proxy)) return readVersion2(root, reader);
  if (Array.isArray(listeners)) return readVersion4(root, reader);
  reader.report(
    input,
    "this is no API definition of Gravitee: it has neither `proxy` nor `listeners`",
  );
  return undefined;
}

function definitionOf(input: Found, reader: JsonReader): Found {
  const { value } = input;
  if (!isObject(value)) return input;
  const key = ["api", "spec"].find((each) => isObject(value[each]));
  return key === undefined ? input : reader.under(input, key);
}

function calledBy(root: Found, reader: JsonReader): string {
  return reader.text(reader.under(root, "name")) ?? "api";
}

function readVersion2(root: Found, reader: JsonReader): GraviteeApi {
  const proxy = reader.under(root, "proxy");
  const hosts = reader.items(reader.under(proxy, "virtual_hosts"));
  const context = ["context_path", "contextPath"]
    .map((key) => reader.under(proxy, key))
    .filter((each) => !isAbsent(each));
  return {
    called: calledBy(root, reader),
    cors: reader.under(proxy, "cors"),
    paths: [
      ...hosts.flatMap((each) => readPath(each, reader)),
      ...context
        .slice(0, hosts.length > 0 ? 0 : 1)
        .map((each) => ({ place: each.place, host: undefined, path: reader.text(each) ?? "/" })),
    ],
  };
}

/** Of several HTTP listeners Gravitee goes by the CORS of the first. */
function readVersion4(root: Found, reader: JsonReader): GraviteeApi {
  const listeners = reader
    .items(reader.under(root, "listeners"))
    .filter((each) => reader.text(reader.under(each, "type"))?.toLowerCase() === "http");
  const [first = root] = listeners;
  return {
    called: calledBy(root, reader),
    cors: reader.under(first, "cors"),
    paths: listeners
      .flatMap((each) => reader.items(reader.under(each, "paths")))
      .flatMap((each) => readPath(each, reader)),
  };
}

function readPath(found: Found, reader: JsonReader): readonly GraviteePath[] {
  const host = reader.text(reader.under(found, "host"));
  const path = reader.text(reader.under(found, "path")) ?? "/";
  return [{ place: found.place, host: host === "" ? undefined : host, path }];
}
