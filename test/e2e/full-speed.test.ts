import { Agent, request, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { renderConfig } from "../../envoy/render.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// Envoy has one connection to corsd for each worker and resets the stream of every request on it. A server that
// limits resets loses that connection again and again, and each loss fails the requests under way.

const REQUESTS = 20_000;
const CONNECTIONS = 32;
const ORIGIN = "http://app.demo.localhost:8081";
const envoyFolder = join(import.meta.dirname, "..", "..", "envoy");

let service: Server;
let corsd: RunningCorsd;
let envoy: RunningEnvoy;

beforeAll(async () => {
  service = createService();
  corsd = await startCorsd({ policy: join(envoyFolder, "policies.yaml") });
  const places = { servicePort: await listen(service, 0), corsd: { pipe: corsd.socket } };
  envoy = await startEnvoy({ config: await renderConfig(join(envoyFolder, "full.yaml"), places) });
});

afterAll(async () => {
  await envoy.stop();
  await corsd.stop();
  service.close();
  service.closeAllConnections();
});

type Kind = { readonly method: string; readonly headers: Readonly<Record<string, string>> };

const KINDS: Readonly<Record<string, Kind>> = {
  preflights: {
    method: "OPTIONS",
    headers: {
      origin: ORIGIN,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "x-api-key",
    },
  },
  "actual requests": { method: "GET", headers: { origin: ORIGIN } },
};

/** Sends one request and gives the status with the origin that was allowed, or the failure. */
function send(agent: Agent, { method, headers }: Kind): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(
      { port: envoy.port, path: "/orders", method, headers, agent },
      (answer) => {
        answer.resume();
        answer.once("end", () =>
          resolve(`${answer.statusCode} ${answer.headers["access-control-allow-origin"]}`),
        );
      },
    );
    asked.once("error", (error) => resolve(error.message));
    asked.end();
  });
}

/** Keeps every connection busy until all requests are sent; counts the different answers. */
async function sendAll(kind: Kind): Promise<Record<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answers: Record<string, number> = {};
  let left = REQUESTS;
  const sendOn = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const answer = await send(agent, kind);
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sendOn));
  agent.destroy();
  return answers;
}

describe("at full speed through one Envoy worker", () => {
  test.each(Object.keys(KINDS))(
    `of ${REQUESTS} %s none fails`,
    { timeout: 240_000 },
    async (name) => {
      const kind = KINDS[name] as Kind;
      expect(await sendAll(kind)).toEqual({ [`200 ${ORIGIN}`]: REQUESTS });
    },
  );
});
