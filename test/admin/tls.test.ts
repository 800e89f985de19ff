import { once } from "node:events";
import { readFileSync } from "node:fs";
import { IncomingMessage } from "node:http";
import { connect as connectPlainly, Socket } from "node:net";
import { join } from "node:path";
import { type ConnectionOptions, connect, TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { guard } from "../../src/admin/guard.ts";
import type { AdminTls } from "../../src/admin/listener.ts";
import { Token } from "../../src/admin/token.ts";
import { startForTest } from "./running-admin.ts";

const SECRET = "0123456789abcdef";
const OPEN = ["/livez", "/readyz", "/metrics"];
const LOCKED = ["/decisions", "/policy"];

const SERVER = pair("first");
const TLS: AdminTls = { ...SERVER, clientCa: undefined };
const MUTUAL: AdminTls = { ...SERVER, clientCa: pem("clients.pem") };

function pem(file: string): Buffer {
  return readFileSync(join(import.meta.dirname, "..", "server", "tls", file));
}

function pair(name: string): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: pem(`${name}.pem`), key: pem(`${name}.key`) };
}

async function serving(tls: AdminTls, token?: Token) {
  const takesCertificates = tls.clientCa !== undefined;
  const access = { hosts: new Set<string>(), token, takesCertificates };
  return startForTest({ tls, access });
}

type Heard = {
  /** 0: no answer. */
  readonly status: number;
  /** Of the server's certificate. */
  readonly fingerprint: string;
  readonly isResumed: boolean;
  readonly session: Buffer | undefined;
};

/** Asks for a path, with what a client may show. */
function ask(
  port: number,
  path: string,
  client: ConnectionOptions = {},
  line = "accept: */*",
): Promise<Heard> {
  const ca = [pem("first.pem"), pem("second.pem")];
  const socket: TLSSocket = connect({ port, host: "127.0.0.1", ca, ...client });
  onTestFinished(() => void socket.destroy());
  let heard: Heard = { status: 0, fingerprint: "", isResumed: false, session: undefined };
  let text = "";
  socket.on("error", () => {});
  socket.on("session", (session) => {
    heard = { ...heard, session };
  });
  socket.on("secureConnect", () => {
    const { fingerprint256 } = socket.getPeerCertificate();
    heard = { ...heard, fingerprint: fingerprint256, isResumed: socket.isSessionReused() };
    const lines = [`GET ${path} HTTP/1.1`, "host: localhost", "connection: close", line];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
  socket.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    socket.on("close", () => resolve({ ...heard, status: Number(text.split(" ")[1] ?? 0) }));
  });
}

async function statuses(port: number, paths: readonly string[], client: ConnectionOptions = {}) {
  const answers = await Promise.all(paths.map((path) => ask(port, path, client)));
  return answers.map(({ status }) => status);
}

describe("with a certificate of its own", () => {
  test("it speaks TLS and nothing else", async () => {
    const { port, origin } = await serving(TLS);
    expect(await statuses(port, [...OPEN, ...LOCKED])).toEqual([200, 200, 200, 200, 200]);
    await expect(fetch(`${origin}/livez`)).rejects.toThrow("fetch failed");
  });

  test("it asks for the token, and a client certificate opens nothing", async () => {
    const { port } = await serving(TLS, new Token(SECRET));
    expect(await statuses(port, LOCKED, pair("envoy"))).toEqual([401, 401]);
    const line = `authorization: Bearer ${SECRET}`;
    expect(await ask(port, "/policy", {}, line)).toMatchObject({ status: 200 });
  });

  test("the Host is looked at all the same", async () => {
    const { port } = await serving(MUTUAL);
    const answer = await ask(port, "/livez", pair("envoy"), "host: evil.example");
    expect(answer).toMatchObject({ status: 400 });
  });
});

