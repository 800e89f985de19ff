import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { governedBy, group, policy } from "../../cors/sample.ts";
import { startForTest } from "../running.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0";
const SNAPSHOT = governedBy(group([policy()]));

const ENVOY = "URI:spiffe://cluster.local/ns/envoy/sa/envoy";
const CERTIFICATES = { ...pair("first"), clientCa: pem("clients.pem") };

function pem(file: string): Buffer {
  return readFileSync(join(import.meta.dirname, "..", "tls", file));
}

function pair(name: string): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: pem(`${name}.pem`), key: pem(`${name}.key`) };
}

async function serving(clientNames: readonly string[]) {
  const { service, recorder, target } = await startForTest(() => SNAPSHOT, {
    certificates: CERTIFICATES,
    clientNames: new Set(clientNames),
  });
  return { service, recorder, port: Number(target.split(":")[1]) };
}

type Asked = { readonly session?: Buffer | undefined; readonly maxVersion?: "TLSv1.2" | "TLSv1.3" };

type Outcome = {
  readonly taken: boolean;
  readonly isResumed: boolean;
  /** What it could go on with later. */
  readonly session: Buffer | undefined;
};

/** Whether a client hears a byte of HTTP/2. */
function shown(port: number, name: string, asked: Asked = {}): Promise<Outcome> {
  const { session, maxVersion = "TLSv1.3" } = asked;
  const socket: TLSSocket = connect({
    port,
    host: "127.0.0.1",
    ca: [pem("first.pem"), pem("second.pem")],
    ALPNProtocols: ["h2"],
    maxVersion,
    ...(session === undefined ? {} : { session }),
    ...pair(name),
  });
  onTestFinished(() => void socket.destroy());
  let outcome: Outcome = { taken: false, isResumed: false, session: undefined };
  const learn = (more: Partial<Outcome>): void => {
    outcome = { ...outcome, ...more };
    // Who is taken gets a session before or after the first bytes, unless it has one.
    if (outcome.taken && (session ?? outcome.session) !== undefined) socket.destroy();
  };
  socket.on("error", () => {});
  socket.on("secureConnect", () => {
    learn({ isResumed: socket.isSessionReused() });
    socket.write(PREFACE);
  });
  socket.on("session", (found) => learn({ session: found }));
  socket.on("data", () => learn({ taken: true }));
  return new Promise((resolve) => socket.on("close", () => resolve(outcome)));
}

test("all that the authorities signed are taken where none is named", async () => {
  const { port, recorder } = await serving([]);
  for (const name of ["envoy", "stranger", "nameless"]) {
    expect(await shown(port, name)).toMatchObject({ taken: true });
  }
  expect(await shown(port, "impostor")).toMatchObject({ taken: false });
  expect(recorder.refusedClients).toBe(0);
});

describe("where clients are named", () => {
  test.each([ENVOY, "DNS:envoy.example"])("who has the name %s is taken", async (name) => {
    const { port, recorder } = await serving(["DNS:other.example", name]);
    expect(await shown(port, "envoy")).toMatchObject({ taken: true });
    expect(recorder.refusedClients).toBe(0);
  });

  test.each(["stranger", "nameless"])("%s hears not a byte, and is counted", async (name) => {
    const { port, recorder } = await serving([ENVOY, "DNS:envoy.example"]);
    expect(await shown(port, name)).toMatchObject({ taken: false });
    expect(await shown(port, name)).toMatchObject({ taken: false });
    expect(recorder.refusedClients).toBe(2);
  });

  test("the name alone does not do: who signed it counts first", async () => {
    const { port, recorder } = await serving([ENVOY]);
    expect(await shown(port, "impostor")).toMatchObject({ taken: false });
    expect(recorder.refusedClients).toBe(0);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "a session goes on with the certificate that it began with (%s)",
    async (maxVersion) => {
      const { port } = await serving([ENVOY]);
      const { session } = await shown(port, "envoy", { maxVersion });
      expect(session).toBeInstanceOf(Buffer);
      const resumed = await shown(port, "nameless", { session, maxVersion });
      expect(resumed).toMatchObject({ taken: true, isResumed: true });
    },
  );
});

describe("renewed certificates", () => {
  test("are those that new clients are judged by, with the same names", async () => {
    const { port, service, recorder } = await serving([ENVOY]);
    service.renew({ ...pair("second"), clientCa: CERTIFICATES.clientCa });
    expect(await shown(port, "envoy")).toMatchObject({ taken: true });
    expect(await shown(port, "stranger")).toMatchObject({ taken: false });
    expect(recorder.refusedClients).toBe(1);
  });

  test("end what other authorities vouched for, sessions included", async () => {
    const { port, service } = await serving([ENVOY]);
    const { session } = await shown(port, "envoy");
    expect(session).toBeInstanceOf(Buffer);
    service.renew({ ...pair("first"), clientCa: pem("impostor.pem") });
    expect(await shown(port, "envoy", { session })).toMatchObject({ taken: false });
    expect(await shown(port, "impostor")).toMatchObject({ taken: true });
  });
});
