import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { envoyVersions } from "../../envoy/fetch.ts";
import { findEnvoy } from "../../envoy/find.ts";
import { onFreePorts } from "../../envoy/render.ts";
import {
  type Filter,
  gatewayRoutes,
  type ProxyConfig,
  patchedByEnvoyGateway,
  patchedByIstio,
} from "../deploy/control-plane.ts";
import { DEPLOY } from "../deploy/manifests.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// The manifests of deploy/istio and deploy/envoy-gateway, as a real Envoy gets them from their control planes.

const app = "https://app.example.com";
const evil = "https://evil.example.com";

/** Stands for authentication: without an Authorization header nothing gets past it. */
const authentication: Filter = {
  name: "envoy.filters.http.rbac",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
    rules: {
      action: "ALLOW",
      policies: {
        "signed-in": {
          permissions: [{ any: true }],
          principals: [{ header: { name: "authorization", present_match: true } }],
        },
      },
    },
  },
};

const istioRoutes = [
  { name: "orders", match: { prefix: "/orders" }, route: { cluster: "service" } },
  { name: "reports", match: { prefix: "/reports" }, route: { cluster: "service" } },
];

const before: ProxyConfig = { filters: [authentication], routes: istioRoutes, clusters: [] };

const setups: readonly { what: string; proxy: ProxyConfig }[] = [
  { what: "istio/gateway.yaml", proxy: patchedByIstio("corsd-gateway", before) },
  { what: "istio/sidecar.yaml", proxy: patchedByIstio("corsd-sidecar", before) },
  {
    what: "envoy-gateway",
    proxy: patchedByEnvoyGateway({ ...before, routes: gatewayRoutes() }),
  },
];

let service: Server;
let servicePort: number;
let corsd: RunningCorsd;

beforeAll(async () => {
  service = createService();
  servicePort = await listen(service, 0);
  corsd = await startCorsd({ policy: join(DEPLOY, "kubernetes", "base", "policies.yaml") });
});

afterAll(async () => {
  await corsd.stop();
  service.close();
  service.closeAllConnections();
});

function bootstrap({ filters, routes, clusters }: ProxyConfig): object {
  const router = {
    name: "envoy.filters.http.router",
    typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
  };
  const manager = {
    "@type":
      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: "api",
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT",
    route_config: { virtual_hosts: [{ name: "api", domains: ["*"], routes }] },
    http_filters: [...filters, router],
  };
  const filter = {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: manager,
  };
  const listener = {
    name: "api",
    address: address(0),
    filter_chains: [{ filters: [filter] }],
  };
  const upstream = {
    name: "service",
    load_assignment: assignment("service", address(servicePort)),
  };
  return { static_resources: { listeners: [listener], clusters: [upstream, ...clusters] } };
}

function address(port: number): object {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}

function assignment(name: string, where: object): object {
  return {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: where } }] }],
  };
}