describe("with an authority for clients", () => {
  test("a certificate of theirs opens all of it", async () => {
    const { port } = await serving(MUTUAL);
    expect(await statuses(port, [...OPEN, ...LOCKED], pair("envoy"))).toEqual(
      Array.from({ length: 5 }, () => 200),
    );
  });

  test.each<[string, ConnectionOptions]>([
    ["none", {}],
    ["one that nobody knows", pair("impostor")],
  ])("%s opens health and metrics alone", async (_, client) => {
    const { port } = await serving(MUTUAL);
    expect(await statuses(port, OPEN, client)).toEqual([200, 200, 200]);
    expect(await statuses(port, LOCKED, client)).toEqual([403, 403]);
  });

  test("the token does as well, and who has neither is told of it", async () => {
    const { port } = await serving(MUTUAL, new Token(SECRET));
    const line = `authorization: Bearer ${SECRET}`;
    expect(await ask(port, "/policy", {}, line)).toMatchObject({ status: 200 });
    expect(await ask(port, "/policy", pair("impostor"), line)).toMatchObject({ status: 200 });
    expect(await statuses(port, LOCKED, pair("envoy"))).toEqual([200, 200]);
    expect(await statuses(port, LOCKED)).toEqual([401, 401]);
    expect(await ask(port, "/policy", {}, `${line}x`)).toMatchObject({ status: 401 });
  });
});

describe("a session that is resumed", () => {
  const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

  test.each(VERSIONS)("is worth no more than it was without a certificate (%s)", async (max) => {
    const { port } = await serving(MUTUAL);
    const { session } = await ask(port, "/livez", { maxVersion: max });
    const resumed = await ask(port, "/policy", { maxVersion: max, session });
    expect(resumed).toMatchObject({ status: 403, isResumed: true });
  });

  test.each(VERSIONS)("nor with one that nobody knows (%s)", async (max) => {
    const { port } = await serving(MUTUAL);
    const { session } = await ask(port, "/livez", { maxVersion: max, ...pair("impostor") });
    const resumed = await ask(port, "/policy", { maxVersion: max, session });
    expect(resumed).toMatchObject({ status: 403, isResumed: true });
  });

  test.each(VERSIONS)("keeps the certificate that it began with (%s)", async (max) => {
    const { port } = await serving(MUTUAL);
    const { session } = await ask(port, "/policy", { maxVersion: max, ...pair("envoy") });
    const resumed = await ask(port, "/policy", { maxVersion: max, session });
    expect(resumed).toMatchObject({ status: 200, isResumed: true });
  });
});

test("a connection that is said to be authorized, with no certificate to show for it", () => {
  const socket = Object.create(TLSSocket.prototype, {
    authorized: { value: true },
    getPeerX509Certificate: { value: () => undefined },
  });
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { socket, method: "GET", url: "/policy" });
  Object.assign(request.headersDistinct, { host: ["localhost"] });
  const access = { hosts: new Set<string>(), token: undefined, takesCertificates: true };
  expect(guard(request, access)).toMatchObject({ status: 403 });
});

describe("what changes while it listens", () => {
  test("a new pair is shown, and the new authority judges, old sessions too", async () => {
    const { port, renew } = await serving(MUTUAL);
    const before = await ask(port, "/policy", pair("envoy"));
    renew({ ...pair("second"), clientCa: pem("impostor.pem") });
    const after = await ask(port, "/policy", { ...pair("envoy"), session: before.session });
    expect(before).toMatchObject({ status: 200, session: expect.any(Buffer) });
    expect(after).toMatchObject({ status: 403, isResumed: false });
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(await statuses(port, LOCKED, pair("impostor"))).toEqual([200, 200]);
  });

  test("a new token", async () => {
    const { port, admit } = await serving(TLS, new Token(SECRET));
    const next = `${SECRET}x`;
    admit({ hosts: new Set(), token: new Token(next), takesCertificates: false });
    const asked = async (token: string) =>
      (await ask(port, "/policy", {}, `authorization: Bearer ${token}`)).status;
    expect([await asked(SECRET), await asked(next)]).toEqual([401, 200]);
  });
});

describe("a handshake that is not made", () => {
  test("is not waited for longer than for a request", async () => {
    const { port } = await startForTest({ tls: TLS, limits: { head: 100 } });
    const socket = connectPlainly(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    await once(socket, "close");
    expect(socket.bytesRead).toBe(0);
  });

  test("does not outlive the listener", async () => {
    const { port, close } = await startForTest({
      tls: TLS,
      limits: { head: 60_000, request: 60_000 },
    });
    const socket = connectPlainly(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    // The listener has it, once it answers another one.
    expect(await ask(port, "/livez")).toMatchObject({ status: 200 });
    const closed = once(socket, "close");
    close();
    await closed;
  });
});
