import { fileURLToPath } from "node:url";
import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type StatusObject,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

// An ext_proc client as Envoy is one, for tests. It shares no code with the server: its messages are made and read by
// protobufjs from the files of proto/.
//
//   const client = new ExtProcClient("127.0.0.1:50051");         // or "unix:/path"
//   const stream = client.open({ "x-corsd-group": "orders" });   // one HTTP exchange
//   stream.send({ request_headers: headers([[":method", "GET"], …]), attributes: attributes({ … }) });
//   const answer = await stream.next();                          // undefined: the server ended the stream
//   const { code } = await stream.status();                      // after it ended
//   client.close();

/** A header with its value as text, one byte a character. */
export type TestHeader = readonly [name: string, value: string];

/** Field names as in proto/; see {@link headers} and {@link attributes} for the two that are tedious to write. */
export type ProcessingRequest = {
  readonly request_headers?: HttpHeaders;
  readonly response_headers?: HttpHeaders;
  readonly request_body?: { readonly body: Buffer };
  readonly response_body?: { readonly body: Buffer };
  readonly request_trailers?: object;
  readonly response_trailers?: object;
  readonly attributes?: object;
  readonly observability_mode?: boolean;
};

export type HttpHeaders = { readonly headers: { readonly headers: readonly HeaderValue[] } };

type HeaderValue = { readonly key: string; readonly value?: string; readonly raw_value?: Buffer };

/** Exactly one of the members up to `immediate_response` is set. */
export type ProcessingResponse = {
  readonly request_headers?: HeadersResponse;
  readonly response_headers?: HeadersResponse;
  readonly request_body?: object;
  readonly response_body?: object;
  readonly request_trailers?: object;
  readonly response_trailers?: object;
  readonly immediate_response?: {
    readonly status: { readonly code: number };
    readonly headers?: HeaderMutation;
    readonly body: Buffer;
    readonly details: string;
  };
  readonly dynamic_metadata?: Struct;
};

type HeadersResponse = {
  readonly response?: { readonly status: string; readonly header_mutation?: HeaderMutation };
};

export type HeaderMutation = {
  readonly set_headers?: readonly {
    readonly header: { readonly key: string; readonly value: string; readonly raw_value: Buffer };
    readonly append?: { readonly value: boolean };
  }[];
  readonly remove_headers?: readonly string[];
};

/** proto-loader keeps the fields of a Struct in camel case. */
export type Struct = { readonly fields: { readonly [key: string]: Value } };
type Value = { readonly stringValue?: string; readonly structValue?: Struct };

/** The payload of `request_headers` and `response_headers`, values in `raw_value` as Envoy sends them. */
export function headers(lines: readonly TestHeader[]): HttpHeaders {
  return {
    headers: {
      headers: lines.map(([key, value]) => ({ key, raw_value: Buffer.from(value, "latin1") })),
    },
  };
}

/** `attributes` with these entries of the filter; no entries at all still say that it sends attributes. */
export function attributes(entries: { readonly [name: string]: string }): object {
  const fields = Object.fromEntries(
    Object.entries(entries).map(([name, stringValue]) => [name, { stringValue }]),
  );
  return { "envoy.filters.http.ext_proc": { fields } };
}

/** The headers that a mutation sets, in its order. */
export function setHeaders(mutation: HeaderMutation | undefined): TestHeader[] {
  return (mutation?.set_headers ?? []).map(({ header }) => [
    header.key,
    header.raw_value.toString("latin1"),
  ]);
}

/** The strings of one namespace of `dynamic_metadata`. */
export function metadataStrings(
  response: ProcessingResponse | undefined,
  namespace: string,
): { [key: string]: string | undefined } {
  const struct = response?.dynamic_metadata?.fields[namespace]?.structValue;
  return Object.fromEntries(
    Object.entries(struct?.fields ?? {}).map(([key, { stringValue }]) => [key, stringValue]),
  );
}

const definitions = loadSync(
  ["envoy/service/ext_proc/v3/external_processor.proto", "grpc/health/v1/health.proto"],
  {
    includeDirs: [fileURLToPath(new URL("../../proto", import.meta.url))],
    keepCase: true,
    enums: String,
    defaults: false,
    oneofs: false,
  },
);

