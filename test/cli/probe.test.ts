import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { SITE, startForTest as startAdmin } from "../admin/running-admin.ts";
import { governedBy, group, policy } from "../cors/sample.ts";
import { startForTest } from "../server/running.ts";
import { runCorsd } from "./run-corsd.ts";

const TLS = join(import.meta.dirname, "..", "server", "tls");
const pem = (name: string): string => join(TLS, name);
const FIRST = { cert: readFileSync(pem("first.pem")), key: readFileSync(pem("first.key")) };

const WEB = governedBy(group([policy()]));
const REFUSED = "health: SERVING\npreflight: answered with 403 (corsd_origin-not-allowed)\n";

async function serving(
  snapshot: Snapshot | (() => Snapshot) = WEB,
  over: Parameters<typeof startForTest>[1] = {},
) {
  const current = typeof snapshot === "function" ? snapshot : () => snapshot;
  const running = await startForTest(current, over);
  running.health.set(true);
  return running;
}

/** A server that listens on a free loopback port until the test ends. */
async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function silent(): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
  });
  return listening(server);
}

describe("a server that answers", () => {
  test("by TCP", async () => {
    const { target, recorder } = await serving();
    expect(await runCorsd(["probe", target])).toEqual({ code: 0, out: REFUSED, err: "" });
    const [origin] = recorder.seen.map((seen) => typeof seen === "object" && seen.origin);
    expect(origin).toBe("https://corsd-probe.invalid");
    expect(await recorder.ended(1)).toEqual(["answered"]);
  });

  test("by a socket file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corsd-probe-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "s");
    await serving(WEB, { listen: [{ kind: "unix", path }] });
    expect(await runCorsd(["probe", `unix:${path}`])).toEqual({ code: 0, out: REFUSED, err: "" });
  });

  test.each([
    ["passes everything on", governedBy(group([]))],
    [
      "has the service answer",
      governedBy(
        group([policy({ preflight: "continue", access: { kind: "anyone", answer: "star" } })]),
      ),
    ],
  ])("and %s", async (_, snapshot) => {
    const { target } = await serving(snapshot);
    const { code, out } = await runCorsd(["probe", target]);
    expect({ code, out }).toEqual({
      code: 0,
      out: "health: SERVING\npreflight: passed on to the service\n",
    });
  });

  test("and grants it", async () => {
    const { target } = await serving(
      governedBy(group([policy({ access: { kind: "anyone", answer: "star" } })])),
    );
    const { out } = await runCorsd(["probe", target]);
    expect(out).toBe("health: SERVING\npreflight: answered with 200 (corsd_preflight)\n");
  });

  test("and needs everything that Envoy can send", async () => {
    const { target } = await serving({ ...WEB, needs: { route: true, httpVersion: true } });
    expect(await runCorsd(["probe", target])).toMatchObject({ code: 0, out: REFUSED });
  });

  test("for a service by name", async () => {
    const { target } = await serving();
    const name = "envoy.service.ext_proc.v3.ExternalProcessor";
    expect(await runCorsd(["probe", target, "--service", name])).toMatchObject({ code: 0 });
    expect(await runCorsd(["probe", target, "--service", "other"])).toEqual({
      code: 1,
      out: "",
      err: "error: health: gRPC status 5 unknown service\n",
    });
  });
});

describe("TLS", () => {
  const CA = ["--tls-ca", pem("first.pem")];
  const PAIR = ["--tls-cert", pem("first.pem"), "--tls-key", pem("first.key")];

  test("with the server's authority", async () => {
    const { target } = await serving(WEB, { certificates: { ...FIRST, clientCa: undefined } });
    expect(await runCorsd(["probe", target, ...CA])).toEqual({ code: 0, out: REFUSED, err: "" });
  });

  test.each([
    ["another authority", ["--tls-ca", pem("second.pem")], /^error: health: .*certificate/],
    ["none", [], /^error: health: /],
    ["a file that is not there", ["--tls-ca", "/none"], /^error: ENOENT/],
  ])("with %s it fails", async (_, flags, message) => {
    const { target } = await serving(WEB, { certificates: { ...FIRST, clientCa: undefined } });
    const { code, out, err } = await runCorsd(["probe", target, ...flags]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(message);
  });

  test("with a client certificate where one is asked for, and not without", async () => {
    const certificates = { ...FIRST, clientCa: FIRST.cert };
    const { target } = await serving(WEB, { certificates });
    expect(await runCorsd(["probe", target, ...CA, ...PAIR])).toMatchObject({ code: 0 });
    const without = await runCorsd(["probe", target, ...CA]);
    expect(without).toMatchObject({ code: 1, out: "" });
    expect(without.err).toMatch(/^error: health: /);
  });
});

describe("a server that does not", () => {
  test("since it does not serve", async () => {
    const { target, health } = await serving();
    health.set(false);
    const failed = { code: 1, out: "", err: "error: health: NOT_SERVING\n" };
    expect(await runCorsd(["probe", target])).toEqual(failed);
  });

  test("since exchanges fail: health alone does not do", async () => {
    const { target } = await serving(() => {
      throw new Error("broken");
    });
    expect(await runCorsd(["probe", target])).toEqual({
      code: 1,
      out: "health: SERVING\n",
      err: "error: preflight: gRPC status 13 internal error\n",
    });
  });

  test("since nobody listens", async () => {
    const server = createServer();
    const address = await listening(server);
    server.close();
    await once(server, "close");
    const { code, err } = await runCorsd(["probe", address]);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: health: .*ECONNREFUSED/);
    expect((await runCorsd(["probe", "unix:/none/s"])).err).toMatch(/^error: health: .*ENOENT/);
  });

  test("since it says nothing", async () => {
    const args = ["probe", await silent(), "--timeout", "100ms"];
    const failed = { code: 1, out: "", err: "error: health: no answer in time\n" };
    expect(await runCorsd(args)).toEqual(failed);
  });

  test("since it speaks something else", async () => {
    const address = await listening(createHttp((_, response) => response.end("hello")));
    const { code, err } = await runCorsd(["probe", address]);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: health: /);
  });
});

