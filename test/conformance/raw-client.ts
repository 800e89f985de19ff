import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import type { Line } from "./case.ts";

/** A request as it is written on the wire. */
export type RawRequest = {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: readonly Line[];
};

/** A response with lower-case names, all lines in their order. */
export type RawResponse = {
  readonly status: number;
  readonly headers: readonly Line[];
  readonly body: string;
};

/** No answer within this many milliseconds is a failure. */
const PATIENCE = 10_000;

/** Sends one request over a connection of its own, byte for byte as given, and reads the whole answer. */
export function sendHttp1(
  port: number,
  request: RawRequest,
  version: "HTTP/1.0" | "HTTP/1.1",
): Promise<RawResponse> {
  const { method, path, authority, headers } = request;
  const closes = headers.some(([name]) => name.toLowerCase() === "connection");
  const lines: Line[] = [["host", authority], ...headers];
  if (!closes) lines.push(["connection", "close"]);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const finish = (ended: boolean): void => {
      const response = readResponse(received, method, ended);
      if (response === undefined && !ended) return;
      socket.destroy();
      if (response === undefined) reject(new Error(`no answer but ${JSON.stringify(received)}`));
      else resolve(response);
    };
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer in ${PATIENCE} ms`)));
    socket.on("error", reject);
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString("latin1");
      finish(false);
    });
    socket.on("end", () => finish(true));
    socket.write(Buffer.from(`${method} ${path} ${version}\r\n${head}\r\n`, "latin1"));
  });
}

/** The response, or undefined as long as it is not complete. */
function readResponse(text: string, method: string, ended: boolean): RawResponse | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  const headers = lines.map((line): Line => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const rest = text.slice(end + 4);
  const empty = method === "HEAD" || status === 101 || status === 204 || status === 304;
  const body = empty ? "" : readBody(rest, new Map(headers), ended);
  return body === undefined ? undefined : { status, headers, body };
}

function readBody(
  rest: string,
  headers: ReadonlyMap<string, string>,
  ended: boolean,
): string | undefined {
  if (headers.get("transfer-encoding") === "chunked") return readChunks(rest);
  const length = headers.get("content-length");
  if (length === undefined) return ended ? rest : undefined;
  return rest.length < Number(length) ? undefined : rest.slice(0, Number(length));
}

function readChunks(text: string): string | undefined {
  let body = "";
  let at = 0;
  for (;;) {
    const line = text.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    const next = line + 2 + size + 2;
    if (next > text.length) return undefined;
    if (size === 0) return body;
    body += text.slice(line + 2, line + 2 + size);
    at = next;
  }
}

/** One HTTP/2 connection with prior knowledge. */
export class Http2Client {
  readonly #session: ClientHttp2Session;

  constructor(port: number) {
    this.#session = connectHttp2(`http://127.0.0.1:${port}`);
    this.#session.on("error", () => {});
  }

  send({ method, path, authority, headers }: RawRequest): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({
        ":method": method,
        ":path": path,
        ":authority": authority,
        ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      });
      let status = 0;
      let lines: readonly Line[] = [];
      let body = "";
      stream.setTimeout(PATIENCE, () => stream.destroy(new Error(`no answer in ${PATIENCE} ms`)));
      stream.setEncoding("latin1");
      stream.on("error", reject);
      stream.on("response", (answer, _flags, raw) => {
        status = answer[":status"] ?? 0;
        lines = pairs(raw).filter(([name]) => !name.startsWith(":"));
      });
      stream.on("data", (text: string) => {
        body += text;
      });
      stream.on("end", () => resolve({ status, headers: lines, body }));
      stream.end();
    });
  }

  close(): void {
    this.#session.close();
  }
}

/** Names and values in turn to lines. */
function pairs(raw: readonly string[]): Line[] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ""] satisfies Line] : [],
  );
}
