import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { err, ok, type Result } from "../cors/result.ts";
import type { Deployment } from "../extproc/exchange.ts";
import type { Certificates } from "./certificates.ts";
import { refusalOf, timeoutOf } from "./grpc-request.ts";
import { GrpcStream, isOver, refuse } from "./grpc-stream.ts";
import type { Health } from "./health.ts";
import { HealthCall } from "./health-call.ts";
import { type ListenAddress, renderListen } from "./listen.ts";
import type { Observer } from "./observe.ts";
import { type Open, ProcessCall } from "./process-call.ts";
import { type ResetLimit, resetOptions } from "./reset-limit.ts";

// gRPC as far as it is needed here, on node:http2 (grpc/doc/PROTOCOL-HTTP2.md).

export type GrpcOptions = {
  readonly open: Open;
  readonly health: Health;
  readonly observer: Observer;
  readonly resetLimit: ResetLimit;
};

const PROCESS = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";
const CHECK = "/grpc.health.v1.Health/Check";
const WATCH = "/grpc.health.v1.Health/Watch";

/** Streams open at once on a connection: the circuit breakers of the shipped configurations allow as many. */
const MAX_STREAMS = 100_000;
/** Most memory of one connection, in megabytes: measured at 7 kB for an idle stream. */
const MAX_SESSION_MEMORY = 1000;
/** Header lines of one request: Envoy takes 100 from a client by default, and initial metadata may copy them. */
const MAX_HEADER_PAIRS = 128;
/** Bytes of the header lines of one request: Envoy takes 60 KiB from a client by default. */
const MAX_HEADERS_LENGTH = 65_536;
/** Bytes on their way to us, on all streams of a connection: at 64 KiB, the default, forty exchanges would wait. */
const CONNECTION_WINDOW = 4_194_304;

/** The data listeners. */
export class GrpcServer {
  readonly #options: GrpcOptions;
  readonly #listeners: Server[] = [];
  readonly #secured: TlsServer[] = [];
  readonly #sockets: Set<Socket> = new Set();
  readonly #sessions: Set<ServerHttp2Session> = new Set();
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
    // One GOAWAY that names the last stream seen. The two of RFC 9113 section 6.8 would lose streams: once it has sent
    // any, nghttp2 says nothing to a new stream, not even that it is refused, unless it is told in a way of its own.
    for (const session of this.#sessions) session.close();
    await Promise.all(closed);
  }

  /** Ends everything at once. */
  cut(): void {
    for (const listener of this.#listeners) listener.close();
    for (const session of this.#sessions) session.destroy();
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
      if (socket.alpnProtocol === "h2") this.#connect(socket);
      else socket.destroy();
    });
    this.#secured.push(listener);
    return listener;
  }

  #connect(socket: Socket): void {
    const session = performServerHandshake(socket, {
      ...resetOptions(this.#options.resetLimit),
      maxSessionMemory: MAX_SESSION_MEMORY,
      maxHeaderListPairs: MAX_HEADER_PAIRS,
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADERS_LENGTH },
    });
    this.#sessions.add(session);
    session.once("connect", () => session.setLocalWindowSize(CONNECTION_WINDOW));
    session.once("close", () => this.#sessions.delete(session));
    // What is no HTTP/2 ends the connection and nothing else.
    session.on("error", () => {});
    session.on("stream", (stream, headers) => this.#serve(stream, headers));
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const grpc = new GrpcStream(stream);
    if (isOver(stream)) return;
    const refusal = refusalOf(headers);
    const timeout = timeoutOf(headers);
    if (refusal !== undefined) refuse(stream, refusal);
    else if (Number.isNaN(timeout)) grpc.end("INVALID_ARGUMENT", "malformed grpc-timeout");
    else this.#call(grpc, headers, timeout);
  }

  #call(stream: GrpcStream, headers: IncomingHttpHeaders, timeout: number): void {
    const { open, health, observer } = this.#options;
    switch (headers[":path"]) {
      case PROCESS:
        stream.serve(new ProcessCall(stream, open(deploymentOf(headers)), observer), timeout);
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

function deploymentOf(headers: IncomingHttpHeaders): Deployment {
  return { group: text(headers["x-corsd-group"]), mode: text(headers["x-corsd-mode"]) };
}

/** Node.js joins the lines of one name by commas, except those that it knows to stand alone. */
function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
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
