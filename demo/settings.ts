import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const envoyFolder = join(import.meta.dirname, "..", "envoy");

export type Settings = {
  /** Of the API, the page, Envoy's admin and corsd's; each gives way to a free one if it is taken. 0: any. */
  readonly ports: {
    readonly api: number;
    readonly page: number;
    readonly envoyAdmin: number;
    readonly corsdAdmin: number;
  };
  readonly policy: string;
  readonly envoyConfig: string;
  readonly help: boolean;
};

export const usage = `npm run demo -- [--port N] [--policy FILE] [--envoy-config FILE]

  --port N             of the API; the page takes the next one (default 8080; taken ports give way to free ones; 0: free)
  --policy FILE        the policy file to use and watch (default envoy/policies.yaml)
  --envoy-config FILE  one of envoy/*.yaml (default envoy/full.yaml)
`;

/** Throws where the arguments make no sense. */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "8080" },
      policy: { type: "string", default: join(envoyFolder, "policies.yaml") },
      "envoy-config": { type: "string", default: join(envoyFolder, "full.yaml") },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port < 65_535)) {
    throw new Error(`--port ${values.port}: not a port`);
  }
  const fixed = port !== 0;
  return {
    ports: {
      api: port,
      page: fixed ? port + 1 : 0,
      envoyAdmin: fixed ? 9901 : 0,
      corsdAdmin: fixed ? 9905 : 0,
    },
    policy: resolve(values.policy),
    envoyConfig: resolve(values["envoy-config"]),
    help: values.help,
  };
}
