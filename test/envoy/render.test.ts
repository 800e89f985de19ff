import { join } from "node:path";
import { expect, test } from "vitest";
import { onFreePorts, renderConfig } from "../../envoy/render.ts";

const full = join(import.meta.dirname, "..", "..", "envoy", "full.yaml");

function clusterOf(config: Awaited<ReturnType<typeof renderConfig>>, name: string): unknown {
  const cluster = config.static_resources.clusters.find((candidate) => candidate.name === name);
  const endpoint = cluster?.load_assignment?.endpoints[0]?.lb_endpoints[0]?.endpoint;
  return { type: cluster?.type, address: endpoint?.address };
}

const at = (address: string, port: number): unknown => ({
  socket_address: { address, port_value: port },
});

test("what is left out stays as written", async () => {
  const config = await renderConfig(full, {});
  expect(config.admin?.address).toEqual(at("127.0.0.1", 9901));
  expect(config.static_resources.listeners[0]?.address).toEqual(at("127.0.0.1", 8080));
  expect(clusterOf(config, "service")).toEqual({ type: "STATIC", address: at("127.0.0.1", 9000) });
  expect(clusterOf(config, "corsd")).toEqual({ type: "STATIC", address: at("127.0.0.1", 50051) });
});

test("moves every address, and nothing else", async () => {
  const written = await renderConfig(full, {});
  const config = await renderConfig(full, {
    listenHost: "0.0.0.0",
    listenPort: 1,
    adminPort: 2,
    serviceHost: "service",
    servicePort: 3,
    corsd: { pipe: "/run/c.sock" },
  });
  expect(config.admin?.address).toEqual(at("127.0.0.1", 2));
  expect(config.static_resources.listeners).toEqual([
    { ...written.static_resources.listeners[0], address: at("0.0.0.0", 1) },
  ]);
  expect(clusterOf(config, "service")).toEqual({ type: "STRICT_DNS", address: at("service", 3) });
  expect(clusterOf(config, "corsd")).toEqual({
    type: "STATIC",
    address: { pipe: { path: "/run/c.sock" } },
  });
});

test("corsd may be on another address", async () => {
  const config = await renderConfig(full, { corsd: { host: "10.0.0.7", port: 4 } });
  expect(clusterOf(config, "corsd")).toEqual({ type: "STATIC", address: at("10.0.0.7", 4) });
});

test("a configuration without the cluster is an error", async () => {
  const other = join(import.meta.dirname, "..", "..", "docker-compose.yml");
  await expect(renderConfig(other, { servicePort: 1 })).rejects.toThrow();
});

test("free ports for any bootstrap, the given one untouched", () => {
  const written = { static_resources: { listeners: [{ name: "in", address: 1 }], clusters: [] } };
  const config = onFreePorts(written);
  expect(config.static_resources.listeners[0]?.address).toEqual(at("127.0.0.1", 0));
  expect(config.admin?.address).toEqual(at("127.0.0.1", 0));
  expect(written.static_resources.listeners[0]?.address).toBe(1);
});
