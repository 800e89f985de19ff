import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCorsd } from "../../cli/run-corsd.ts";
import {
  gatewayRoutes,
  type ProxyConfig,
  patchedByEnvoyGateway,
  patchedByIstio,
} from "../../deploy/control-plane.ts";
import { DEPLOY } from "../../deploy/manifests.ts";
import { merged } from "../../doctor/apply-edit.ts";
import { startEnvoy } from "../envoy-process.ts";
import { shipped } from "./bad-config.ts";

// The manifests of deploy, as a real Envoy gets them from their control planes.

const POLICIES = join(DEPLOY, "kubernetes", "base", "policies.yaml");

const before: ProxyConfig = {
  filters: [
    {
      name: "envoy.filters.http.rbac",
      typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC" },
    },
  ],
  routes: [
    { name: "orders", match: { prefix: "/orders" }, route: { cluster: "service" } },
    { name: "reports", match: { prefix: "/reports" }, route: { cluster: "service" } },
  ],
  clusters: [],
};

/** A shipped configuration with the filters, routes and clusters of another. */
function bootstrap({ filters, routes, clusters }: ProxyConfig): object {
  const config = shipped("full");
  const { static_resources } = structuredClone(config) as unknown as {
    static_resources: { listeners: [Listener]; clusters: { name: string }[] };
  };
  const [listener] = static_resources.listeners;
  const manager = listener.filter_chains[0].filters[0].typed_config;
  manager.http_filters = [...filters, ...manager.http_filters.slice(-1)];
  manager.route_config.virtual_hosts[0].routes = routes;
  // A cluster that the patches bring stands for the shipped one.
  const kept = static_resources.clusters.filter(
    ({ name }) => !clusters.some((cluster) => cluster.name === name),
  );
  return merged(config, {
    static_resources: { listeners: [listener], clusters: [...kept, ...clusters] },
  }) as object;
}

type Listener = {
  filter_chains: [{ filters: [{ typed_config: Manager }] }];
};
type Manager = {
  http_filters: unknown[];
  route_config: { virtual_hosts: [{ routes: unknown }] };
};

/** Across machines, and the network policy takes the place of TLS. */
const plaintext = "tls-missing";

describe.each([
  ["istio/gateway.yaml", patchedByIstio("corsd-gateway", before), [plaintext]],
  ["istio/sidecar.yaml", patchedByIstio("corsd-sidecar", before), [plaintext]],
  ["envoy-gateway", patchedByEnvoyGateway({ ...before, routes: gatewayRoutes() }), []],
])("deploy/%s", (_, proxy, warnings) => {
  test("has no errors", async () => {
    const envoy = await startEnvoy({ config: bootstrap(proxy), version: "1.40.0" });
    try {
      const admin = `http://127.0.0.1:${envoy.adminPort}`;
      const args = ["doctor", "--json", "--config-dump", admin, "--policy", POLICIES];
      const { code, out } = await runCorsd(args);
      const { findings } = JSON.parse(out) as { findings: { code: string }[] };
      expect(findings.map((found) => found.code)).toEqual(warnings);
      expect(code).toBe(0);
    } finally {
      await envoy.stop();
    }
  });
});

test("without the match for OPTIONS the doctor sees that preflights of envoy-gateway go elsewhere", async () => {
  const proxy = patchedByEnvoyGateway({ ...before, routes: gatewayRoutes() });
  const routes = proxy.routes.filter((route) => !JSON.stringify(route).includes("OPTIONS"));
  const envoy = await startEnvoy({ config: bootstrap({ ...proxy, routes }), version: "1.40.0" });
  try {
    const admin = `http://127.0.0.1:${envoy.adminPort}`;
    const { code, out } = await runCorsd(["doctor", "--config-dump", admin]);
    expect(code).toBe(1);
    expect(out).toContain("error: preflight-elsewhere: the route matches `:method`");
    expect(out).toContain("where nobody asks corsd");
  } finally {
    await envoy.stop();
  }
});