describe("--admin", () => {
  async function probed(unready: string | undefined) {
    const { port } = await startAdmin({ site: { ...SITE, unready: () => unready } });
    return runCorsd(["probe", "--admin", `127.0.0.1:${port}`]);
  }

  test("a server that is ready", async () => {
    expect(await probed(undefined)).toEqual({ code: 0, out: "readiness: ready\n", err: "" });
  });

  test("one that is not", async () => {
    const err = "error: readiness: HTTP status 503: not ready: draining\n";
    expect(await probed("draining")).toEqual({ code: 1, out: "", err });
  });

  describe("with TLS", () => {
    const CA = ["--tls-ca", pem("first.pem")];
    const clients = { ...FIRST, clientCa: readFileSync(pem("clients.pem")) };

    async function asked(flags: readonly string[], secured = true) {
      const { port } = await startAdmin({ tls: secured ? clients : undefined });
      return runCorsd(["probe", "--admin", `127.0.0.1:${port}`, ...flags]);
    }

    test("of a known authority, with a client certificate and without", async () => {
      const ready = { code: 0, out: "readiness: ready\n", err: "" };
      const pair = ["--tls-cert", pem("envoy.pem"), "--tls-key", pem("envoy.key")];
      expect(await asked(CA)).toEqual(ready);
      expect(await asked([...CA, ...pair])).toEqual(ready);
    });

    test.each<[string, readonly string[], boolean, RegExp]>([
      ["of another authority", ["--tls-ca", pem("second.pem")], true, /certificate/],
      ["that is not expected", [], true, /./],
      ["that is not there", CA, false, /./],
      ["and a file that is not there", ["--tls-ca", "/none"], true, /ENOENT/],
    ])("%s it fails", async (_, flags, secured, message) => {
      const { code, out, err } = await asked(flags, secured);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(message);
    });
  });

  test("one that says nothing", async () => {
    const args = ["probe", "--admin", await silent(), "--timeout", "100ms"];
    const failed = { code: 1, out: "", err: "error: readiness: no answer in time\n" };
    expect(await runCorsd(args)).toEqual(failed);
  });

  test.each([
    ["and does not end it", false, "no answer in time"],
    ["and hangs up", true, "the answer was cut off"],
  ])("one that begins an answer %s", async (_, hangsUp, why) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nready");
      if (hangsUp) socket.end();
      onTestFinished(() => void socket.destroy());
    });
    const args = ["probe", "--admin", await listening(server), "--timeout", "300ms"];
    expect(await runCorsd(args)).toEqual({ code: 1, out: "", err: `error: readiness: ${why}\n` });
  });

  test("nobody", async () => {
    const server = createServer();
    const address = await listening(server);
    server.close();
    await once(server, "close");
    const { code, err } = await runCorsd(["probe", "--admin", address]);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: readiness: .*ECONNREFUSED/);
  });
});

test.each([
  [["nowhere"], "error: `nowhere` is no address"],
  [["127.0.0.1:1", "--timeout", "soon"], "error: --timeout: `soon` is no duration"],
  [["127.0.0.1:1", "--timeout", "0"], "error: --timeout: in no time nobody answers"],
  [["unix:/s", "--admin"], "error: --admin takes `HOST:PORT`"],
  [["127.0.0.1:1", "--tls-cert", "c", "--tls-ca", "a"], "error: --tls-cert and --tls-key"],
  [["127.0.0.1:1", "--tls-key", "k"], "error: --tls-cert and --tls-key"],
  [["127.0.0.1:1", "--tls-cert", "c", "--tls-key", "k"], "error: --tls-cert and --tls-key"],
  [[], "missing required argument 'address'"],
])("%j is wrong usage", async (args, says) => {
  const { code, out, err } = await runCorsd(["probe", ...args]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(says);
});
