import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  logVerbosity,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  type ServiceDefinition,
  setLogVerbosity,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { err, ok, type Result } from "../cors/result.ts";
import type { Deployment, Step } from "../extproc/exchange.ts";
import type { Certificates } from "./certificates.ts";
import { type Health, readHealthRequest, SERVICE_UNKNOWN, writeHealthResponse } from "./health.ts";
import { type ListenAddress, renderListen } from "./listen.ts";
import { type Observer, observeEvent, type StreamEnd } from "./observe.ts";
import { type ResetLimit, resetOptions } from "./reset-limit.ts";

// The only file that knows the gRPC library. Messages cross it as bytes.

/** What is done with the messages of one stream. */
export type Receiver = { receive(bytes: Uint8Array): Step };

export type GrpcOptions = {
  /** Called at the start of each stream. */
  readonly open: (deployment: Deployment) => Receiver;
  readonly health: Health;
  readonly observer: Observer;
  readonly resetLimit: ResetLimit;
};

/** Longest message taken, in bytes: sixty times the headers that Envoy takes by default. */
export const MAX_MESSAGE_LENGTH = 4_194_304;

/** The data listeners. */
export class GrpcServer {
  readonly #server: Server;
  readonly #watches: Set<HealthWatch> = new Set();
  #credentials: RenewableCredentials | undefined;

  private constructor(server: Server, options: GrpcOptions) {
    this.#server = server;
    server.addService(PROCESSOR, { Process: processor(options) });
    server.addService(HEALTH, healthService(options.health, this.#watches));
  }

  /** A server without a listener; an error where the library no longer takes the reset limit. */
  static create(options: GrpcOptions): Result<GrpcServer, string> {
    setLogVerbosity(logVerbosity.NONE);
    const server = new Server({
      "grpc.max_receive_message_length": MAX_MESSAGE_LENGTH,
      // Said although it is the default: without it the library's forced shutdown leaves connections open.
      "grpc.enable_channelz": 1,
    });
    const limited = setResetLimit(server, options.resetLimit);
    return limited.ok ? ok(new GrpcServer(server, options)) : limited;
  }

  /** Binds one address and tells the real one (port 0 takes any). The error is one line. */
  listen(
    address: ListenAddress,
    certificates: Certificates | undefined,
  ): Promise<Result<ListenAddress, string>> {
    const credentials = this.#credentialsFor(certificates);
    return new Promise((resolve) => {
      this.#server.bindAsync(targetOf(address), credentials, (error, port) => {
        if (error !== null) {
          const text = renderListen(address);
          return resolve(err(`cannot listen on \`${text}\`: ${bindCause(error)}`));
        }
        resolve(ok(address.kind === "unix" ? address : { ...address, port }));
      });
    });
  }

  /** New connections use these from now on. */
  renew(certificates: Certificates): void {
    this.#credentials?.renew(certificates);
  }

  /** Takes no new streams, tells the peers (GOAWAY), and resolves when all open ones have ended. */
  drain(): Promise<void> {
    for (const watch of this.#watches) watch.end();
    return new Promise((resolve) => this.#server.tryShutdown(() => resolve()));
  }

  /** Ends everything at once. */
  cut(): void {
    this.#server.forceShutdown();
  }

  #credentialsFor(certificates: Certificates | undefined): ServerCredentials {
    if (certificates === undefined) return ServerCredentials.createInsecure();
    this.#credentials ??= new RenewableCredentials(certificates);
    return this.#credentials;
  }
}

/** With its scheme, so that no host name is taken for one. */
function targetOf(address: ListenAddress): string {
  const text = renderListen(address);
  return address.kind === "unix" ? text : `dns:${text}`;
}

/**
 * The library has no option for the reset limit, but passes what stands in this private object on to `node:http2`.
 * Whether it does is proved at start: see reset-limit.ts.
 */
function setResetLimit(server: Server, limit: ResetLimit): Result<void, string> {
  const { commonServerOptions } = server as unknown as { commonServerOptions?: unknown };
  if (typeof commonServerOptions !== "object" || commonServerOptions === null) {
    return err("this version of @grpc/grpc-js takes no HTTP/2 options; use the one corsd names");
  }
  Object.assign(commonServerOptions, resetOptions(limit));
  return ok(undefined);
}

/** The system's words within the library's (`No address added out of total 1 resolved errors: [listen EACCES: …]`). */
function bindCause(error: Error): string {
  return /errors: \[(.*)\]$/s.exec(error.message)?.[1] ?? error.message;
}

class RenewableCredentials extends ServerCredentials {
  constructor(certificates: Certificates) {
    const isMutual = certificates.clientCa !== undefined;
    super({ requestCert: isMutual, rejectUnauthorized: isMutual }, contextOf(certificates));
  }

