import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { listen } from "../../demo/ports.ts";

/** What the service says, and nobody else: with the request target as it came to it. */
const SERVED = /^served: (.*)$/s;

/** The request target of an answer of the service; undefined where another one answered. */
export function targetServed(body: string): string | undefined {
  return SERVED.exec(body)?.[1];
}

export type PrivateService = {
  readonly port: number;
  /** Ends the answers that `/held` keeps. */
  readonly release: () => void;
  /** How many answers `/held` has kept in all. */
  readonly held: () => number;
  readonly stop: () => void;
};

/** A careless service: whatever it is asked, every page may read the answer, with cookies too. */
export async function startPrivateService(): Promise<PrivateService> {
  let waiting: (() => void)[] = [];
  let held = 0;
  const server = createServer(async ({ url = "", headers: { origin } }, response) => {
    response.setHeader("access-control-allow-origin", origin ?? "*");
    response.setHeader("access-control-allow-credentials", "true");
    if (url.endsWith("/held")) {
      held += 1;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    response.end(`served: ${url}`);
  });
  server.on("connection", (socket) => socket.on("error", () => socket.destroy()));
  return {
    port: await listen(server, 0),
    release: () => {
      for (const go of waiting) go();
      waiting = [];
    },
    held: () => held,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Waits until the service holds so many answers. */
export async function untilHeld(service: PrivateService, count: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (service.held() < count) {
    if (Date.now() > deadline) throw new Error("the service was not asked");
    await pause(5);
  }
}
