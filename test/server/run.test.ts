import { EventEmitter } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { run } from "../../src/server/run.ts";
import { type Flags, readSettings } from "../../src/server/settings.ts";
import { WorkerJudge } from "../../src/source/worker-judge.ts";
import { APP } from "../cors/sample.ts";
import { ExtProcClient, headers } from "./ext-proc-client.ts";

const POLICY = `policies:\n  - name: web\n    allowOrigins: [${APP}]\n`;
const OTHER_POLICY = POLICY.replace("web", "other");
/** Long enough for a thread of its own. */
const LONG_POLICY = `${OTHER_POLICY}# ${"x".repeat(20_000)}\n`;

type Line = { readonly [key: string]: unknown; readonly msg?: string; readonly listen?: string[] };

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
    { policy: [file], listen: ["127.0.0.1:0"], drainDelay: "0", ...flags },
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
