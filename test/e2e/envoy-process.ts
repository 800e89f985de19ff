import { parse } from "yaml";
import type { EnvoyVersion } from "../../envoy/fetch.ts";
import { findEnvoy } from "../../envoy/find.ts";
import { onFreePorts } from "../../envoy/render.ts";
import { startEnvoyProcess } from "../../envoy/start.ts";

export type RunningEnvoy = {
  /** Of the first listener, on 127.0.0.1. */
  readonly port: number;
  readonly adminPort: number;
  /** Everything said so far: warnings and the access log. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

/**
 * A real Envoy with this bootstrap (YAML text, or what it parses to), its admin and its listeners moved to free
 * loopback ports. Whoever starts it stops it.
 */
export async function startEnvoy(options: {
  readonly config: object | string;
  readonly version?: EnvoyVersion;
}): Promise<RunningEnvoy> {
  const path = await findEnvoy(options.version === undefined ? {} : { version: options.version });
  const written: unknown =
    typeof options.config === "string" ? parse(options.config) : options.config;
  const envoy = await startEnvoyProcess({ path, config: onFreePorts(written) });
  return {
    port: envoy.port,
    adminPort: envoy.adminPort,
    log: envoy.child.output,
    stop: envoy.stop,
  };
}
