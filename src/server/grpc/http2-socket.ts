import type { Socket } from "node:net";
import { Connection, type Surroundings } from "../../http2/connection.ts";

/** Who has not said by then that it speaks HTTP/2 is let go, in milliseconds: a peer says so with its first bytes. */
const GREETING_TIMEOUT = 10_000;
/** How long a peer may take to read what was said last, in milliseconds. */
const FAREWELL_TIMEOUT = 1000;

/** What the socket of a connection leaves open. */
export type Served = Pick<Surroundings, "open" | "allowsReset"> & {
  /** A bug of ours; the connection is cut. */
  readonly broke: (error: unknown) => void;
};

/** Speaks HTTP/2 on a socket, until either side ends it. */
export function serveHttp2(socket: Socket, { open, allowsReset, broke }: Served): Connection {
  const connection = new Connection({
    // Who does not read is not read either.
    send: (bytes) => {
      if (!socket.write(bytes)) socket.pause();
    },
    over: () => {
      socket.end();
      setTimeout(() => socket.destroy(), FAREWELL_TIMEOUT).unref();
    },
    open,
    allowsReset,
  });
  const greeting = setTimeout(() => {
    if (connection.isUnknown) socket.destroy();
  }, GREETING_TIMEOUT).unref();
  socket.on("data", (chunk: Buffer) => {
    try {
      connection.receive(chunk);
    } catch (error) {
      broke(error);
      socket.destroy();
    }
  });
  socket.on("drain", () => socket.resume());
  // A peer that is gone is nothing to report: `close` follows.
  socket.on("error", () => {});
  socket.on("end", () => connection.lost());
  socket.on("close", () => {
    clearTimeout(greeting);
    connection.lost();
  });
  connection.greet();
  return connection;
}