function method(service: string, name: string): MethodCodec {
  const found = definitions[service] as unknown as { readonly [method: string]: MethodCodec };
  return found[name] as MethodCodec;
}

type MethodCodec = {
  readonly path: string;
  readonly requestSerialize: (message: object) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => object;
  readonly responseSerialize: (message: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => object;
};

/** The `Process` method with protobufjs's codec: the oracle of tests of our own. */
export const PROCESS = method("envoy.service.ext_proc.v3.ExternalProcessor", "Process");
const CHECK = method("grpc.health.v1.Health", "Check");
const WATCH = method("grpc.health.v1.Health", "Watch");

export class ExtProcClient {
  readonly #client: Client;

  /** `target` as gRPC writes it: `HOST:PORT` or `unix:PATH`. */
  constructor(target: string) {
    this.#client = new Client(target, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  /** Opens the stream of one HTTP exchange, with this initial metadata. */
  open(metadata: { readonly [name: string]: string } = {}): ExtProcStream {
    const { path, requestSerialize, responseDeserialize } = PROCESS;
    const call = this.#client.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize as (bytes: Buffer) => ProcessingResponse,
      metadataOf(metadata),
    );
    return new ExtProcStream(call);
  }

  /** As {@link open}, but what is sent first are these bytes, right or wrong. */
  openRaw(first: Buffer): ExtProcStream {
    const call = this.#client.makeBidiStreamRequest<object, ProcessingResponse>(
      PROCESS.path,
      () => first,
      PROCESS.responseDeserialize as (bytes: Buffer) => ProcessingResponse,
      new Metadata(),
    );
    call.write(first);
    return new ExtProcStream(call);
  }

  /** grpc.health.v1: the status's name, or the gRPC status code's name where the call failed. */
  check(name: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest<object, { readonly status?: string }>(
        CHECK.path,
        CHECK.requestSerialize,
        CHECK.responseDeserialize,
        { service: name },
        (error, response) =>
          resolve(error === null ? (response?.status ?? "UNKNOWN") : status[error.code]),
      );
    });
  }

  /** grpc.health.v1: the statuses told until the server ends the stream or `signal` aborts. */
  async *watch(name: string, signal: AbortSignal): AsyncGenerator<string | undefined> {
    const call = this.#client.makeServerStreamRequest<object, { readonly status?: string }>(
      WATCH.path,
      WATCH.requestSerialize,
      WATCH.responseDeserialize,
      { service: name },
    );
    signal.addEventListener("abort", () => call.cancel(), { once: true });
    try {
      for await (const response of call) yield (response as { status?: string }).status;
    } catch {
      // Cancelled.
    }
  }

  close(): void {
    this.#client.close();
  }
}

function metadataOf(entries: { readonly [name: string]: string }): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
}

export class ExtProcStream {
  readonly #call: ClientDuplexStream<object, ProcessingResponse>;
  readonly #answers: ProcessingResponse[] = [];
  readonly #status: Promise<StatusObject>;
  #ended = false;
  #wake: () => void = () => {};

  constructor(call: ClientDuplexStream<object, ProcessingResponse>) {
    this.#call = call;
    call.on("data", (answer: ProcessingResponse) => {
      this.#answers.push(answer);
      this.#wake();
    });
    call.on("error", () => {});
    this.#status = new Promise((resolve) => {
      call.on("status", (found: StatusObject) => {
        this.#ended = true;
        resolve(found);
        this.#wake();
      });
    });
  }

  send(request: ProcessingRequest): void {
    this.#call.write(request);
  }

  /** The next answer; undefined once the server has ended the stream. */
  async next(): Promise<ProcessingResponse | undefined> {
    while (this.#answers.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#answers.shift();
  }

  /** Says that no more messages come. */
  end(): void {
    this.#call.end();
  }

  /** Resets the stream, as Envoy does at the end of each. */
  cancel(): void {
    this.#call.cancel();
  }

  /** How the stream ended: the name of the gRPC status code, and its text. */
  async status(): Promise<{ readonly code: string; readonly details: string }> {
    const { code, details } = await this.#status;
    return { code: status[code], details };
  }
}
