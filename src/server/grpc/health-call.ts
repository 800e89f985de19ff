import type { Observer } from "../observe.ts";
import type { Call, GrpcStream } from "./grpc-stream.ts";
import {
  type Health,
  readHealthRequest,
  SERVICE_UNKNOWN,
  type ServingStatus,
  writeHealthResponse,
} from "./health.ts";

/** `grpc.health.v1.Health/Check` and, with `watches`, `Watch`: one request, one answer or one after each change. */
export class HealthCall implements Call {
  readonly #stream: GrpcStream;
  readonly #health: Health;
  readonly #observer: Observer;
  readonly #watches: Set<HealthCall> | undefined;
  #service: string | undefined;
  #unwatch: (() => void) | undefined;

  constructor(
    stream: GrpcStream,
    health: Health,
    observer: Observer,
    watches: Set<HealthCall> | undefined,
  ) {
    this.#stream = stream;
    this.#health = health;
    this.#observer = observer;
    this.#watches = watches;
  }

  receive(message: Uint8Array): void {
    const service = this.#service === undefined ? readHealthRequest(message) : undefined;
    if (service === undefined) {
      this.#stream.end("INVALID_ARGUMENT", "malformed message, or more than one");
      return;
    }
    this.#service = service;
    if (this.#watches === undefined) return;
    this.#watches.add(this);
    this.#unwatch = this.#health.watch(() => this.#tell(service));
    this.#tell(service);
  }

  /** Only then is it known that a unary call is one. */
  peerEnded(): void {
    if (this.#service === undefined) this.#stream.end("INVALID_ARGUMENT", "no message");
    else if (this.#watches === undefined) this.#answer(this.#health.status(this.#service));
  }

  /** Ends a watch, so that it does not hold up a drain. */
  end(): void {
    this.#stream.end("OK", "");
  }

  failed(): void {}

  broke(error: unknown): void {
    this.#observer.bug(error);
  }

  closed(): void {
    this.#unwatch?.();
    this.#watches?.delete(this);
  }

  #answer(status: ServingStatus): void {
    if (status === SERVICE_UNKNOWN) this.#stream.end("NOT_FOUND", "unknown service");
    else this.#stream.finish(writeHealthResponse(status));
  }

  #tell(service: string): void {
    this.#stream.write(writeHealthResponse(this.#health.status(service)));
  }
}
