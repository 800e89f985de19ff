import { LENGTH, Reader, tagOf, utf8, VARINT, Writer } from "../../extproc/protobuf.ts";

/** grpc.health.v1.HealthCheckResponse.ServingStatus. */
export const SERVING = 1;
export const NOT_SERVING = 2;
export const SERVICE_UNKNOWN = 3;
export type ServingStatus = typeof SERVING | typeof NOT_SERVING | typeof SERVICE_UNKNOWN;

const REQUEST_SERVICE = tagOf(1, LENGTH);
const RESPONSE_STATUS = tagOf(1, VARINT);

/** The services whose health is told: "" stands for the server as a whole. */
const SERVICES: ReadonlySet<string> = new Set(["", "envoy.service.ext_proc.v3.ExternalProcessor"]);

/** The health of the server, as the gRPC health checking protocol tells it (grpc/doc/health-checking.md). */
export class Health {
  #serving = false;
  readonly #watchers = new Set<() => void>();

  get serving(): boolean {
    return this.#serving;
  }

  set(serving: boolean): void {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const notify of this.#watchers) notify();
  }

  status(service: string): ServingStatus {
    if (!SERVICES.has(service)) return SERVICE_UNKNOWN;
    return this.#serving ? SERVING : NOT_SERVING;
  }

  /** Calls `notify` after each change until the returned function is called. */
  watch(notify: () => void): () => void {
    this.#watchers.add(notify);
    return () => this.#watchers.delete(notify);
  }
}

/** The service that a HealthCheckRequest asks for; undefined where it is malformed. */
export function readHealthRequest(bytes: Uint8Array): string | undefined {
  const reader = new Reader(bytes);
  let service: string | undefined = "";
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === REQUEST_SERVICE) {
      const outer = reader.open();
      service = utf8(bytes, reader.at, reader.end);
      reader.close(outer);
    } else {
      reader.skip(tag);
    }
  }
  return reader.failed ? undefined : service;
}

export function writeHealthResponse(status: ServingStatus): Uint8Array {
  const writer = new Writer(16);
  writer.number(RESPONSE_STATUS, status);
  return writer.finish();
}

export function writeHealthRequest(service: string): Uint8Array {
  const writer = new Writer(16 + service.length);
  // As on the wire, a default value is left out.
  if (service !== "") writer.text(REQUEST_SERVICE, service);
  return writer.finish();
}

/** The status that a HealthCheckResponse tells; undefined where it is malformed. 0, the default, is UNKNOWN. */
export function readHealthResponse(bytes: Uint8Array): number | undefined {
  const reader = new Reader(bytes);
  let status = 0;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === RESPONSE_STATUS) status = reader.varint();
    else reader.skip(tag);
  }
  return reader.failed ? undefined : status;
}
