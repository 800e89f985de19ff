import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { parse } from "yaml";

type Address =
  | { socket_address: { address: string; port_value: number } }
  | { pipe: { path: string } };

/** As much of an Envoy bootstrap as is read or changed here. */
export type Bootstrap = {
  admin?: { address: Address };
  static_resources: { listeners: Listener[]; clusters: Cluster[] };
};

type Listener = { name: string; address: Address };
type Cluster = {
  name: string;
  type?: string;
  load_assignment?: { endpoints: { lb_endpoints: { endpoint: { address: Address } }[] }[] };
};

/** Where things are; what is left out stays as written. Ports may be 0: Envoy then takes a free one. */
export type Places = {
  /** An IP address; left out: loopback. */
  readonly listenHost?: string;
  readonly listenPort?: number;
  readonly adminPort?: number;
  /** A name or an IP address; left out: loopback. */
  readonly serviceHost?: string;
  readonly servicePort?: number;
  readonly corsd?: { readonly pipe: string } | { readonly host: string; readonly port: number };
};

/** One of the ready configurations with its addresses moved; everything else stands as in the file. */
export async function renderConfig(file: string, places: Places): Promise<Bootstrap> {
  const config = asBootstrap(parse(await readFile(file, "utf8")));
  const { listenPort, listenHost, adminPort, servicePort, serviceHost, corsd } = places;
  if (listenPort !== undefined) moveListeners(config, socket(listenPort, listenHost));
  if (adminPort !== undefined) config.admin = { address: socket(adminPort) };
  if (servicePort !== undefined) moveCluster(config, "service", socket(servicePort, serviceHost));
  if (corsd !== undefined) moveCluster(config, "corsd", addressOf(corsd));
  return config;
}

/** Any bootstrap, its admin and its listeners moved to free loopback ports. The given one is not changed. */
export function onFreePorts(written: unknown): Bootstrap {
  const config = asBootstrap(structuredClone(written));
  moveListeners(config, socket(0));
  config.admin = { address: socket(0) };
  return config;
}

/** The only cast: whatever else is wrong in a bootstrap, Envoy itself says best. */
function asBootstrap(parsed: unknown): Bootstrap {
  return parsed as Bootstrap;
}

function moveListeners(config: Bootstrap, address: Address): void {
  for (const listener of config.static_resources.listeners) listener.address = address;
}

function moveCluster(config: Bootstrap, name: string, address: Address): void {
  const cluster = config.static_resources.clusters.find((candidate) => candidate.name === name);
  const endpoint = cluster?.load_assignment?.endpoints[0]?.lb_endpoints[0]?.endpoint;
  if (cluster === undefined || endpoint === undefined) {
    throw new Error(`the configuration has no cluster \`${name}\``);
  }
  endpoint.address = address;
  // A cluster of type STATIC takes IP addresses only.
  const isName = "socket_address" in address && isIP(address.socket_address.address) === 0;
  if (isName) cluster.type = "STRICT_DNS";
}

function socket(port: number, host = "127.0.0.1"): Address {
  return { socket_address: { address: host, port_value: port } };
}

function addressOf(corsd: NonNullable<Places["corsd"]>): Address {
  return "pipe" in corsd ? { pipe: { path: corsd.pipe } } : socket(corsd.port, corsd.host);
}
