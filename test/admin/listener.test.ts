import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startAdmin } from "../../src/admin/listener.ts";
import { err, ok } from "../../src/cors/result.ts";
import { SITE, startForTest } from "./running-admin.ts";

const POST = { method: "POST", headers: { "content-type": "application/json" } };

describe("routes", () => {
  test("/livez", async () => {
    const { origin } = await startForTest();
    const answer = await fetch(`${origin}/livez`);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await answer.text()).toBe("alive\n");
  });

  test("/readyz says why not", async () => {
    let reason: string | undefined = "starting";
    const { origin } = await startForTest({ site: { ...SITE, unready: () => reason } });
    const before = await fetch(`${origin}/readyz`);
    expect([before.status, await before.text()]).toEqual([503, "not ready: starting\n"]);
    reason = undefined;
    const after = await fetch(`${origin}/readyz`);
    expect([after.status, await after.text()]).toEqual([200, "ready\n"]);
  });

  test("/metrics is text for Prometheus", async () => {
    const { origin } = await startForTest();
    const answer = await fetch(`${origin}/metrics`);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await answer.text()).toBe("a_metric 1\n");
  });

  test.each([
    ["", null],
    ["?tag=shop", "shop"],
    ["?tag=a%20b&x=y", "a b"],
    ["?tag=", null],
    ["?tags=shop", null],
  ])("/policy%s asks for the tag %j", async (query, tag) => {
    const { origin } = await startForTest();
    const answer = await fetch(`${origin}/policy${query}`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({ tag, limit: null });
  });

  test.each(["/policy?", "/origins?policy=a&"])("%slimit= bounds lists", async (path) => {
    const { origin } = await startForTest();
    for (const limit of [0, 50, 1000]) {
      const answer = await fetch(`${origin}${path}limit=${limit}`);
      expect(await answer.json()).toMatchObject({ limit });
    }
    for (const limit of ["1001", "-1", "x", ""]) {
      const answer = await fetch(`${origin}${path}limit=${limit}`);
      const said = [answer.status, await answer.text()];
      expect(said).toEqual([400, "limit: write a number from 0 to 1000\n"]);
    }
  });

  test.each([
    ["policy=a", { kind: "policy", name: "a", search: "", limit: 50 }],
    ["application=b&search=X%3A", { kind: "application", name: "b", search: "X:", limit: 50 }],
  ])("/origins?%s asks for %j", async (query, asked) => {
    const { origin } = await startForTest();
    expect(await (await fetch(`${origin}/origins?${query}`)).json()).toEqual(asked);
  });

  test.each([
    ["", 400, "name one `policy` or one `application`\n"],
    ["?policy=a&application=b", 400, "name one `policy` or one `application`\n"],
    ["?policy=none", 404, "there is no such policy\n"],
    ["?application=none", 404, "there is no such application\n"],
  ])("/origins%s is %d", async (query, status, text) => {
    const { origin } = await startForTest();
    const answer = await fetch(`${origin}/origins${query}`);
    expect([answer.status, await answer.text()]).toEqual([status, text]);
  });

  test.each([
    ["/decisions", { decisions: [] }],
    ["/refusals", { refusals: [] }],
  ])("%s is JSON", async (path, expected) => {
    const { origin } = await startForTest();
    const answer = await fetch(origin + path);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual(expected);
  });

  test("/diff takes a document as it is", async () => {
    const { origin } = await startForTest();
    const headers = { "content-type": "application/yaml" };
    const answer = await fetch(`${origin}/diff`, { method: "POST", headers, body: "policies: é" });
    expect(await answer.json()).toEqual({ length: 12 });
  });

  test("/diff answers one request at a time", async () => {
    const asked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<object>();
    const diff = () => {
      asked.resolve();
      return release.promise;
    };
    const { origin } = await startForTest({ site: { ...SITE, diff } });
    const headers = { "content-type": "application/yaml" };
    const post = () => fetch(`${origin}/diff`, { method: "POST", headers, body: "" });
    const first = post();
    await asked.promise;
    const second = await post();
    const words = "one at a time: ask again when the other one is answered\n";
    expect([second.status, await second.text()]).toEqual([429, words]);
    release.resolve({});
    expect((await first).status).toBe(200);
    expect((await post()).status).toBe(200);
  });

  test("/explain explains what JSON describes", async () => {
    const { origin } = await startForTest();
    const answer = await fetch(`${origin}/explain`, { ...POST, body: '{"method":"GÉT"}' });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({ described: { method: "GÉT" } });
  });

  test.each(["", "{", "undefined", "{}x"])("%j is no JSON", async (body) => {
    const { origin } = await startForTest();
    const answer = await fetch(`${origin}/explain`, { ...POST, body });
    expect([answer.status, await answer.text()]).toEqual([400, "the body is no JSON\n"]);
  });

  test("what cannot be explained is said", async () => {
    const site = { ...SITE, explain: async () => err("method: write a text") };
    const { origin } = await startForTest({ site });
    const answer = await fetch(`${origin}/explain`, { ...POST, body: "{}" });
    expect([answer.status, await answer.text()]).toEqual([400, "method: write a text\n"]);
  });

  test("/ lists them", async () => {
    const { origin } = await startForTest();
    const text = await (await fetch(origin)).text();
    for (const route of ["/livez", "/readyz", "/metrics", "/policy", "/explain"]) {
      expect(text).toContain(route);
    }
  });
});