  renew(certificates: Certificates): void {
    this.updateSecureContextOptions(contextOf(certificates));
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOf({ cert, key, clientCa }: Certificates): {
  cert: Buffer;
  key: Buffer;
  ca?: Buffer;
} {
  return clientCa === undefined ? { cert, key } : { cert, key, ca: clientCa };
}

const asIs = (bytes: Buffer): Buffer => bytes;

function method(path: string, requestStream: boolean, responseStream: boolean): Method {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

type Method = ServiceDefinition<UntypedServiceImplementation>[string];

const PROCESSOR = {
  Process: method("/envoy.service.ext_proc.v3.ExternalProcessor/Process", true, true),
};

const HEALTH = {
  Check: method("/grpc.health.v1.Health/Check", false, false),
  Watch: method("/grpc.health.v1.Health/Watch", false, true),
};

type ProcessCall = ServerDuplexStream<Buffer, Buffer>;

/**
 * One stream, one exchange. Envoy resets every stream when it is done with it, so `cancelled` is the normal end; the
 * library tells it for each stream, once.
 */
function processor({ open, observer }: GrpcOptions): handleBidiStreamingCall<Buffer, Buffer> {
  return (call) => {
    const receiver = open(deploymentOf(call.metadata));
    let end: StreamEnd | undefined;
    observer.streamOpened();
    call.on("data", (bytes: Buffer) => {
      end ??= take(call, receiver, bytes, observer);
    });
    call.once("end", () => call.end());
    call.once("cancelled", () => observer.streamEnded(end ?? "peer"));
  };
}

function deploymentOf(metadata: Metadata): Deployment {
  return {
    group: metadata.get("x-corsd-group")[0]?.toString(),
    mode: metadata.get("x-corsd-mode")[0]?.toString(),
  };
}

/** Does what a message asks for; tells how the stream ended if it did. The one place where a bug is caught. */
function take(
  call: ProcessCall,
  receiver: Receiver,
  bytes: Buffer,
  observer: Observer,
): StreamEnd | undefined {
  try {
    const started = performance.now();
    const step = receiver.receive(bytes);
    const seconds = (performance.now() - started) / 1000;
    for (const event of step.events) observeEvent(observer, event, seconds);
    return answer(call, step);
  } catch (error) {
    observer.bug(error);
    fail(call, status.INTERNAL, "internal error");
    return "bug";
  }
}

function answer(call: ProcessCall, step: Step): StreamEnd | undefined {
  switch (step.kind) {
    case "silence":
      return undefined;
    case "reply":
      call.write(asBuffer(step.bytes));
      if (!step.end) return undefined;
      call.end();
      return "answered";
    case "failure":
      fail(call, status[step.code], step.message);
      return "failure";
  }
}

function fail(call: { emit: ProcessCall["emit"] }, code: status, details: string): void {
  // The library takes the status of a stream from its error event.
  call.emit("error", { code, details });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

type HealthWatch = ServerWritableStream<Buffer, Buffer>;

function healthService(health: Health, watches: Set<HealthWatch>): UntypedServiceImplementation {
  const check: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    const service = readHealthRequest(call.request);
    if (service === undefined) return callback({ code: status.INVALID_ARGUMENT });
    const found = health.status(service);
    if (found === SERVICE_UNKNOWN) return callback({ code: status.NOT_FOUND });
    callback(null, asBuffer(writeHealthResponse(found)));
  };
  const watch: handleServerStreamingCall<Buffer, Buffer> = (call) => {
    const service = readHealthRequest(call.request);
    if (service === undefined) return fail(call, status.INVALID_ARGUMENT, "malformed message");
    const tell = (): void => {
      call.write(asBuffer(writeHealthResponse(health.status(service))));
    };
    const unwatch = health.watch(tell);
    watches.add(call);
    call.once("cancelled", () => {
      unwatch();
      watches.delete(call);
    });
    tell();
  };
  return { Check: check, Watch: watch };
}
