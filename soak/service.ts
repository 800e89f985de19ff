import { createServer, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { listen } from "../demo/ports.ts";
import { NEVER } from "./generation.ts";

export type Service = {
  readonly port: number;
  /** Requests that should not have come: of a page that nobody admits. */
  readonly intruders: () => number;
  readonly stop: () => void;
};

/**
 * A service that is careless (it lets every page read what it says) and, as the path asks, slow or broken:
 * `/slow/MILLISECONDS`, `/broken`.
 */
export async function startService(): Promise<Service> {
  let intruders = 0;
  const server: Server = createServer(async ({ url = "", headers }, response) => {
    if (headers.origin === NEVER) intruders += 1;
    if (url.endsWith("/broken")) {
      response.destroy();
      return;
    }
    const [, wait] = /\/slow\/(\d+)$/.exec(url) ?? [];
    if (wait !== undefined) await pause(Number(wait));
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-methods", "*");
    response.end("[]");
  });
  // Longer than Envoy keeps idle connections, so that neither closes under the other's request.
  server.keepAliveTimeout = 3_600_000;
  const port = await listen(server, 0);
  return {
    port,
    intruders: () => intruders,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
