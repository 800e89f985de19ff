import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const loopback = "127.0.0.1";

/** Has the server listen on loopback: on the wanted port or, where that is taken, on a free one. Returns which. */
export async function listen(server: Server, wanted: number): Promise<number> {
  try {
    return await bind(server, wanted);
  } catch (error) {
    if (!isTaken(error)) throw error;
    return bind(server, 0);
  }
}

/** The wanted port if nobody has it, else a free one: for a process that cannot choose for itself. */
export async function choosePort(wanted: number): Promise<number> {
  const server = createServer();
  const port = await listen(server, wanted);
  server.close();
  await once(server, "close");
  return port;
}

async function bind(server: Server, port: number): Promise<number> {
  server.listen(port, loopback);
  await once(server, "listening");
  return portOf(server.address());
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
