import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { envoyVersions } from "../../../envoy/fetch.ts";
import { findEnvoy } from "../../../envoy/find.ts";
import { startEnvoyProcess } from "../../../envoy/start.ts";
import { runCorsd } from "../../cli/run-corsd.ts";
import { merged, resolve } from "../../doctor/apply-edit.ts";
import { shipped } from "./bad-config.ts";

// An Envoy that gets everything from elsewhere: listeners, clusters, routes (by name and by scope), a single filter and
// endpoints, here from files, in each of which there is something to find.

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-discovered-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const MANAGER = "/filter_chains/0/filters/0/typed_config";
const API = "type.googleapis.com/envoy";

/** Writes what is to be discovered; gives where Envoy finds it. */
async function discovered(name: string, type: string, ...resources: object[]): Promise<object> {
  const path = join(folder, `${name}.json`);
  const typed = resources.map((resource) => ({ "@type": `${API}.${type}`, ...resource }));
  await writeFile(path, JSON.stringify({ resources: typed }));
  return { path_config_source: { path }, resource_api_version: "V3" };
}

async function bootstrap(): Promise<object> {
  const { listeners, clusters } = shipped("full").static_resources;
  const [listener] = listeners;
  const [service, corsd] = clusters;
  const manager = resolve(listener, MANAGER) as {
    http_filters: [{ name: string; typed_config: object }, object];
  };
  const [filter, router] = manager.http_filters;
  const extProc = merged(filter.typed_config, { failure_mode_allow: true }) as object;
  const filterSource = await discovered("filters", "config.core.v3.TypedExtensionConfig", {
    name: filter.name,
    typed_config: extProc,
  });
  const type_urls = [`${API}.extensions.filters.http.ext_proc.v3.ExternalProcessor`];
  const http_filters = [
    { name: filter.name, config_discovery: { config_source: filterSource, type_urls } },
    router,
  ];
  const off = {
    "@type": `${API}.config.route.v3.FilterConfig`,
    disabled: true,
  };
  const hosts = {
    virtual_hosts: [
      {
        name: "all",
        domains: ["*"],
        routes: [
          {
            match: { prefix: "/" },
            direct_response: { status: 204 },
            typed_per_filter_config: { [filter.name]: off },
          },
        ],
      },
    ],
  };
  // One resource a file: Envoy takes no more for a route configuration.
  const routesNamed = (name: string): Promise<object> =>
    discovered(name, "config.route.v3.RouteConfiguration", { name, ...hosts });
  const scopeSource = await discovered("scopes", "config.route.v3.ScopedRouteConfiguration", {
    name: "scope",
    route_configuration_name: "by-scope",
    key: { fragments: [{ string_key: "a" }] },
  });
  const rest = merged(manager, { route_config: null }) as object;
  const byName = {
    ...rest,
    http_filters,
    rds: { config_source: await routesNamed("by-name"), route_config_name: "by-name" },
  };
  const byScope = {
    ...rest,
    http_filters,
    scoped_routes: {
      name: "scopes",
      scope_key_builder: {
        fragments: [
          { header_value_extractor: { name: "x-scope", element_separator: ";", index: 0 } },
        ],
      },
      rds_config_source: await routesNamed("by-scope"),
      scoped_rds: { scoped_rds_config_source: scopeSource },
    },
  };
  const chains = (typed_config: object): object => ({
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [
      { filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config }] },
    ],
  });
  const lds_config = await discovered(
    "listeners",
    "config.listener.v3.Listener",
    { name: "named", ...chains(byName) },
    { name: "scoped", ...chains(byScope) },
  );
  const lb_endpoints = ["127.0.0.1", "127.0.0.2"].map((address) => ({
    endpoint: { address: { socket_address: { address, port_value: 50051 } } },
  }));
  const eds_config = await discovered("endpoints", "config.endpoint.v3.ClusterLoadAssignment", {
    cluster_name: "corsd",
    endpoints: [{ lb_endpoints }],
  });
  const eds = { type: "EDS", load_assignment: null, eds_cluster_config: { eds_config } };
  const cds_config = await discovered(
    "clusters",
    "config.cluster.v3.Cluster",
    service as object,
    merged(corsd, eds) as object,
  );
  return {
    node: { id: "doctor", cluster: "doctor" },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    dynamic_resources: { lds_config, cds_config },
  };
}

test.each(envoyVersions)("what Envoy %s has discovered is found where it is", async (version) => {
  const path = await findEnvoy({ version });
  const envoy = await startEnvoyProcess({ path, config: await bootstrap() });
  try {
    const admin = `http://127.0.0.1:${envoy.adminPort}`;
    const { out } = await runCorsd(["doctor", "--json", "--config-dump", admin]);
    const { findings } = JSON.parse(out) as {
      findings: { code: string; place: { listener?: string; cluster?: string; pointer: string } }[];
    };
    const dump: unknown = await (await fetch(`${admin}/config_dump?include_eds`)).json();
    const found = findings
      .filter(({ place }) => place.pointer !== "")
      .map(({ code, place }) => {
        expect(resolve(dump, place.pointer)).toBeTypeOf("object");
        const [, section = ""] = /^\/configs\/\d+\/(\w+)/.exec(place.pointer) ?? [];
        return [code, place.listener ?? place.cluster, section];
      });
    expect(found.sort()).toEqual([
      ["fails-open", "named", "ecds_filters"],
      ["fails-open", "scoped", "ecds_filters"],
      ["health-checks-missing", "corsd", "dynamic_active_clusters"],
      ["route-uncovered", "named", "dynamic_route_configs"],
      ["route-uncovered", "scoped", "dynamic_route_configs"],
    ]);
  } finally {
    await envoy.stop();
  }
});
