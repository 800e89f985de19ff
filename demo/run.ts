import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { accepts } from "../envoy/accepts.ts";
import { startChild, untilReady } from "../envoy/child.ts";
import { findEnvoy } from "../envoy/find.ts";
import { messageOf } from "../envoy/message-of.ts";
import { renderConfig } from "../envoy/render.ts";
import { startEnvoyProcess } from "../envoy/start.ts";
import { announcement } from "./announce.ts";
import { narrator } from "./narrate.ts";
import { apiHost, createPageServer } from "./page-server.ts";
import { choosePort, listen } from "./ports.ts";
import { createService } from "./service.ts";
import { readSettings, type Settings, usage } from "./settings.ts";

const root = join(import.meta.dirname, "..");

/** What has been started, newest last; ended in the opposite order. */
type Cleanup = (() => Promise<void>)[];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs until a signal comes or a part of it ends by itself; throws in the second case. */
async function run(settings: Settings, signal: AbortSignal, cleanup: Cleanup): Promise<void> {
  const envoyPath = await findEnvoy({ progress: say, signal });

  const service = createService();
  const servicePort = await listen(service, 0);
  cleanup.push(() => close(service));

  const corsd = await startCorsd(settings, cleanup);

  const apiPort = await choosePort(settings.ports.api);
  const config = await renderConfig(settings.envoyConfig, {
    listenPort: apiPort,
    adminPort: await choosePort(settings.ports.envoyAdmin),
    servicePort,
    corsd: { pipe: corsd.socket },
  });
  const onOutput = narrator("envoy", (line) => signal.aborted || say(line));
  const envoy = await startEnvoyProcess({ path: envoyPath, config, onOutput });
  cleanup.push(envoy.stop);

  const page = createPageServer({
    api: `http://${apiHost}:${apiPort}`,
    service: `http://127.0.0.1:${servicePort}`,
    policy: settings.policy,
  });
  const pagePort = await listen(page, settings.ports.page);
  cleanup.push(() => close(page));

  const near = relative(process.cwd(), settings.policy);
  const policy = near.startsWith("..") ? settings.policy : near;
  const { adminPort: envoyAdminPort } = envoy;
  if (!signal.aborted) {
    const { adminPort: corsdAdminPort } = corsd;
    say(announcement({ apiPort, pagePort, envoyAdminPort, corsdAdminPort, policy }));
  }

  const first = await Promise.race([
    aborted(signal),
    envoy.child.ended.then((how) => `Envoy ended by itself: ${how}`),
    corsd.ended.then((how) => `corsd ended by itself: ${how}`),
  ]);
  if (!signal.aborted && first !== undefined) throw new Error(first);
}

async function startCorsd(
  settings: Settings,
  cleanup: Cleanup,
): Promise<{ socket: string; adminPort: number; ended: Promise<string> }> {
  // Short, because the path of a socket holds about a hundred bytes.
  const folder = await mkdtemp(join(tmpdir(), "corsd-"));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, "corsd.sock");
  const adminPort = await choosePort(settings.ports.corsdAdmin);
  const child = startChild(
    process.execPath,
    [join(root, "src", "main.ts"), "serve", "--policy", settings.policy].concat([
      "--listen",
      `unix:${socket}`,
      "--admin",
      `127.0.0.1:${adminPort}`,
      "--drain-delay",
      "0",
    ]),
    { onOutput: narrator("corsd", say) },
  );
  cleanup.push(child.stop);
  await untilReady("corsd", child, () => accepts(socket));
  return { socket, adminPort, ended: child.ended };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2));
  if (settings.help) {
    say(usage);
    return;
  }
  const stop = new AbortController();
  // npm passes a Ctrl-C on that the terminal has sent already: the second one must not cut the cleaning up short.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => stop.abort());
  }
  const cleanup: Cleanup = [];
  try {
    await run(settings, stop.signal, cleanup);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.abort();
    for (const end of cleanup.reverse()) await end();
  }
}

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  process.stderr.write(`demo: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
