import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type OutgoingHttpHeaders,
} from "node:http2";
import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { PROCESS } from "../ext-proc-client.ts";

// gRPC by hand, so that a test can say what no gRPC library would.

/** An HTTP/2 connection to `HOST:PORT` that ends with the test. */
export function openSession(target: string): ClientHttp2Session {
  // The client's own limit is not what is tested.
  const limits = { maxSendHeaderBlockLength: 1_000_000 };
  const session = connect(`http://${target}`, limits);
  session.on("error", () => {});
  onTestFinished(() => session.destroy());
  return session;
}

/** A Length-Prefixed-Message. */
export function framed(message: Uint8Array, flags: number = 0, length?: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(length ?? message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** What came back on one stream. */
export type Outcome = {
  readonly httpStatus: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: Buffer;
  /** Of the trailers, or of the headers where there is nothing else. */
  readonly status: string | undefined;
  readonly message: string | undefined;
  /** How the stream was closed: an HTTP/2 error code. */
  readonly code: number | undefined;
};

export class Http2Call {
  readonly stream: ClientHttp2Stream;
  readonly #outcome: Promise<Outcome>;

  constructor(session: ClientHttp2Session, headers: OutgoingHttpHeaders = {}) {
    this.stream = session.request({
      ":method": "POST",
      ":path": PROCESS.path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    this.#outcome = outcomeOf(this.stream);
  }

  send(bytes: Uint8Array): this {
    this.stream.write(bytes);
    return this;
  }

  /** Each piece in a DATA frame of its own, as far as a client can make sure of it. */
  async sendApart(pieces: readonly Uint8Array[]): Promise<this> {
    for (const piece of pieces) {
      await new Promise((resolve) => this.stream.write(piece, resolve));
      await wait(0);
    }
    return this;
  }

  end(): this {
    this.stream.end();
    return this;
  }

  /** Once the stream is over. */
  outcome(): Promise<Outcome> {
    return this.#outcome;
  }
}

function outcomeOf(stream: ClientHttp2Stream): Promise<Outcome> {
  let headers: Record<string, unknown> = {};
  let trailers: Record<string, unknown> = {};
  const chunks: Buffer[] = [];
  stream.on("error", () => {});
  stream.on("response", (found) => {
    headers = found;
  });
  stream.on("trailers", (found) => {
    trailers = found;
  });
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    stream.on("close", () => {
      const all = { ...headers, ...trailers };
      resolve({
        httpStatus: headers[":status"] as number | undefined,
        headers,
        data: Buffer.concat(chunks),
        status: all["grpc-status"] as string | undefined,
        message: all["grpc-message"] as string | undefined,
        code: stream.rstCode,
      });
    });
  });
}