/** The cluster at this corsd's socket file: the one that the patches bring, else one as a control plane makes it. */
function withCorsd(proxy: ProxyConfig): ProxyConfig {
  const made = {
    name: "corsd",
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
  const [brought = made] = proxy.clusters;
  const where = { pipe: { path: corsd.socket } };
  const moved = { ...brought, type: "STATIC", load_assignment: assignment("corsd", where) };
  return { ...proxy, clusters: [moved] };
}

describe.each(setups)("deploy/$what", ({ proxy }) => {
  const [extProc] = proxy.filters;

  test.for(envoyVersions)("is valid for Envoy %s as it stands", async (version) => {
    const folder = await mkdtemp(join(tmpdir(), "corsd-attached-"));
    try {
      const file = join(folder, "envoy.json");
      const whole = proxy.clusters.length > 0 ? proxy : withCorsd(proxy);
      await writeFile(file, JSON.stringify(onFreePorts(bootstrap(whole))));
      const args = ["--mode", "validate", "--config-path", file, "--disable-hot-restart"];
      const { stdout, stderr } = await promisify(execFile)(await findEnvoy({ version }), args);
      expect(stdout + stderr).toContain("OK");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("is as careful as envoy/full.yaml", () => {
    const shipped: unknown = parse(readFileSync(join(DEPLOY, "..", "envoy", "full.yaml"), "utf8"))
      .static_resources.listeners[0].filter_chains[0].filters[0].typed_config.http_filters[0]
      .typed_config;
    for (const field of [
      "failure_mode_allow",
      "message_timeout",
      "request_attributes",
      "mutation_rules",
      "forward_rules",
    ]) {
      expect(extProc?.typed_config).toHaveProperty(
        field,
        (shipped as Record<string, unknown>)[field],
      );
    }
    expect(extProc?.typed_config).toHaveProperty(
      "processing_mode",
      expect.objectContaining({ request_header_mode: "SEND", response_header_mode: "SEND" }),
    );
  });

  describe("under Envoy", () => {
    let envoy: RunningEnvoy;

    beforeAll(async () => {
      envoy = await startEnvoy({ config: bootstrap(withCorsd(proxy)) });
    });

    afterAll(() => envoy.stop());

    const ask = (path: string, init: RequestInit): Promise<Response> =>
      fetch(`http://127.0.0.1:${envoy.port}${path}`, init);

    test("a preflight is answered in front of authentication", async () => {
      const response = await ask("/orders/1", {
        method: "OPTIONS",
        headers: { origin: app, "access-control-request-method": "PUT" },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get("access-control-allow-origin")).toBe(app);
      expect(response.headers.get("access-control-allow-methods")).toBe("GET, HEAD, POST, PUT");
    });

    test("an origin that nobody lists is refused before the service", async () => {
      const response = await ask("/orders?try=attached", {
        headers: { origin: evil, authorization: "Bearer x" },
      });
      expect(response.status).toBe(403);
      expect(await response.text()).toBe("Specified Origin is not allowed");
      const seen = await fetch(`http://127.0.0.1:${servicePort}/seen?try=attached`);
      expect(await seen.json()).toEqual([]);
    });

    test("the answer of authentication is readable for the page", async () => {
      const response = await ask("/orders", { headers: { origin: app } });
      expect(response.status).toBe(403);
      expect(await response.text()).toBe("RBAC: access denied");
      expect(response.headers.get("access-control-allow-origin")).toBe(app);
    });

    test("so is the answer of the service", async () => {
      const response = await ask("/orders", {
        headers: { origin: app, authorization: "Bearer x" },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get("access-control-allow-origin")).toBe(app);
      expect(response.headers.get("access-control-expose-headers")).toBe("x-total-count");
    });
  });
});

test("a route that matches a method is the preflight's route too, where OPTIONS stands beside it", async () => {
  const [gateway] = setups.slice(-1);
  if (gateway === undefined) throw new Error("there is no such set-up");
  const { filters, ...rest } = withCorsd(gateway.proxy);
  // Without authentication, which would refuse what corsd is not asked about.
  const proxy = { ...rest, filters: filters.filter((filter) => filter !== authentication) };
  const preflight = async (routes: ProxyConfig["routes"]): Promise<Response> => {
    const config = bootstrap({ ...proxy, routes });
    const envoy = await startEnvoy({ config });
    try {
      return await fetch(`http://127.0.0.1:${envoy.port}/reports`, {
        method: "OPTIONS",
        headers: { origin: evil, "access-control-request-method": "GET" },
      });
    } finally {
      await envoy.stop();
    }
  };
  expect((await preflight(proxy.routes)).status).toBe(403);
  // What the second match of deploy/envoy-gateway/routes.yaml is for: without it nobody asks corsd.
  const without = proxy.routes.filter((route) => !JSON.stringify(route).includes("OPTIONS"));
  expect(without).toHaveLength(proxy.routes.length - 1);
  expect((await preflight(without)).status).toBe(404);
});