test("what is thrown inside is caught, told, and nothing of it is shown", async () => {
  const secret = new Error("secret");
  const site = {
    ...SITE,
    metrics: () => Promise.reject(secret),
    explain: () => {
      throw secret;
    },
  };
  const { origin, faults } = await startForTest({ site });
  const answers = [
    await fetch(`${origin}/metrics`),
    await fetch(`${origin}/explain`, { ...POST, body: "{}" }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([500, 500]);
  for (const answer of answers) expect(await answer.text()).toBe("internal error\n");
  expect(faults).toEqual([secret, secret]);
  expect((await fetch(`${origin}/livez`)).status).toBe(200);
});

test("requests of one connection are answered one after the other, refused ones too", async () => {
  const { port } = await startForTest();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ports = new Set<number | undefined>();
  for (const path of ["/livez", "/none", "/policy"]) {
    const request = get({ port, path, agent, host: "127.0.0.1" });
    const [response] = await once(request, "response");
    ports.add(response.socket.localPort);
    await once(response.resume(), "end");
  }
  expect(ports.size).toBe(1);
});

describe("limits", () => {
  async function opened(port: number, text = ""): Promise<{ socket: Socket; got: () => string }> {
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let got = "";
    socket.setEncoding("utf8").on("data", (piece: string) => {
      got += piece;
    });
    socket.on("error", () => {});
    await once(socket, "connect");
    if (text !== "") socket.write(text);
    return { socket, got: () => got };
  }

  const HEAD = "POST /explain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  /** Longer than a test may last, so that only the limit in question can close a connection. */
  const PATIENT = { head: 60_000, request: 60_000, silence: 60_000 };

  test.each([
    ["that sends nothing", "", { head: 50 }],
    ["whose head does not end", "GET /livez HTTP/1.1\r\nHost: lo", { head: 50 }],
    ["whose body does not end", `${HEAD}Content-Length: 10\r\n\r\n{`, { head: 50, request: 60 }],
    ["that is silent", "", { silence: 50 }],
  ])("a connection %s is closed", async (_, text, short) => {
    const { port, origin, faults } = await startForTest({ limits: { ...PATIENT, ...short } });
    const { socket } = await opened(port, text);
    await once(socket, "close");
    expect(faults).toEqual([]);
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
  });

  test("who is answered is told how long the next request may take", async () => {
    const { origin } = await startForTest({ limits: { ...PATIENT, head: 7000 } });
    const { headers } = await fetch(`${origin}/livez`);
    expect(headers.get("keep-alive")).toBe("timeout=7");
  });

  test("a body that is announced to be too long is not waited for", async () => {
    const { port } = await startForTest({ limits: PATIENT });
    const { socket, got } = await opened(port, `${HEAD}Content-Length: 100000\r\n\r\n`);
    await once(socket, "data");
    expect(got()).toContain("HTTP/1.1 413");
  });

  test("a head beyond 16 KiB is refused", async () => {
    const { port } = await startForTest();
    const long = `GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(17_000)}\r\n\r\n`;
    const { socket, got } = await opened(port, long);
    await once(socket, "close");
    expect(got()).toContain("HTTP/1.1 431");
  });

  test("connections beyond the limit are closed, and those below it served", async () => {
    const { port, origin } = await startForTest({ limits: { connections: 2 } });
    const first = await opened(port);
    const second = await opened(port);
    const third = await opened(port);
    await once(third.socket, "close");
    first.socket.write("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    await once(first.socket, "close");
    expect(first.got()).toContain("HTTP/1.1 200");
    second.socket.destroy();
    const status = () =>
      fetch(`${origin}/livez`).then(
        (answer) => answer.status,
        () => undefined,
      );
    await expect.poll(status).toBe(200);
  });

  test("an upload that is broken off is no fault", async () => {
    let asked = 0;
    const explain = async () => {
      asked += 1;
      return ok({});
    };
    const { port, origin, faults } = await startForTest({ site: { ...SITE, explain } });
    const { socket } = await opened(port, `${HEAD}Content-Length: 10\r\n\r\n{`);
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
    socket.destroy();
    await once(socket, "close");
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
    expect([asked, faults]).toEqual([0, []]);
  });
});

describe("start and stop", () => {
  test("a port in use is one line", async () => {
    const { port } = await startForTest();
    const access = { hosts: new Set<string>(), token: undefined, takesCertificates: false };
    const bound = { host: "127.0.0.1", port, access, tls: undefined };
    const options = { ...bound, site: SITE, onFault: () => {} };
    const error: unknown = expect.stringMatching(
      /^cannot listen on the admin address: listen EADDRINUSE: [^\n]+$/,
    );
    expect(await startAdmin(options)).toEqual({ ok: false, error });
  });

  test("closing ends open connections", async () => {
    const { port, close, origin } = await startForTest();
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
    const closed = once(socket, "close");
    close();
    await closed;
    await expect(fetch(`${origin}/livez`)).rejects.toThrow("fetch failed");
  });
});
