import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { attributes, ExtProcClient, headers } from "../server/ext-proc-client.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";

// Three processes: one that accepts, reads the policy and is asked for metrics, and two that answer.

const POLICY = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";
const CONNECTIONS = 8;

let folder: string;
let policy: string;
let corsd: RunningCorsd;
let clients: readonly ExtProcClient[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-workers-"));
  policy = join(folder, "policies.yaml");
  await writeFile(policy, POLICY);
  corsd = await startCorsd({ policy, args: ["--workers", "2"] });
  await until(() => corsd.log().includes('"serving"'), "serving");
  clients = Array.from({ length: CONNECTIONS }, () => connect());
  for (const client of clients) await ask(client, "https://app.example.com");
});

afterEach(async () => {
  for (const client of clients) client.close();
  await corsd.stop();
  await rm(folder, { recursive: true });
});

/** A client with a connection of its own. */
function connect(): ExtProcClient {
  return new ExtProcClient(`unix:${corsd.socket}`);
}

/** The status of the answer to a preflight; undefined where the stream was lost. */
async function ask(client: ExtProcClient, origin: string): Promise<number | undefined> {
  const stream = client.open({});
  stream.send({
    request_headers: headers([
      [":method", "OPTIONS"],
      [":path", "/"],
      ["origin", origin],
      ["access-control-request-method", "GET"],
    ]),
    attributes: attributes({}),
  });
  return (await stream.next())?.immediate_response?.status.code;
}

async function metrics(): Promise<string> {
  const [, admin] = /"admin":"([^"]+)"/.exec(corsd.log()) ?? [];
  return (await fetch(`http://${admin}/metrics`)).text();
}

/** Decisions of all processes. */
async function decisions(): Promise<number> {
  const lines = (await metrics()).matchAll(/^corsd_decisions_total\{.*\} ([0-9]+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function workers(): Promise<readonly number[]> {
  const children = await readFile(`/proc/${corsd.pid}/task/${corsd.pid}/children`, "utf8");
  return children.trim().split(" ").map(Number);
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await wait(50);
  }
  throw new Error(`${what}: not within 10 s\n${corsd.log()}`);
}

/** How many of the connections that are open with a stream on each survive what is done. */
async function surviving(act: () => void): Promise<number> {
  const streams = clients.map((client) => client.open({}));
  for (const stream of streams) {
    stream.send({
      request_headers: headers([
        [":method", "GET"],
        [":path", "/"],
      ]),
    });
  }
  await Promise.all(streams.map((stream) => stream.next()));
  act();
  for (const stream of streams) {
    stream.send({ response_headers: headers([[":status", "200"]]) });
  }
  const answers = await Promise.all(streams.map((stream) => stream.next()));
  return answers.filter((answer) => answer !== undefined).length;
}

test("connections spread evenly, and what each counted adds up", async () => {
  expect(await workers()).toHaveLength(2);
  expect(await decisions()).toBe(CONNECTIONS);
  const [first = 0] = await workers();
  expect(await surviving(() => process.kill(first, "SIGKILL"))).toBe(CONNECTIONS / 2);
});

test("a worker that dies is replaced, and nothing that was counted is lost", async () => {
  expect(await decisions()).toBe(CONNECTIONS);
  const [first = 0] = await workers();
  process.kill(first, "SIGKILL");
  await until(
    async () => (await workers()).filter((pid) => pid !== first).length === 2,
    "replaced",
  );
  expect(corsd.log()).toContain(`"pid":${first},"how":"signal SIGKILL"`);
  expect(await decisions()).toBe(CONNECTIONS);
  const late = Array.from({ length: 4 }, () => connect());
  onTestFinished(() => {
    for (const client of late) client.close();
  });
  for (const client of late) expect(await ask(client, "https://app.example.com")).toBe(200);
  await until(async () => (await decisions()) === CONNECTIONS + 4, "counted");
});

test("a changed document reaches all of them", async () => {
  for (const client of clients) expect(await ask(client, "https://new.example")).toBe(403);
  await writeFile(policy, POLICY.replace("app.example.com", "new.example"));
  await until(() => corsd.log().includes("policy replaced"), "replaced");
  await until(async () => {
    const answers = await Promise.all(clients.map((client) => ask(client, "https://new.example")));
    return answers.every((status) => status === 200);
  }, "in force everywhere");
  for (const client of clients) expect(await ask(client, "https://app.example.com")).toBe(403);
});

describe("a stop", () => {
  test("lets open streams end in all of them, then all are gone", async () => {
    const pids = await workers();
    expect(await surviving(() => corsd.signal("SIGTERM"))).toBe(CONNECTIONS);
    expect(await corsd.ended).toBe("exit 0");
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("is not decided by a worker: signals to the whole group come to the same", async () => {
    const pids = await workers();
    const survivors = await surviving(() => {
      for (const pid of pids) process.kill(pid, "SIGTERM");
      corsd.signal("SIGTERM");
    });
    expect(survivors).toBe(CONNECTIONS);
    expect(await corsd.ended).toBe("exit 0");
  });

  test("by SIGKILL leaves no worker behind", async () => {
    const pids = await workers();
    corsd.signal("SIGKILL");
    await corsd.ended;
    const isAlive = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await until(() => !pids.some(isAlive), "gone");
  });
});

test("an address that is taken ends the start, with one line", async () => {
  const taken = await startCorsd({ policy }).then((other) => {
    onTestFinished(other.stop);
    return other.socket;
  });
  const second = await startCorsd({ policy, socket: taken, args: ["--workers", "2"] });
  onTestFinished(second.stop);
  expect(await second.ended).toBe("exit 1");
  expect(second.log()).toContain("is in use: another process listens on it");
});
