import { lstat, unlink } from "node:fs/promises";
import { connect, isIP } from "node:net";
import { err, ok, type Result } from "../cors/result.ts";

/** Where a listener is bound. */
export type ListenAddress = { readonly kind: "unix"; readonly path: string } | TcpAddress;

/** An IPv6 address stands without brackets. Port 0: any that is free. */
export type TcpAddress = { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** `sockaddr_un.sun_path` holds 108 bytes on Linux (104 on macOS), the last one a NUL (unix(7)). */
const MAX_SOCKET_PATH = process.platform === "darwin" ? 103 : 107;
const MAX_PORT = 65_535;
const UNIX = "unix:";
const HOST_PORT = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9._-]+)):(?<port>[0-9]{1,5})$/;

/** Reads `unix:PATH` or `HOST:PORT`; the error is a phrase for people. */
export function parseListen(text: string): Result<ListenAddress, string> {
  if (text.startsWith(UNIX)) return parseSocketPath(text.slice(UNIX.length));
  const { ipv6, name, port } = HOST_PORT.exec(text)?.groups ?? {};
  const host = ipv6 ?? name;
  if (host === undefined || (ipv6 !== undefined && isIP(ipv6) !== 6)) {
    return err(`\`${text}\` is no address; write \`unix:PATH\` or \`HOST:PORT\``);
  }
  if (Number(port) > MAX_PORT) return err(`the port of \`${text}\` is above ${MAX_PORT}`);
  return ok({ kind: "tcp", host, port: Number(port) });
}

function parseSocketPath(path: string): Result<ListenAddress, string> {
  if (path === "") return err("`unix:` lacks the path of a socket; write `unix:PATH`");
  const length = Buffer.byteLength(path);
  if (length > MAX_SOCKET_PATH) {
    return err(
      `the socket path \`${path}\` has ${length} bytes; the system takes ${MAX_SOCKET_PATH}`,
    );
  }
  return ok({ kind: "unix", path });
}

export function renderListen(address: ListenAddress): string {
  if (address.kind === "unix") return `${UNIX}${address.path}`;
  return isIP(address.host) === 6
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`;
}

/** True where only this machine can connect. */
export function isLocal(address: ListenAddress): boolean {
  if (address.kind === "unix") return true;
  const { host } = address;
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/**
 * Makes way for a socket file: one that a dead process left behind is removed; one that somebody listens on, or a
 * file that is no socket, is not touched and is an error.
 */
export async function claimSocket(path: string): Promise<Result<void, string>> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return ok(undefined);
  if (!found.isSocket())
    return err(`\`${path}\` exists and is no socket; remove it or choose another path`);
  const refusal = await connectTo(path);
  if (refusal === undefined) return err(`\`${path}\` is in use: another process listens on it`);
  // A socket that cannot be judged is somebody's.
  if (refusal !== "ECONNREFUSED") {
    return err(`\`${path}\` cannot be judged (${refusal}); remove it or choose another path`);
  }
  await unlink(path).catch(() => undefined);
  return ok(undefined);
}

/** Why nobody answers at a socket; undefined where somebody does. */
function connectTo(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", ({ code = "unknown error" }: NodeJS.ErrnoException) => resolve(code));
  });
}
