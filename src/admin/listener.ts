import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import { err, ok, type Result } from "../cors/result.ts";
import { readBody } from "./body.ts";
import { type Access, type Admitted, guard } from "./guard.ts";
import { type Answer, type Route, text } from "./routes.ts";
import type { Site } from "./site.ts";

export type AdminOptions = {
  /** An IPv6 address stands without brackets. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly access: Access;
  /** Undefined: plaintext. */
  readonly tls: AdminTls | undefined;
  readonly site: Site;
  /** Told of what a function of the site throws. */
  readonly onFault: (error: unknown) => void;
  readonly limits?: Partial<Limits>;
};

/** Contents of PEM files that fit together. */
export type AdminTls = {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Whose client certificates are good; undefined: none are asked for. That does not change while it listens. */
  readonly clientCa: Buffer | undefined;
};

/** In milliseconds, but for the connections. */
export type Limits = {
  /** Open at once; further ones are closed. Whoever asks is an operator, a collector or an orchestrator. */
  readonly connections: number;
  /** From a connection (with TLS, once for its handshake and once after it), or an answer, until the next request's head is there. */
  readonly head: number;
  /** Until its body is there too. */
  readonly request: number;
  /** Without a byte, while an answer is sent or none is asked for. */
  readonly silence: number;
};

const LIMITS: Limits = { connections: 128, head: 5000, request: 10_000, silence: 30_000 };

export type AdminListener = {
  /** As bound: port 0 replaced by the real one. */
  readonly port: number;
  /** Requests are judged by this from now on. */
  readonly admit: (access: Access) => void;
  /** New connections use this from now on; for a listener with TLS alone. */
  readonly renew: (tls: AdminTls) => void;
  /** Ends everything at once. */
  readonly close: () => void;
};

/** Listens for operators. The error is one line. */
export async function startAdmin(options: AdminOptions): Promise<Result<AdminListener, string>> {
  const { host, port, tls } = options;
  let { access } = options;
  const answerAll = answerer(() => access, options);
  const settings = settingsOf({ ...LIMITS, ...options.limits });
  const secured =
    tls === undefined ? undefined : createTlsServer({ ...settings, ...tlsOf(tls) }, answerAll);
  const server = secured ?? createServer(settings, answerAll);
  const sockets = keep(server, { ...LIMITS, ...options.limits });
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return err(`cannot listen on the admin address: ${cause}`);
  }
  // A connection that could not be accepted is lost to its peer alone.
  server.on("error", () => {});
  const bound = server.address();
  return ok({
    port: typeof bound === "object" && bound !== null ? bound.port : port,
    admit: (next) => {
      access = next;
    },
    renew: (next) => secured?.setSecureContext(contextOf(next)),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}

function settingsOf({ head, request }: Limits) {
  return {
    headersTimeout: head,
    requestTimeout: request,
    keepAliveTimeout: head,
    handshakeTimeout: head,
    connectionsCheckingInterval: Math.min(head, 1000),
    // A request without a Host gets the answer of this listener, with its headers.
    requireHostHeader: false,
  };
}

/** Certificates are asked for and none is insisted on: probes and collectors have none. The guard looks at them. */
function tlsOf(tls: AdminTls) {
  return {
    ...contextOf(tls),
    requestCert: tls.clientCa !== undefined,
    rejectUnauthorized: false,
  };
}

function contextOf({ cert, key, clientCa }: AdminTls) {
  return clientCa === undefined ? { cert, key } : { cert, key, ca: clientCa };
}

/** Limits what peers can hold; all sockets that are open, in the midst of a handshake too. */
function keep(server: Server | TlsServer, { silence, connections }: Limits): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.timeout = silence;
  server.maxConnections = connections;
  return sockets;
}

function answerer(access: () => Access, { site, onFault }: AdminOptions): RequestListener {
  const busy = new Set<Route>();
  return (asked, response) => {
    answer(asked, access(), site, busy)
      .catch((error: unknown) => {
        onFault(error);
        return text(500, "internal error");
      })
      .then((given) => send(response, asked, given))
      .catch(onFault);
  };
}

/** `busy`: the routes that answer one request at a time, and are at one. */
async function answer(
  request: IncomingMessage,
  access: Access,
  site: Site,
  busy: Set<Route>,
): Promise<Answer> {
  const admitted = guard(request, access);
  if ("status" in admitted) {
    return { ...text(admitted.status, admitted.text), headers: admitted.headers ?? {} };
  }
  const { route } = admitted;
  if (!route.isCostly) return answerRead(request, admitted, site);
  // Before the body is read: many at once would fill the memory.
  if (busy.has(route)) return text(429, "one at a time: ask again when the other one is answered");
  busy.add(route);
  try {
    return await answerRead(request, admitted, site);
  } finally {
    busy.delete(route);
  }
}

async function answerRead(
  request: IncomingMessage,
  { route, query }: Admitted,
  site: Site,
): Promise<Answer> {
  const { accept = "", "if-none-match": known = "" } = request.headers;
  const body = route.body === undefined ? NOTHING : await readBody(request, route.body.limit);
  if (body === undefined) return text(413, "the body is too long");
  return route.answer(site, { query, body, accept, known });
}

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * What the console's page may do, and nothing else that a browser ever makes of an answer: load and ask from here. No
 * text can become a script, whatever a client wrote into it (W3C Content Security Policy, Trusted Types).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** On every answer. No foreign page may read, embed, load or keep it: there is no CORS header among them, ever. */
const SECURITY: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

function send(response: ServerResponse, request: IncomingMessage, given: Answer): void {
  const { status, type, body, headers } = given;
  response.writeHead(status, {
    ...SECURITY,
    ...headers,
    "content-type": type,
    "content-length": Buffer.byteLength(body),
  });
  response.end(request.method === "HEAD" || status === 304 ? undefined : body);
}
