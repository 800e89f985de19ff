import type { Server } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { renderConfig } from "../../envoy/render.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// A real Envoy that shows a client certificate: whether it is let in is decided by the names in it.

const ORIGIN = "http://app.demo.localhost:8081";
const envoyFolder = join(import.meta.dirname, "..", "..", "envoy");
const pem = (file: string): string => join(import.meta.dirname, "..", "server", "tls", file);

let service: Server;
let corsd: RunningCorsd;
let envoy: RunningEnvoy | undefined;

beforeEach(async () => {
  service = createService();
  corsd = await startCorsd({
    policy: join(envoyFolder, "policies.yaml"),
    args: ["--tls-cert", pem("first.pem"), "--tls-key", pem("first.key")].concat(
      ["--tls-client-ca", pem("clients.pem")],
      ["--tls-client-name", "spiffe://cluster.local/ns/envoy/sa/envoy"],
    ),
  });
});

afterEach(async () => {
  await envoy?.stop();
  await corsd.stop();
  service.close();
  service.closeAllConnections();
});

/** The side of Envoy: who corsd is, and what it is shown. */
function transportSocket(client: string): object {
  const file = (name: string): object => ({ filename: pem(name) });
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
      common_tls_context: {
        alpn_protocols: ["h2"],
        tls_certificates: [
          { certificate_chain: file(`${client}.pem`), private_key: file(`${client}.key`) },
        ],
        validation_context: { trusted_ca: file("first.pem") },
      },
    },
  };
}

/** What an Envoy with this client certificate answers to a preflight. */
async function preflight(client: string): Promise<readonly [number, string | null]> {
  const places = { servicePort: await listen(service, 0), corsd: { pipe: corsd.socket } };
  const config = await renderConfig(join(envoyFolder, "full.yaml"), places);
  const clusters = config.static_resources.clusters.map((cluster) =>
    cluster.name === "corsd" ? { ...cluster, transport_socket: transportSocket(client) } : cluster,
  );
  envoy = await startEnvoy({
    config: { ...config, static_resources: { ...config.static_resources, clusters } },
  });
  const { status, headers } = await fetch(`http://127.0.0.1:${envoy.port}/orders`, {
    method: "OPTIONS",
    headers: { origin: ORIGIN, "access-control-request-method": "PUT" },
  });
  return [status, headers.get("access-control-allow-origin")];
}

test("with a name that is known it is answered", async () => {
  expect(await preflight("envoy")).toEqual([200, ORIGIN]);
});

test("with another one of the same authority nothing is allowed", async () => {
  const [status, allowed] = await preflight("stranger");
  expect(status).toBeGreaterThanOrEqual(500);
  expect(allowed).toBeNull();
  await expect.poll(corsd.log, { timeout: 10_000 }).toContain("client refused");
});
