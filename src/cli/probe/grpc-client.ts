import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { err, ok, type Result } from "../../cors/result.ts";
import { MessageReader, prefixed } from "../../server/grpc/grpc-messages.ts";
import type { ListenAddress } from "../../server/listen.ts";

// As much of a gRPC client as a probe needs. A library would take longer to load than a health check may last.

/** Contents of PEM files. */
export type ClientTls = {
  readonly ca: Buffer;
  /** What the server is shown; undefined: nothing. */
  readonly pair: { readonly cert: Buffer; readonly key: Buffer } | undefined;
};

export type GrpcTarget = {
  readonly address: ListenAddress;
  /** Undefined: plaintext. */
  readonly tls: ClientTls | undefined;
};

/** How a call ended. */
export type Reply = {
  /** The number of a gRPC status. */
  readonly status: number;
  /** Its text. */
  readonly text: string;
  readonly messages: readonly Uint8Array[];
};

export type GrpcSession = {
  /** The error says in words why there was no reply. */
  readonly call: (path: string, message: Uint8Array) => Promise<Result<Reply, string>>;
  readonly close: () => void;
};

/** Connects; where that fails, and when the signal aborts, calls fail. */
export function openGrpc(target: GrpcTarget, signal: AbortSignal): GrpcSession {
  const session = connectHttp2("http://localhost", { createConnection: () => dial(target) });
  let lost: string | undefined;
  const lose = (reason: string): void => {
    lost ??= reason;
    session.destroy();
  };
  session.on("error", (error: Error) => lose(error.message));
  signal.addEventListener("abort", () => lose("no answer in time"), { once: true });
  return {
    call: async (path, message) => {
      const reply = await call(session, path, message);
      return reply === undefined ? err(lost ?? "the connection was closed") : reply;
    },
    close: () => session.close(),
  };
}

function dial({ address, tls }: GrpcTarget): Socket {
  const { kind, ...place } = address;
  if (tls === undefined) return connect(place);
  return connectTls({ ...place, ca: tls.ca, ...tls.pair, ALPNProtocols: ["h2"] });
}

/** One message, and that there are no more; undefined where the connection was lost. */
function call(
  session: ClientHttp2Session,
  path: string,
  message: Uint8Array,
): Promise<Result<Reply, string> | undefined> {
  if (session.destroyed) return Promise.resolve(undefined);
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  const reader = new MessageReader();
  const messages: Uint8Array[] = [];
  let found: Readonly<Record<string, unknown>> = {};
  stream.on("error", () => {});
  stream.on("response", (headers) => {
    found = headers;
  });
  stream.on("trailers", (trailers) => {
    found = { ...found, ...trailers };
  });
  stream.on("data", (chunk: Buffer) => {
    reader.push(chunk);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      messages.push(Uint8Array.from(next));
    }
  });
  stream.end(prefixed(message));
  return new Promise((resolve) => {
    stream.on("close", () => resolve(replyOf(found, messages)));
  });
}

/** Undefined: there was no answer at all. */
function replyOf(
  headers: Readonly<Record<string, unknown>>,
  messages: readonly Uint8Array[],
): Result<Reply, string> | undefined {
  const http = headers[":status"];
  if (http === undefined) return undefined;
  const status = headers["grpc-status"];
  if (http !== 200 || status === undefined) return err(`no gRPC: HTTP status ${http}`);
  return ok({ status: Number(status), text: String(headers["grpc-message"] ?? ""), messages });
}
