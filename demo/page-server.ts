import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../envoy/message-of.ts";
import { explain, parseQuestion } from "./why.ts";

/** Longest question taken, in bytes. */
const questionLimit = 20_000;

export const appHost = "app.demo.localhost";
export const evilHost = "evil.demo.localhost";
export const apiHost = "api.demo.localhost";

export type PageSettings = {
  /** Of the API behind Envoy, as the browser writes it. */
  readonly api: string;
  /** Of the sample service itself, to ask it what it saw. */
  readonly service: string;
  /** The policy file that corsd watches. */
  readonly policy: string;
};

const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/sandbox.html": ["sandbox.html", "text/html; charset=utf-8"],
  "/style.css": ["style.css", "text/css; charset=utf-8"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
  "/app.js": ["app.js", "text/javascript; charset=utf-8"],
  "/attempt.js": ["attempt.js", "text/javascript; charset=utf-8"],
  "/card.js": ["card.js", "text/javascript; charset=utf-8"],
  "/scenarios.js": ["scenarios.js", "text/javascript; charset=utf-8"],
  "/sandbox.js": ["sandbox.js", "text/javascript; charset=utf-8"],
};

/**
 * The sample web page. It is served to two hosts, which makes two origins: one that the policy lists and one that it
 * does not.
 */
export function createPageServer(settings: PageSettings): Server {
  return createServer((request, response) => {
    serve(settings, request, response).catch((error: unknown) => {
      send(response, 500, "text/plain", messageOf(error));
    });
  });
}

async function serve(
  settings: PageSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://page");
  const host = request.headers.host?.replace(/:\d+$/, "") ?? "";
  // A page elsewhere could let its own name resolve to loopback, and then read what stands here.
  if (![appHost, evilHost, "localhost", "127.0.0.1"].includes(host)) {
    send(response, 421, "text/plain", "this server does not answer for that host");
    return;
  }
  protect(settings, response);
  const file = files[url.pathname];
  if (file !== undefined) {
    const [name, type] = file;
    send(response, 200, type, await readFile(join(import.meta.dirname, "page", name)));
  } else if (url.pathname === "/config.json") {
    send(response, 200, "application/json", JSON.stringify(configFor(settings, request)));
  } else if (url.pathname === "/policy") {
    send(response, 200, "text/plain; charset=utf-8", await readFile(settings.policy));
  } else if (url.pathname === "/seen") {
    const seen = await fetch(`${settings.service}/seen${url.search}`);
    send(response, 200, "application/json", await seen.text());
  } else if (url.pathname === "/why" && request.method === "POST") {
    await serveWhy(settings, request, response);
  } else {
    send(response, 404, "text/plain", "there is nothing here");
  }
}

/** The page may talk to its own server and to the API; nobody else may frame it. */
function protect(settings: PageSettings, response: ServerResponse): void {
  const socket = settings.api.replace(/^http/, "ws");
  response.setHeader(
    "content-security-policy",
    `default-src 'self'; connect-src 'self' ${settings.api} ${socket}; frame-ancestors 'self'`,
  );
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("cache-control", "no-store");
}

function configFor(settings: PageSettings, request: IncomingMessage): object {
  const port = request.headers.host?.match(/:\d+$/)?.[0] ?? "";
  return {
    api: settings.api,
    app: `http://${appHost}${port}`,
    evil: `http://${evilHost}${port}`,
    policy: settings.policy,
  };
}

async function serveWhy(
  settings: PageSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await readText(request);
  const question = text === undefined ? undefined : parseQuestion(text);
  if (question === undefined) {
    send(response, 400, "text/plain", "not a question");
    return;
  }
  try {
    send(response, 200, "application/json", await explain(settings.policy, question));
  } catch (error) {
    send(response, 422, "text/plain", messageOf(error));
  }
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > questionLimit) return undefined;
  }
  return text;
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8081" },
      host: { type: "string", default: "127.0.0.1" },
      api: { type: "string", default: `http://${apiHost}:8080` },
      service: { type: "string", default: "http://127.0.0.1:9000" },
      policy: { type: "string", default: "envoy/policies.yaml" },
    },
  });
  const server = createPageServer(values).listen(Number(values.port), values.host);
  process.once("SIGTERM", () => {
    server.close();
    server.closeAllConnections();
  });
}
