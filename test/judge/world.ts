import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { findEnvoy } from "../../envoy/find.ts";
import { startEnvoyProcess } from "../../envoy/start.ts";
import { startCorsd } from "../e2e/corsd-process.ts";
import type { WrittenDocument } from "../oracle/model/written.ts";
import { readPath } from "./address.ts";
import { envoyConfig } from "./envoy-config.ts";
import { exchangeLine, type Setup } from "./gateway.ts";
import { openPages, type Scripts, type Site } from "./pages.ts";
import type { Ports } from "./places.ts";
import { startService } from "./service.ts";

/** Everything real: pages in a browser, an Envoy, a corsd, a service. */
export type World = {
  readonly ports: Ports;
  readonly document: WrittenDocument;
  readonly scripts: Scripts;
  /** What Envoy logged of each scenario, sorted, once it has logged all that happened until now, and `enough` of it. */
  readonly exchanges: (
    enough: (found: ReadonlyMap<number, readonly string[]>) => boolean,
  ) => Promise<ReadonlyMap<number, readonly string[]>>;
  readonly reachedBy: (scenario: number) => readonly string[];
  readonly stop: () => Promise<void>;
};

const LOG_PATIENCE_MS = 5_000;

/** The document may name the ports, which are known once Envoy runs. Whoever starts it stops it. */
export async function startWorld(options: {
  readonly setup: Setup;
  readonly browser: Browser;
  readonly site: Site;
  readonly documentFor: (ports: Ports) => WrittenDocument;
}): Promise<World> {
  const { setup, browser, site, documentFor } = options;
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "corsd-judge-"));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const service = await startService();
    stops.push(service.stop);
    const socket = join(folder, "corsd.sock");
    let log = "";
    const envoy = await startEnvoyProcess({
      path: await findEnvoy(),
      config: await envoyConfig(setup, {
        servicePort: service.port,
        socketPort: service.socketPort,
        socket,
        ipv6: site.ports.ipv6Page !== undefined,
      }),
      onOutput: (text) => {
        log += text;
      },
    });
    stops.push(envoy.stop);
    const listeners = await portsOf(envoy.adminPort);
    const ports: Ports = {
      ...site.ports,
      envoy: listeners.get("127.0.0.1") ?? Number.NaN,
      ipv6Envoy: listeners.get("::1"),
    };
    const document = documentFor(ports);
    const policy = join(folder, "policies.json");
    await writeFile(policy, JSON.stringify(document, undefined, 1));
    const corsd = await startCorsd({ policy, socket, args: ["--log-refusals", "0"] });
    stops.push(corsd.stop);
    const { scripts, close } = await openPages(browser, ports);
    stops.push(close);
    const exchanges: World["exchanges"] = async (enough) => {
      const marker = `/marker-${performance.now()}`;
      await (await fetch(`http://127.0.0.1:${ports.envoy}${marker}`)).body?.cancel();
      const deadline = Date.now() + LOG_PATIENCE_MS;
      const isThere = (): boolean => log.includes(marker) && enough(readLog(log));
      while (!isThere() && Date.now() < deadline) await pause(50);
      return readLog(log);
    };
    return { ports, document, scripts, exchanges, reachedBy: service.reachedBy, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Envoy's admin says a line a listener: `::1::[::1]:10000`. */
async function portsOf(adminPort: number): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/listeners`);
  const lines = (await response.text()).trim().split("\n");
  return new Map(
    lines.map((line) => {
      const name = line.startsWith("::1::") ? "::1" : "127.0.0.1";
      return [name, Number(line.slice(line.lastIndexOf(":") + 1))];
    }),
  );
}

type LogLine = {
  readonly method: string;
  readonly path: string;
  readonly origin: string | null;
  readonly status: number;
};

/** The access log by scenario; what is no whole line of it is passed over. */
function readLog(log: string): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const text of log.split("\n").slice(0, -1)) {
    if (!text.startsWith("{")) continue;
    const { method, path, origin, status } = JSON.parse(text) as LogLine;
    const { scenario } = readPath(path) ?? {};
    if (scenario === undefined) continue;
    const line = exchangeLine(method, { pathname: path }, origin ?? undefined, status);
    found.set(scenario, [...(found.get(scenario) ?? []), line].sort());
  }
  return found;
}
