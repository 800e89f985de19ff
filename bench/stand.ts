import { join } from "node:path";
import { findEnvoy } from "../envoy/find.ts";
import { onFreePorts } from "../envoy/render.ts";
import { type Envoy, startEnvoyProcess } from "../envoy/start.ts";
import { startCorsd } from "./corsd.ts";
import { envoyConfig, SERVICE_CONFIG } from "./envoy-config.ts";
import { ownerOf } from "./socket-owner.ts";
import { Unexpected } from "./unexpected.ts";
import type { Setup, Variant } from "./variant.ts";

/** A variant that runs: its Envoy, and whom that asks. */
export type Stand = {
  readonly name: string;
  readonly setup: Setup;
  readonly port: number;
  readonly adminPort: number;
  readonly unexpected: Unexpected;
  readonly pids: {
    readonly envoy: number;
    readonly service: number;
    /** Undefined: nobody is asked, or it is not to be seen which process that is. */
    readonly server: number | undefined;
  };
};

/** What is started, newest last; ended in the opposite order. */
export type Cleanup = (() => Promise<void>)[];

export type Ground = {
  readonly envoyPath: string;
  /** Of the one service behind all Envoys. */
  readonly service: { readonly port: number; readonly pid: number };
  /** For sockets and documents; short, because the path of a socket holds about a hundred bytes. */
  readonly folder: string;
  readonly cleanup: Cleanup;
};

/** Finds Envoy and starts the service. */
export async function prepareGround(
  folder: string,
  cleanup: Cleanup,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<Ground> {
  const envoyPath = await findEnvoy({ progress, signal });
  const service = await startEnvoyProcess({
    path: envoyPath,
    config: onFreePorts(SERVICE_CONFIG),
  });
  cleanup.push(service.stop);
  return { envoyPath, service: { port: service.port, pid: pidOf(service) }, folder, cleanup };
}

/** Starts a variant; a corsd of its own with the document `policy`, if it is one that asks corsd. */
export async function startVariant(
  variant: Variant,
  policy: string,
  ground: Ground,
): Promise<Stand> {
  const { name, setup, asks } = variant;
  if (asks === "nobody") return startStand({ name, setup, socket: undefined }, ground);
  if (asks !== "corsd") {
    const server = await ownerOf(asks.socket);
    return startStand({ name, setup, socket: asks.socket, server }, ground);
  }
  const corsd = await startCorsd(policy, join(ground.folder, `${name}.sock`));
  ground.cleanup.push(corsd.stop);
  return startStand({ name, setup, socket: corsd.socket, server: corsd.pid }, ground);
}

export type StandOptions = {
  readonly name: string;
  readonly setup: Setup;
  readonly socket: string | undefined;
  readonly server?: number | undefined;
  readonly namesGroups?: boolean;
};

export async function startStand(options: StandOptions, ground: Ground): Promise<Stand> {
  const { name, setup, socket, server, namesGroups } = options;
  const { envoyPath, service, cleanup } = ground;
  const unexpected = new Unexpected();
  const config = await envoyConfig({
    setup,
    servicePort: service.port,
    socket,
    ...(namesGroups === undefined ? {} : { namesGroups }),
  });
  const envoy = await startEnvoyProcess({
    path: envoyPath,
    config,
    onOutput: (text) => unexpected.take(text),
  });
  cleanup.push(envoy.stop);
  const { port, adminPort } = envoy;
  const pids = { envoy: pidOf(envoy), service: service.pid, server };
  return { name, setup, port, adminPort, unexpected, pids };
}

function pidOf({ child }: Envoy): number {
  if (child.pid === undefined) throw new Error("Envoy has no process");
  return child.pid;
}
