import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { merged, resolve } from "../../doctor/apply-edit.ts";
import type { BadCase } from "./bad-cases.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "envoy");

export type Config = { static_resources: { listeners: Named[]; clusters: Named[] } };
type Named = { name: string };

/** One of the shipped configurations. */
export function shipped(base: string): Config {
  return parse(readFileSync(join(FOLDER, `${base}.yaml`), "utf8")) as Config;
}

/** One bootstrap with a listener and a cluster for each case: `NUMBER-CODE`, and the same with `corsd-` before it. */
export function badConfig(cases: readonly BadCase[]): Config {
  const config = shipped("full");
  const service = config.static_resources.clusters.filter(({ name }) => name === "service");
  const parts = cases.map(spoiled);
  return {
    ...config,
    static_resources: {
      listeners: parts.map(({ listener }) => listener),
      clusters: [...service, ...parts.map(({ cluster }) => cluster)],
    },
  };
}

/** The listener of a case. */
export function nameOf({ code }: BadCase, index: number): string {
  return `${index}-${code}`;
}

function spoiled(bad: BadCase, index: number): { listener: Named; cluster: Named } {
  const name = nameOf(bad, index);
  const { listeners, clusters } = shipped(bad.base ?? "full").static_resources;
  const [listener] = listeners;
  const manager = "/filter_chains/0/filters/0/typed_config";
  const host = "/route_config/virtual_hosts/0";
  const config = change(listener, manager, (old) => {
    const [filter, router] = resolve(old, "/http_filters") as object[];
    const filters = [...(bad.front ?? []), spoiledFilter(filter, bad, name), ...(bad.behind ?? [])];
    const routes = resolve(old, `${host}/routes`) as object[];
    const last = merged(routes.at(-1), bad.route ?? {});
    const withRoute = change(old, `${host}/routes`, () => [...routes.slice(0, -1), last]);
    const withHost = change(withRoute, host, (one) => merged(one, bad.virtualHost ?? {}));
    return merged(merged(withHost, { http_filters: [...filters, router] }), bad.manager ?? {});
  });
  const [cluster] = clusters.filter((one) => one.name === "corsd");
  const own = { name: `corsd-${name}`, load_assignment: { cluster_name: `corsd-${name}` } };
  return {
    listener: { ...(config as Named), name },
    cluster: merged(merged(cluster, own), bad.cluster ?? {}) as Named,
  };
}

function spoiledFilter(written: unknown, bad: BadCase, name: string): object {
  const isMatched = bad.base === "full-skipping";
  const inner = isMatched ? "/typed_config/extension_config/typed_config" : "/typed_config";
  const to = { grpc_service: { envoy_grpc: { cluster_name: `corsd-${name}` } } };
  const extProc = change(written, inner, (old) => merged(merged(old, to), bad.extProc ?? {}));
  const matched = change(extProc, "/typed_config", (old) => merged(old, bad.matched ?? {}));
  return merged(matched, bad.filter ?? {}) as object;
}

/** A copy in which what stands at a pointer is changed. */
function change(root: unknown, pointer: string, by: (old: unknown) => unknown): unknown {
  const copy = { root: structuredClone(root) };
  const whole = `/root${pointer}`;
  const parent = resolve(copy, whole.slice(0, whole.lastIndexOf("/")));
  Reflect.set(Object(parent), whole.slice(whole.lastIndexOf("/") + 1), by(resolve(copy, whole)));
  return copy.root;
}
