import type { Server } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { type Bootstrap, renderConfig } from "../../envoy/render.ts";
import { patchedByIstio } from "../deploy/control-plane.ts";
import { DEPLOY } from "../deploy/manifests.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";
import { SteadyLoad, tally } from "./faults/steady-load.ts";

// Two instances behind the cluster of deploy/istio/gateway.yaml, with its health checks and outlier detection.

/** Longer than two failed health checks, 2 s apart; the manifests have more to spare. */
const drainDelay = 6;

const ORIGIN = "https://app.example.com";

let service: Server;
let instances: readonly RunningCorsd[];
let envoy: RunningEnvoy;

beforeEach(async () => {
  service = createService();
  const servicePort = await listen(service, 0);
  const policy = join(DEPLOY, "kubernetes", "base", "policies.yaml");
  const args = ["--drain-delay", String(drainDelay)];
  instances = await Promise.all([startCorsd({ policy, args }), startCorsd({ policy, args })]);
  const shipped = join(DEPLOY, "..", "envoy", "full.yaml");
  envoy = await startEnvoy({ config: attached(await renderConfig(shipped, { servicePort })) });
});

afterEach(async () => {
  await envoy.stop();
  // They would drain first, and nobody asks them any more.
  for (const { signal } of instances) signal("SIGKILL");
  await Promise.all(instances.map(({ stop }) => stop()));
  service.close();
  service.closeAllConnections();
});

function attached(config: Bootstrap): object {
  const [cluster] = patchedByIstio("corsd-gateway", {
    filters: [],
    routes: [],
    clusters: [],
  }).clusters;
  const endpoints = instances.map(({ socket }) => ({
    endpoint: { address: { pipe: { path: socket } } },
  }));
  const { clusters } = config.static_resources;
  return {
    ...config,
    static_resources: {
      ...config.static_resources,
      clusters: [
        ...clusters.filter(({ name }) => name !== "corsd"),
        {
          ...cluster,
          type: "STATIC",
          load_assignment: { cluster_name: "corsd", endpoints: [{ lb_endpoints: endpoints }] },
        },
      ],
    },
  };
}

/** The answers to requests sent one after the other for so long, by status. */
async function ask(milliseconds: number): Promise<Readonly<Record<number, number>>> {
  const statuses: Record<number, number> = {};
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const response = await fetch(`http://127.0.0.1:${envoy.port}/orders`, {
      headers: { origin: ORIGIN },
    });
    await response.arrayBuffer();
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    // A steady trickle, of which both instances get their share.
    await pause(20);
  }
  return statuses;
}

test("an instance that is told to stop costs no request of some 500 a second", async () => {
  const load = new SteadyLoad({ port: envoy.port, origins: [ORIGIN], lanes: 10, rest: 15 });
  onTestFinished(async () => void (await load.stop()));
  await expect.poll(() => load.endings.length, { timeout: 10_000 }).toBeGreaterThan(250);
  instances[0]?.signal("SIGTERM");
  expect(await instances[0]?.ended).toBe("exit 0");
  const gone = performance.now();
  await expect.poll(() => load.since(gone).length, { timeout: 10_000 }).toBeGreaterThan(500);
  const endings = await load.stop();
  expect(Object.keys(tally(endings))).toEqual([`200 ${ORIGIN}`]);
  // A slow machine may send fewer, but a trickle would show little.
  expect(endings.length).toBeGreaterThan(drainDelay * 100);
});

test("an instance that is killed costs few", async () => {
  expect(Object.keys(await ask(500))).toEqual(["200"]);
  instances[0]?.signal("SIGKILL");
  const { 200: granted = 0, ...failed } = await ask(6_000);
  expect(granted).toBeGreaterThan(100);
  const lost = Object.values(failed).reduce((sum, count) => sum + count, 0);
  // Five until it is ejected, as many again if it is tried once more before its health checks have failed.
  expect(lost).toBeLessThanOrEqual(10);
});
