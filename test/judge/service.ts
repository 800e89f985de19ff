import { once } from "node:events";
import { createServer, type Server } from "node:http";
import {
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo, Server as TcpServer } from "node:net";
import { WebSocketServer } from "ws";
import { bodyOf, readPath, readReply } from "./address.ts";
import { reachedLine } from "./gateway.ts";

export type Service = {
  /** HTTP/2 without TLS: its parser takes any method, as Envoy does where it is told to. */
  readonly port: number;
  /** HTTP/1.1, for WebSockets. */
  readonly socketPort: number;
  /** What came in, by scenario. */
  readonly reachedBy: (scenario: number) => readonly string[];
  readonly stop: () => void;
};

/** Answers what each URL says. Whoever starts it stops it. */
export async function startService(): Promise<Service> {
  const reached = new Map<number, string[]>();
  const note = (path: string, line: string): void => {
    const { scenario = -1 } = readPath(path) ?? {};
    reached.set(scenario, [...(reached.get(scenario) ?? []), line]);
  };
  const service = startAnswering(note);
  const sockets = startSockets(note);
  return {
    port: await portOf(service.server),
    socketPort: await portOf(sockets.server),
    reachedBy: (scenario) => [...(reached.get(scenario) ?? [])].sort(),
    stop: () => {
      service.stop();
      sockets.stop();
    },
  };
}

/** The port, once it listens on a free one of loopback. */
async function portOf(server: TcpServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

type Note = (path: string, line: string) => void;
type Started<T> = { readonly server: T; readonly stop: () => void };

function startAnswering(note: Note): Started<Http2Server> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp2Server();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    const url = new URL(headers[":path"] ?? "/", "http://service");
    const cookie = (headers.cookie ?? "").includes("visit=1");
    const authorization = headers.authorization !== undefined;
    const { pathname, search } = url;
    note(pathname, reachedLine(headers[":method"] ?? "", pathname, cookie, authorization));
    const isScenario = readPath(pathname) !== undefined;
    const reply = isScenario ? readReply(search) : PAGE;
    const body = isScenario ? bodyOf(reply) : "<!doctype html><title>own</title>";
    // A browser that is not allowed to read an answer may hang up on it.
    stream.on("error", () => undefined);
    stream.respond(
      {
        ":status": reply.status,
        ...Object.fromEntries(reply.headers),
        ...(body === "" ? {} : { "content-length": body.length }),
      },
      { sendDate: false } as object,
    );
    stream.end(headers[":method"] === "HEAD" ? undefined : body);
  });
  const stop = (): void => {
    for (const session of sessions) session.destroy();
    server.close();
  };
  return { server, stop };
}

const PAGE = { status: 200, headers: [["content-type", "text/html"]] } as const;

function startSockets(note: Note): Started<Server> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (_, { url = "/", headers, method = "" }) => {
    const { pathname } = new URL(url, "http://service");
    const cookie = (headers.cookie ?? "").includes("visit=1");
    note(pathname, reachedLine(method, pathname, cookie, headers.authorization !== undefined));
  });
  const stop = (): void => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
    server.closeAllConnections();
    server.close();
  };
  return { server, stop };
}
