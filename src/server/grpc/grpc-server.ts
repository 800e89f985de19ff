import { createServer, type Server, type Socket } from "node:net";
import {
  createServer as createTlsServer,
  type TLSSocket,
  type Server as TlsServer,
} from "node:tls";
import { err, ok, type Result } from "../../cors/result.ts";
import type { Deployment } from "../../extproc/exchange.ts";
import type { Connection } from "../../http2/connection.ts";
import type { RequestHead } from "../../http2/request-head.ts";
import type { Stream, StreamHandler } from "../../http2/stream.ts";
import type { Certificates } from "../certificates.ts";
import { type ListenAddress, renderListen } from "../listen.ts";
import { type ClientName, clientNamesOf } from "../listeners/client-name.ts";
import type { Observer } from "../observe.ts";
import { refusalOf, timeoutOf } from "./grpc-request.ts";
import { GrpcStream, refuse } from "./grpc-stream.ts";
import type { Health } from "./health.ts";
import { HealthCall } from "./health-call.ts";
import { HeldBytes } from "./held-bytes.ts";
import { serveHttp2 } from "./http2-socket.ts";
import { type Open, ProcessCall } from "./process-call.ts";
import { ResetBudget, type ResetLimit } from "./reset-limit.ts";

// gRPC as far as it is needed here (grpc/doc/PROTOCOL-HTTP2.md).

export type GrpcOptions = {
  readonly open: Open;
  readonly health: Health;
  readonly observer: Observer;
  readonly resetLimit: ResetLimit;
  /** Whose client certificates are taken; empty: all that the authorities signed. */
  readonly clientNames: ReadonlySet<ClientName>;
};

const PROCESS = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";
const CHECK = "/grpc.health.v1.Health/Check";
const WATCH = "/grpc.health.v1.Health/Watch";

/** The data listeners. */
export class GrpcServer {
  readonly #options: GrpcOptions;
  readonly #listeners: Server[] = [];
  readonly #secured: TlsServer[] = [];
  readonly #sockets: Set<Socket> = new Set();
  readonly #connections: Set<Connection> = new Set();
  readonly #watches: Set<HealthCall> = new Set();

  constructor(options: GrpcOptions) {
    this.#options = options;
  }

  /** Binds one address and tells the real one (port 0 takes any). The error is one line. */
  listen(
    address: ListenAddress,
    certificates: Certificates | undefined,
  ): Promise<Result<ListenAddress, string>> {
    const listener = certificates === undefined ? this.#plain() : this.#secure(certificates);
    listener.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    return new Promise((resolve) => {
      listener.once("error", (error) => {
        resolve(err(`cannot listen on \`${renderListen(address)}\`: ${error.message}`));
      });
      const { kind, ...place } = address;
      listener.listen(place, () => {
        // A connection that could not be accepted is lost to its peer alone.
        listener.on("error", () => {});
        this.#listeners.push(listener);
        resolve(ok(boundAddress(address, listener)));
      });
    });
  }

  /** New connections use these from now on. */
  renew(certificates: Certificates): void {
    for (const listener of this.#secured) listener.setSecureContext(contextOf(certificates));
  }

  /** Takes no new connections, tells the peers (GOAWAY), and resolves when all open streams have ended. */
  async drain(): Promise<void> {
    for (const watch of this.#watches) watch.end();
    const closed = this.#listeners.map(
      (listener) => new Promise((resolve) => listener.close(resolve)),
    );
    for (const connection of this.#connections) connection.leave();
    await Promise.all(closed);
  }

  /** Ends everything at once. */
  cut(): void {
    for (const listener of this.#listeners) listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #plain(): Server {
    return createServer({ noDelay: true }, (socket) => this.#connect(socket));
  }

  #secure(certificates: Certificates): Server {
    const isMutual = certificates.clientCa !== undefined;
    const listener = createTlsServer({
      ...contextOf(certificates),
      requestCert: isMutual,
      rejectUnauthorized: isMutual,
      ALPNProtocols: ["h2"],
      noDelay: true,
    });
    listener.on("tlsClientError", (_, socket) => socket.destroy());
    listener.on("secureConnection", (socket) => {
      if (socket.alpnProtocol === "h2" && this.#admits(socket)) this.#connect(socket);
      else socket.destroy();
    });
    this.#secured.push(listener);
    return listener;
  }

  /** Asked before a byte of HTTP/2 is read or written. A session that is resumed has the certificate it began with. */
  #admits(socket: TLSSocket): boolean {
    const { clientNames, observer } = this.#options;
    if (clientNames.size === 0) return true;
    const names = clientNamesOf(socket.getPeerX509Certificate());
    if (names.some((name) => clientNames.has(name))) return true;
    observer.refusedClient(names);
    return false;
  }

  #connect(socket: Socket): void {
    const budget = new ResetBudget(this.#options.resetLimit);
    const held = new HeldBytes();
    const connection = serveHttp2(socket, {
      open: (stream, head) => this.#serve(stream, head, held),
      allowsReset: () => budget.spend(),
      broke: (error) => this.#options.observer.bug(error),
    });
    this.#connections.add(connection);
    socket.once("close", () => this.#connections.delete(connection));
  }

  #serve(stream: Stream, head: RequestHead, held: HeldBytes): StreamHandler | undefined {
    const refusal = refusalOf(head);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return undefined;
    }
    const timeout = timeoutOf(head);
    const grpc = new GrpcStream(stream, held);
    if (Number.isNaN(timeout)) grpc.end("INVALID_ARGUMENT", "malformed grpc-timeout");
    else this.#call(grpc, head, timeout);
    return grpc;
  }

  #call(stream: GrpcStream, head: RequestHead, timeout: number): void {
    const { open, health, observer } = this.#options;
    switch (head.path) {
      case PROCESS:
        stream.serve(new ProcessCall(stream, open(deploymentOf(head)), observer), timeout);
        break;
      case CHECK:
        stream.serve(new HealthCall(stream, health, observer, undefined), timeout);
        break;
      case WATCH:
        stream.serve(new HealthCall(stream, health, observer, this.#watches), timeout);
        break;
      default:
        stream.end("UNIMPLEMENTED", "unknown method");
    }
  }
}

function deploymentOf({ headers }: RequestHead): Deployment {
  return { group: headers.get("x-corsd-group"), mode: headers.get("x-corsd-mode") };
}

function boundAddress(address: ListenAddress, listener: Server): ListenAddress {
  const bound = listener.address();
  if (address.kind === "unix" || bound === null || typeof bound === "string") return address;
  return { ...address, port: bound.port };
}

function contextOf({ cert, key, clientCa }: Certificates): {
  cert: Buffer;
  key: Buffer;
  ca?: Buffer;
} {
  return clientCa === undefined ? { cert, key } : { cert, key, ca: clientCa };
}
