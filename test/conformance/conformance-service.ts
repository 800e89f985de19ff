import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeader,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { ConformanceCase } from "./case.ts";
import { bodyOf, lengthOf } from "./envoy-model.ts";

/** The request header that says which case a request is of. */
export const CASE_HEADER = "x-conformance-case";

/** The service behind Envoy: answers each case as the case says, and counts. */
export type ConformanceService = {
  readonly port: number;
  /** How often the case's request arrived. */
  readonly hits: (given: ConformanceCase) => number;
  readonly stop: () => void;
};

/** The cases are told apart by their places in the list. */
export async function startConformanceService(
  cases: readonly ConformanceCase[],
): Promise<ConformanceService> {
  const hits = new Map<ConformanceCase, number>();
  const take = (request: IncomingMessage): ConformanceCase => {
    const found = cases[Number(request.headers[CASE_HEADER])];
    if (found === undefined) throw new Error(`no case: ${request.method} ${request.url}`);
    hits.set(found, (hits.get(found) ?? 0) + 1);
    return found;
  };
  const server = createServer((request, response) => {
    const found = take(request);
    response.sendDate = false;
    response.removeHeader("connection");
    response.writeHead(found.response.status, rawHeaders(found));
    response.end(bodyOf(found), "latin1");
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    const found = take(request);
    const { status } = found.response;
    const lines = headerLines(found).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`;
    // Envoy ends the connection: an end from here could overtake the answer.
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.write(head + bodyOf(found), "latin1");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    hits: (given) => hits.get(given) ?? 0,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function headerLines({ response }: ConformanceCase): readonly (readonly [string, string])[] {
  const bytes = lengthOf(response);
  const length = bytes === undefined ? [] : [["content-length", String(bytes)] as const];
  return [...response.headers, ...length];
}

/** Names and values in turn: `node:http` then writes every line as it stands. */
function rawHeaders(given: ConformanceCase): OutgoingHttpHeader[] {
  return headerLines(given).flat();
}
