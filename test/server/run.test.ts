import { execFileSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { run } from "../../src/server/run.ts";
import { type Flags, readSettings } from "../../src/server/settings.ts";
import { WorkerJudge } from "../../src/source/worker-judge.ts";
import { rawRequest } from "../admin/raw-request.ts";
import { runCorsd } from "../cli/run-corsd.ts";
import { APP } from "../cors/sample.ts";
import { ExtProcClient, headers } from "./ext-proc-client.ts";

const POLICY = `policies:\n  - name: web\n    allowOrigins: [${APP}]\n`;
const OTHER_POLICY = POLICY.replace("web", "other");
/** Long enough for a thread of its own. */
const LONG_POLICY = `${OTHER_POLICY}# ${"x".repeat(20_000)}\n`;

type Line = {
  readonly [key: string]: unknown;
  readonly msg?: string;
  readonly listen?: string[];
  readonly admin?: string | null;
  readonly revision?: string;
};

/** Log lines that can be waited for. */
class Lines {
  readonly all: Line[] = [];
  /** Lines that cannot be written, and how often one was to be. */
  refused: ReadonlySet<string | undefined> = new Set();
  refusals = 0;
  #wake: () => void = () => {};

  write(text: string): void {
    const line = JSON.parse(text) as Line;
    if (this.refused.has(line.msg)) {
      this.refusals += 1;
      throw new Error("the disk is full");
    }
    this.all.push(line);
    this.#wake();
  }

  async first(message: string): Promise<Line> {
    let found = this.all.find(({ msg }) => msg === message);
    while (found === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      found = this.all.find(({ msg }) => msg === message);
    }
    return found;
  }

  texts(): (string | undefined)[] {
    return this.all.map(({ msg }) => msg);
  }
}

async function started(text: string, flags: Flags = {}) {
  const folder = await mkdtemp(join(tmpdir(), "corsd-run-"));
  const file = join(folder, "policy.yaml");
  await writeFile(file, text);
  const settings = readSettings(
    { policy: [file], listen: ["127.0.0.1:0"], admin: "none", drainDelay: "0", ...flags },
    {},
  );
  if (!settings.ok) throw new Error(settings.error.join("\n"));
  const signals = new EventEmitter();
  const lines = new Lines();
  const code = run(settings.value, { signals, log: lines });
  onTestFinished(async () => {
    signals.emit("SIGTERM");
    signals.emit("SIGTERM");
    await code;
    await rm(folder, { recursive: true });
  });
  return { file, signals, lines, code };
}

async function serving(text: string, flags: Flags = {}) {
  const running = await started(text, flags);
  const line = await running.lines.first("serving");
  const [target = ""] = line.listen ?? [];
  const client = new ExtProcClient(target);
  onTestFinished(() => client.close());
  return { ...running, client, line };
}

const ACTUAL = {
  request_headers: headers([
    [":method", "GET"],
    [":path", "/"],
    ["origin", APP],
  ]),
};

describe("start", () => {
  test("in order: the policy is in force, the listeners are bound, health says so", async () => {
    const { client, line } = await serving(POLICY);
    expect(line).toMatchObject({ level: "info", revision: expect.any(String) });
    expect(await client.check("")).toBe("SERVING");
    const stream = client.open();
    stream.send(ACTUAL);
    expect(await stream.next()).toEqual({ request_headers: {} });
  });

  test("every problem of the documents is said, and nothing is served", async () => {
    const { code, lines } = await started(`${POLICY}    allowMethod: [GET]\n    maxAge: soon\n`);
    expect(await code).toBe(1);
    expect(lines.all.filter(({ level }) => level === "error")).toMatchObject([
      { pointer: "/policies/0/allowMethod" },
      { pointer: "/policies/0/maxAge" },
    ]);
    expect(lines.texts().at(-1)).toBe("no policy in force: the policy files have errors");
  });

  test("a port in use is one line", async () => {
    const { line } = await serving(POLICY);
    const [target = ""] = line.listen ?? [];
    const { code, lines } = await started(POLICY, { listen: [target] });
    expect(await code).toBe(1);
    expect(lines.all).toMatchObject([
      {
        level: "fatal",
        msg: expect.stringContaining(`cannot listen on \`${target}\`: listen EADDRINUSE`),
      },
    ]);
  });

  test("a socket file is made with its mode, its path free or not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corsd-socket-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "s");
    const umask = process.umask();
    const flags = { listen: [`unix:${path}`], socketMode: "0660" };
    const { signals, code, client } = await serving(POLICY, flags);
    expect((await stat(path)).mode & 0o777).toBe(0o660);
    // Nothing that is made while it runs can be more open.
    expect(process.umask()).toBe(umask | 0o117);
    expect(await client.check("")).toBe("SERVING");
    signals.emit("SIGTERM");
    expect(await code).toBe(0);
    expect(process.umask()).toBe(umask);
    await expect(stat(path)).rejects.toThrow("ENOENT");
    await writeFile(path, "mine");
    const second = await started(POLICY, flags);
    expect(await second.code).toBe(1);
    expect(second.lines.all).toMatchObject([
      { level: "fatal", msg: expect.stringContaining("exists and is no socket") },
    ]);
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  test("a certificate that cannot be used is one line", async () => {
    const { code, lines } = await started(POLICY, { tlsCert: "/none.pem", tlsKey: "/none.key" });
    expect(await code).toBe(1);
    expect(lines.all).toMatchObject([
      { level: "fatal", msg: expect.stringContaining("cannot use the certificate `/none.pem`") },
    ]);
  });

  test("what is risky is warned of", async () => {
    const { lines } = await serving(POLICY, { listen: ["0.0.0.0:0"], resetLimit: "50/s" });
    expect(lines.all.filter(({ level }) => level === "warn")).toMatchObject([
      { listen: "0.0.0.0:0" },
      { perSecond: 50 },
    ]);
  });
});

describe("the admin listener", () => {
  const ADMIN = { admin: "127.0.0.1:0" };

  async function administered(text: string, flags: Flags = {}) {
    const running = await serving(text, { ...ADMIN, ...flags });
    const origin = `http://${running.line.admin}`;
    const ask = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(origin + path, init);
      return { status: answer.status, text: await answer.text() };
    };
    const metric = async (name: string) => {
      const { text: all } = await ask("/metrics");
      return all.split("\n").find((line) => line.startsWith(`${name} `));
    };
    return { ...running, ask, metric };
  }

  test("is told of, and none where none is asked for", async () => {
    expect((await serving(POLICY, ADMIN)).line.admin).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    expect((await serving(POLICY)).line.admin).toBeNull();
  });

  test("counts what is answered, and times it", async () => {
    const { client, metric } = await administered(POLICY);
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    const labels = 'group="default",policy="web",kind="actual",outcome="granted",reason=""';
    expect(await metric(`corsd_decisions_total{${labels}}`)).toMatch(/ 1$/);
    expect(await metric("corsd_decision_seconds_count")).toMatch(/ 1$/);
    expect(await metric("corsd_streams_active")).toMatch(/ 1$/);
    stream.cancel();
    await expect.poll(() => metric('corsd_streams_total{end="peer"}')).toMatch(/ 1$/);
    expect(await metric("corsd_streams_active")).toMatch(/ 0$/);
  });

  test("shows the policy, what a reload changed, and what is wrong with the files", async () => {
    const { file, signals, lines, ask, metric } = await administered(`${POLICY}    tags: [x]\n`);
    const { revision } = await lines.first("serving");
    const shown = JSON.parse((await ask("/policy?tag=x")).text);
    expect(shown).toMatchObject({
      revision,
      stale: false,
      problems: [],
      policies: [{ name: "web" }],
    });
    expect(shown.policies[0].allowOrigins).toEqual([APP]);
    expect(Date.parse(shown.loadedAt)).toBeLessThanOrEqual(Date.now());
    expect(JSON.parse((await ask("/policy?tag=y")).text)).toMatchObject({ policies: [] });
    const info = (policy: string, tag: string, of: unknown) =>
      `corsd_policy_info{revision="${of}",policy="${policy}",tag="${tag}"}`;
    expect(await metric(info("web", "x", revision))).toMatch(/ 1$/);
    await writeFile(file, OTHER_POLICY);
    signals.emit("SIGHUP");
    const replaced = await lines.first("policy replaced");
    expect(await metric('corsd_policy_reloads_total{result="replaced"}')).toMatch(/ 1$/);
    expect(await metric(info("web", "x", revision))).toBeUndefined();
    expect(await metric(info("other", "", replaced.revision))).toMatch(/ 1$/);
    expect(await metric("corsd_policy_stale")).toMatch(/ 0$/);
    await writeFile(file, "policies: 1\n");
    signals.emit("SIGHUP");
    await lines.first("policy files have errors: the last good policy stays in force");
    expect(await metric('corsd_policy_reloads_total{result="rejected"}')).toMatch(/ 1$/);
    expect(await metric("corsd_policy_stale")).toMatch(/ 1$/);
    const stale = JSON.parse((await ask("/policy")).text);
    expect(stale).toMatchObject({
      revision: replaced.revision,
      stale: true,
      problems: [{ file, line: 1, severity: "error" }],
      policies: [{ name: "other" }],
    });
    expect(await ask("/readyz")).toMatchObject({ status: 200 });
  });

  test("explains as the command does", async () => {
    const { file, ask } = await administered(POLICY);
    const described = { method: "GET", url: "https://api.example.com/", headers: { Origin: APP } };
    const post = (json: object) => {
      const headers = { "content-type": "application/json" };
      return ask("/explain", { method: "POST", headers, body: JSON.stringify(json) });
    };
    const args = ["explain", file, "--method", "GET", "--url", described.url, "--json"];
    const { out } = await runCorsd([...args, "-H", `Origin: ${APP}`]);
    expect(await post(described)).toEqual({ status: 200, text: out });
    expect(await post({ ...described, url: "nowhere" })).toEqual({
      status: 400,
      text: "url: `nowhere`: write `https://api.example.com/path`, or `/path` alone\n",
    });
    expect(await post({ ...described, headers: { "a b": "" } })).toEqual({
      status: 400,
      text: "headers: `a b`: write `name: value`\n",
    });
    expect(await post({ method: "GET" })).toEqual({ status: 400, text: "url: write a text\n" });
  });

  test("answers before the server does, and says that it is only starting", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corsd-pipe-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const tls = join(import.meta.dirname, "tls");
    // A certificate that is read from a pipe holds the start up until somebody writes it.
    const pipe = join(folder, "cert.pem");
    execFileSync("mkfifo", [pipe]);
    const admin = `127.0.0.1:${await freePort()}`;
    const flags = { admin, tlsCert: pipe, tlsKey: join(tls, "first.key") };
    const { lines } = await started(POLICY, flags);
    const ready = () =>
      fetch(`http://${admin}/readyz`).then(
        (answer) => answer.text(),
        () => "nobody",
      );
    await expect.poll(ready).toBe("not ready: starting\n");
    await writeFile(pipe, await readFile(join(tls, "first.pem")));
    expect(await lines.first("serving")).toMatchObject({ admin });
    expect(await ready()).toBe("ready\n");
  });

  test("says that nothing more is to be sent here while the server drains, and ends last", async () => {
    const { client, ask, signals, code, lines } = await administered(POLICY, {
      drainTimeout: "60s",
    });
    expect(await ask("/readyz")).toEqual({ status: 200, text: "ready\n" });
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    signals.emit("SIGTERM");
    await lines.first("stopping");
    expect(await ask("/readyz")).toEqual({ status: 503, text: "not ready: draining\n" });
    expect(await ask("/livez")).toMatchObject({ status: 200 });
    stream.send({ response_headers: headers([]) });
    await stream.next();
    expect(await code).toBe(0);
    await expect(ask("/livez")).rejects.toThrow("fetch failed");
  });

  test("asks for the token of a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corsd-token-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const token = "0123456789abcdef";
    await writeFile(join(folder, "token"), `${token}\n`);
    const { ask } = await administered(POLICY, { adminTokenFile: join(folder, "token") });
    expect(await ask("/policy")).toMatchObject({ status: 401 });
    const headers = { authorization: `Bearer ${token}` };
    expect(await ask("/policy", { headers })).toMatchObject({ status: 200 });
    expect(await ask("/readyz")).toMatchObject({ status: 200 });
  });

  test("knows the hosts that are named", async () => {
    const { line } = await serving(POLICY, { ...ADMIN, adminHost: ["admin.example"] });
    const port = Number(line.admin?.split(":")[1]);
    const asked = async (host: string) =>
      (await rawRequest(port, ["GET /livez HTTP/1.1", `Host: ${host}`, "Connection: close"]))
        .status;
    expect([await asked("admin.example"), await asked("other.example")]).toEqual([200, 421]);
  });

  test("a port in use or a token that cannot be read is one line, and nothing is served", async () => {
    const { line } = await serving(POLICY, ADMIN);
    const taken = await started(POLICY, { admin: line.admin ?? "" });
    expect(await taken.code).toBe(1);
    expect(taken.lines.all).toMatchObject([
      {
        level: "fatal",
        msg: expect.stringContaining("cannot listen on the admin address: listen"),
      },
    ]);
    const locked = await started(POLICY, { ...ADMIN, adminTokenFile: "/none" });
    expect(await locked.code).toBe(1);
    expect(locked.lines.all).toMatchObject([
      { level: "fatal", msg: expect.stringContaining("cannot read the token: ENOENT") },
    ]);
  });

  test("ends where the server could not start", async () => {
    const { line } = await serving(POLICY, ADMIN);
    const [target = ""] = line.listen ?? [];
    const free = await freePort();
    const flags = { admin: `127.0.0.1:${free}`, listen: [target] };
    const { code, lines } = await started(POLICY, flags);
    expect(await code).toBe(1);
    expect(lines.all).toMatchObject([{ msg: expect.stringContaining("cannot listen on") }]);
    await expect(fetch(`http://127.0.0.1:${free}/livez`)).rejects.toThrow("fetch failed");
  });

  const tls = join(import.meta.dirname, "tls");
  const SECURED = {
    adminTlsCert: join(tls, "first.pem"),
    adminTlsKey: join(tls, "first.key"),
    adminTlsClientCa: join(tls, "clients.pem"),
  };

  test("beyond loopback, with TLS and client certificates, needs no warning", async () => {
    const { lines, line } = await serving(POLICY, { admin: "0.0.0.0:0", ...SECURED });
    expect(lines.all.filter(({ level }) => level === "warn")).toEqual([]);
    const port = Number(line.admin?.split(":")[1]);
    const trust = ["--tls-ca", SECURED.adminTlsCert];
    const probed = await runCorsd(["probe", "--admin", `127.0.0.1:${port}`, ...trust]);
    expect(probed).toEqual({ code: 0, out: "readiness: ready\n", err: "" });
    const asked = async (client: object): Promise<number | undefined> => {
      const ca = await readFile(SECURED.adminTlsCert);
      const request = get({
        host: "127.0.0.1",
        port,
        path: "/policy",
        ca,
        agent: false,
        ...client,
      });
      const [answer] = (await once(request, "response")) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };
    const [cert, key] = await Promise.all(
      ["envoy.pem", "envoy.key"].map((name) => readFile(join(tls, name))),
    );
    expect([await asked({}), await asked({ cert, key })]).toEqual([403, 200]);
  });

  test("a certificate that cannot be used is one line, and nothing is served", async () => {
    const { code, lines } = await started(POLICY, { ...ADMIN, ...SECURED, adminTlsKey: "/none" });
    expect(await code).toBe(1);
    expect(lines.all).toMatchObject([
      { level: "fatal", msg: expect.stringContaining("cannot use the certificate") },
    ]);
  });

  test("beyond loopback is warned of", async () => {
    const { lines } = await serving(POLICY, { admin: "0.0.0.0:0", adminToken: "0123456789abcdef" });
    expect(lines.all.filter(({ level }) => level === "warn")).toMatchObject([
      { admin: "0.0.0.0:0", msg: expect.stringContaining("plaintext") },
    ]);
    expect(JSON.stringify(lines.all)).not.toContain("0123456789abcdef");
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("reload by SIGHUP", () => {
  test("of the same, of another, and of a bad document", async () => {
    const { file, signals, lines } = await serving(POLICY);
    signals.emit("SIGHUP");
    await lines.first("policy unchanged");
    await writeFile(file, OTHER_POLICY);
    signals.emit("SIGHUP");
    expect(await lines.first("policy replaced")).toMatchObject({ level: "info" });
    await writeFile(file, "policies: 1\n");
    signals.emit("SIGHUP");
    await lines.first("policy files have errors: the last good policy stays in force");
    expect(lines.all.filter(({ level }) => level === "error")).toContainEqual(
      expect.objectContaining({ file, line: 1 }),
    );
  });
});

describe("when a reload goes wrong", () => {
  const BEHIND = "policy files have errors: the last good policy stays in force";
  const FAILED = "a reload failed: please report it as a bug";

  test.each(["SIGHUP", "watched"])(
    "a report that cannot be logged is said (%s)",
    async (signal) => {
      const { file, signals, lines } = await serving(POLICY);
      lines.refused = new Set(["policy replaced"]);
      await writeFile(file, OTHER_POLICY);
      signals.emit(signal);
      expect(await lines.first(FAILED)).toMatchObject({ err: { message: "the disk is full" } });
    },
  );

  test.each(["SIGHUP", "watched"])("a log that is broken ends no server (%s)", async (signal) => {
    const { file, signals, lines, client } = await serving(POLICY);
    lines.refused = new Set(["policy replaced", FAILED]);
    await writeFile(file, OTHER_POLICY);
    signals.emit(signal);
    await expect.poll(() => lines.refusals, { timeout: 10_000 }).toBe(2);
    await writeFile(file, "policies: 1\n");
    await lines.first(BEHIND);
    expect(await client.check("")).toBe("SERVING");
  });

  test("changes that could not be told are said, and the policy is in force", async () => {
    const { file, signals, lines } = await serving(POLICY);
    const real = WorkerJudge.prototype.judge;
    const judge = vi.spyOn(WorkerJudge.prototype, "judge");
    onTestFinished(() => judge.mockRestore());
    judge.mockImplementation(async function (this: WorkerJudge, ...task) {
      const judgement = await real.apply(this, task);
      await judgement.changes;
      return { ...judgement, changes: Promise.reject(new Error("broken")) };
    });
    await writeFile(file, LONG_POLICY);
    signals.emit("SIGHUP");
    expect(await lines.first("policy replaced")).toMatchObject({ changes: [] });
    expect(lines.all).toContainEqual(
      expect.objectContaining({
        level: "error",
        reason: "Error: broken",
        msg: "what the new policy changes could not be told",
      }),
    );
  });

  test("what is given up at the stop is not said", async () => {
    const { file, signals, lines, code } = await serving(POLICY);
    const judge = vi.spyOn(WorkerJudge.prototype, "judge");
    onTestFinished(() => judge.mockRestore());
    await writeFile(file, LONG_POLICY);
    signals.emit("SIGHUP");
    await expect.poll(() => judge.mock.results.length, { timeout: 10_000, interval: 1 }).toBe(1);
    signals.emit("SIGTERM");
    expect(await code).toBe(0);
    await expect(judge.mock.results[0]?.value).rejects.toThrow("the server stops");
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    expect(lines.texts().slice(1)).toEqual(["stopping", "stopped"]);
  });

  test("a SIGHUP that comes before the server is up is not lost", async () => {
    const { signals, lines } = await started(POLICY);
    expect(lines.texts()).not.toContain("serving");
    expect(signals.listenerCount("SIGHUP")).toBe(1);
    signals.emit("SIGHUP");
    await lines.first("policy unchanged");
    expect(lines.texts()).toEqual(["serving", "policy unchanged"]);
  });

  test("nobody listens for SIGHUP after a start that failed", async () => {
    const { signals, code } = await started("policies: 1\n");
    expect(await code).toBe(1);
    expect(signals.eventNames()).toEqual([]);
  });
});

describe("stop", () => {
  test.each(["SIGTERM", "SIGINT"])("by %s: a clean one", async (signal) => {
    const { client, signals, code, lines } = await serving(POLICY);
    signals.emit(signal);
    expect(await code).toBe(0);
    expect(lines.texts().slice(-2)).toEqual(["stopping", "stopped"]);
    expect(await client.check("")).toBe("UNAVAILABLE");
  });

  test("while it is delayed health says no, and streams are still taken", async () => {
    const { client, signals, code } = await serving(POLICY, { drainDelay: "60s" });
    signals.emit("SIGTERM");
    await expect.poll(() => client.check("")).toBe("NOT_SERVING");
    const stream = client.open();
    stream.send(ACTUAL);
    expect(await stream.next()).toEqual({ request_headers: {} });
    signals.emit("SIGTERM");
    expect(await code).toBe(1);
  });

  test("open streams end as they would", async () => {
    const { client, signals, code, lines } = await serving(POLICY);
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    signals.emit("SIGTERM");
    await lines.first("stopping");
    stream.send({ response_headers: headers([]) });
    expect(await stream.next()).toHaveProperty("response_headers");
    expect(await code).toBe(0);
  });

  test("those that do not end in time are cut", async () => {
    const { client, signals, code } = await serving(POLICY, { drainTimeout: "50ms" });
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    signals.emit("SIGTERM");
    expect(await code).toBe(0);
    expect(await stream.status()).not.toMatchObject({ code: "OK" });
  });

  test("a second signal cuts at once", async () => {
    const { client, signals, code, lines } = await serving(POLICY, { drainTimeout: "60s" });
    const stream = client.open();
    stream.send(ACTUAL);
    await stream.next();
    signals.emit("SIGTERM");
    signals.emit("SIGINT");
    expect(await code).toBe(1);
    expect(lines.texts().at(-1)).toBe("cut");
  });

  test("asked before it has started", async () => {
    const { signals, code } = await started(POLICY);
    signals.emit("SIGTERM");
    expect(await code).toBe(0);
  });

  test("nothing is left that listens for signals", async () => {
    const { signals, code } = await serving(POLICY);
    signals.emit("SIGTERM");
    await code;
    expect(signals.eventNames()).toEqual([]);
  });
});
