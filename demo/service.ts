import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import { Orders } from "./orders.ts";
import { Sightings } from "./sightings.ts";

/** Longest request body taken, in bytes; an order is a line. */
const bodyLimit = 10_000;

/** Between two events of the stream, in milliseconds. */
const tickEvery = 400;

type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly orders: Orders;
};

type Handler = (call: Call) => void | Promise<void>;

/**
 * The sample API behind Envoy. It knows nothing of CORS, but for `/public`, which sends a `*` of its own as careless
 * services do.
 */
export function createService(): Server {
  const orders = new Orders();
  const sightings = new Sightings();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://service");
    if (url.pathname === "/seen") {
      sendJson(response, 200, sightings.of(url.searchParams.get("try")));
      return;
    }
    sightings.note(url.searchParams.get("try"), request.method ?? "");
    const handle = handlers[`/${url.pathname.split("/")[1]}`] ?? notFound;
    Promise.resolve(handle({ request, response, url, orders })).catch(() => {
      response.statusCode = 500;
      response.end();
    });
  });
  const sockets = new WebSocketServer({ server, path: "/socket", maxPayload: bodyLimit });
  sockets.on("connection", (socket, request) => {
    const url = new URL(request.url ?? "/", "http://service");
    sightings.note(url.searchParams.get("try"), "WebSocket");
    socket.on("message", (data) => socket.send(`the service heard: ${String(data)}`));
  });
  return server;
}

const handlers: Readonly<Record<string, Handler>> = {
  "/orders": serveOrders,
  "/public": ({ response }) => {
    response.setHeader("access-control-allow-origin", "*");
    sendJson(response, 200, { note: "sent with the service's own Access-Control-Allow-Origin: *" });
  },
  "/broken": ({ response }) => sendJson(response, 503, { error: "the database is asleep" }),
  "/session": serveSession,
  "/events": serveEvents,
  "/reports": ({ response }) => sendJson(response, 200, { month: "May", orders: 2 }),
};

async function serveOrders(call: Call): Promise<void> {
  const { request, response, url, orders } = call;
  const id = Number(url.pathname.split("/")[2]);
  response.setHeader("vary", "accept-encoding");
  // Exposed by the demo's policy, and not exposed by it.
  response.setHeader("x-total-count", String(orders.all().length));
  response.setHeader("x-request-cost", "3");
  switch (request.method) {
    case "GET":
    case "HEAD":
      if (Number.isNaN(id)) sendJson(response, 200, orders.all());
      else sendFound(response, orders.get(id));
      return;
    case "POST":
      sendJson(response, 201, orders.add(await readText(request)));
      return;
    case "PUT":
      sendFound(response, orders.change(id, await readText(request)));
      return;
    case "DELETE":
      response.statusCode = orders.remove(id) ? 204 : 404;
      response.end();
      return;
    default:
      // OPTIONS among them: a service that was never made for browsers.
      response.setHeader("allow", "GET, HEAD, POST, PUT, DELETE");
      sendJson(response, 405, { error: "method not allowed" });
  }
}

function serveSession({ request, response }: Call): void {
  const visits = Number(/(?:^|; )visits=(\d+)/.exec(request.headers.cookie ?? "")?.[1] ?? 0) + 1;
  response.setHeader("set-cookie", `visits=${visits}; Path=/; HttpOnly; SameSite=Lax`);
  sendJson(response, 200, { visits });
}

function serveEvents({ response }: Call): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    response.write(`data: tick ${count}\n\n`);
  }, tickEvery);
  response.once("close", () => clearInterval(timer));
}

function notFound({ response }: Call): void {
  sendJson(response, 404, { error: "there is nothing here" });
}

function sendFound(response: ServerResponse, found: object | undefined): void {
  if (found === undefined) sendJson(response, 404, { error: "no such order" });
  else sendJson(response, 200, found);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(value)}\n`);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > bodyLimit) throw new Error("the body is too long");
  }
  return text;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "9000" },
      host: { type: "string", default: "127.0.0.1" },
    },
  });
  const service = createService().listen(Number(values.port), values.host);
  process.once("SIGTERM", () => {
    service.close();
    service.closeAllConnections();
  });
}
