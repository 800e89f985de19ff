import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, startChild, untilReady } from "./child.ts";

export type Envoy = {
  /** The port of the first listener, as bound. */
  readonly port: number;
  readonly adminPort: number;
  readonly child: Child;
  /** Ends the process and removes its files. */
  readonly stop: () => Promise<void>;
};

export type EnvoyOptions = {
  /** Of the binary. */
  readonly path: string;
  /** An Envoy bootstrap with an admin address; ports may be 0. */
  readonly config: unknown;
  readonly onOutput?: (text: string) => void;
};

/** Starts an Envoy with one worker and waits until it serves. Throws with Envoy's own words where it does not. */
export async function startEnvoyProcess(options: EnvoyOptions): Promise<Envoy> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-envoy-"));
  const configFile = join(folder, "envoy.json");
  const adminFile = join(folder, "admin");
  await writeFile(configFile, JSON.stringify(options.config));
  const child = startChild(
    options.path,
    ["--config-path", configFile, "--admin-address-path", adminFile].concat(
      ["--concurrency", "1", "--log-level", "warning"],
      // Otherwise the Envoys of one machine share memory, and the second does not start.
      ["--disable-hot-restart"],
      // The access log as it happens; by default Envoy writes it every ten seconds.
      ["--file-flush-interval-msec", "100"],
    ),
    options.onOutput === undefined ? {} : { onOutput: options.onOutput },
  );
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady("Envoy", child, () => answersReady(adminFile));
    const adminPort = await readAdminPort(adminFile);
    return { port: await firstListenerPort(adminPort), adminPort, child, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readAdminPort(adminFile: string): Promise<number> {
  const address = await readFile(adminFile, "utf8");
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

async function answersReady(adminFile: string): Promise<boolean> {
  try {
    const adminPort = await readAdminPort(adminFile);
    const response = await fetch(`http://127.0.0.1:${adminPort}/ready`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    // The file is not written yet, or the port not open.
    return false;
  }
}

async function firstListenerPort(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/listeners`);
  // One line a listener: `in::127.0.0.1:8080`.
  const [first = ""] = (await response.text()).split("\n");
  const port = Number(first.slice(first.lastIndexOf(":") + 1));
  if (!(port > 0)) throw new Error(`Envoy has no listener with a port: ${first}`);
  return port;
}
