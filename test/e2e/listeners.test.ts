import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { runCorsd } from "../cli/run-corsd.ts";
import { ExtProcClient } from "../server/ext-proc-client.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";

// Real processes: what a listener does with files and rights, with one process and with workers.

const POLICY = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";
const WORKERS = ["1", "2"];
const TLS = join(import.meta.dirname, "..", "server", "tls");

let folder: string;
let policy: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-listeners-"));
  policy = join(folder, "policies.yaml");
  await writeFile(policy, POLICY);
  return () => rm(folder, { recursive: true });
});

async function serving(args: readonly string[]): Promise<RunningCorsd> {
  const corsd = await startCorsd({ policy, args });
  onTestFinished(corsd.stop);
  await expect.poll(corsd.log, { timeout: 10_000 }).toContain('"serving"');
  return corsd;
}

async function health(socket: string): Promise<string | undefined> {
  const client = new ExtProcClient(`unix:${socket}`);
  onTestFinished(() => client.close());
  return client.check("");
}

test.each(WORKERS)(
  "the socket file has the mode that was asked for, and goes with a clean stop (workers: %s)",
  async (workers) => {
    const corsd = await serving(["--socket-mode", "0660", "--workers", workers]);
    expect(((await stat(corsd.socket)).mode & 0o777).toString(8)).toBe("660");
    // Whatever binds a socket later cannot be more open either.
    const status = await readFile(`/proc/${corsd.pid}/status`, "utf8");
    const [, umask = ""] = /^Umask:\s*([0-7]+)$/m.exec(status) ?? [];
    expect(Number.parseInt(umask, 8) & 0o117).toBe(0o117);
    expect(await health(corsd.socket)).toBe("SERVING");
    corsd.signal("SIGTERM");
    expect(await corsd.ended).toBe("exit 0");
    await expect(stat(corsd.socket)).rejects.toThrow("ENOENT");
  },
);

test("a socket file that is made anew, since no worker was left, has the mode too", async () => {
  const corsd = await serving(["--socket-mode", "0660", "--workers", "2"]);
  const before = await stat(corsd.socket);
  const children = await readFile(`/proc/${corsd.pid}/task/${corsd.pid}/children`, "utf8");
  for (const pid of children.trim().split(" ")) process.kill(Number(pid), "SIGKILL");
  const made = async (): Promise<number> =>
    (await stat(corsd.socket).catch(() => before)).birthtimeMs;
  await expect.poll(made, { timeout: 10_000 }).not.toBe(before.birthtimeMs);
  await expect.poll(() => health(corsd.socket), { timeout: 10_000 }).toBe("SERVING");
  expect(((await stat(corsd.socket)).mode & 0o777).toString(8)).toBe("660");
});

test.each(WORKERS)("a dead process's socket is replaced (workers: %s)", async (workers) => {
  const args = ["--workers", workers];
  const dead = await serving(args);
  dead.signal("SIGKILL");
  expect(await dead.ended).toBe("killed by SIGKILL");
  const next = await startCorsd({ policy, socket: dead.socket, args });
  onTestFinished(next.stop);
  await expect.poll(() => health(dead.socket), { timeout: 10_000 }).toBe("SERVING");
});

/** A pair of files, as the flags that begin so want them. */
function pair(prefix: string, name: string): readonly string[] {
  return [`${prefix}-cert`, join(TLS, `${name}.pem`), `${prefix}-key`, join(TLS, `${name}.key`)];
}

test.each(WORKERS)("only clients with a known name are let in (workers: %s)", async (workers) => {
  const flags = ["--tls-client-ca", join(TLS, "clients.pem")].concat(
    pair("--tls", "first"),
    ["--tls-client-name", "spiffe://cluster.local/ns/envoy/sa/envoy"],
    ["--workers", workers],
  );
  const corsd = await serving(flags);
  const probe = async (name: string): Promise<number> => {
    const client = pair("--tls", name);
    const trust = ["--tls-ca", join(TLS, "first.pem")];
    return (await runCorsd(["probe", `unix:${corsd.socket}`, ...trust, ...client])).code;
  };
  // Each worker once, at least.
  expect(await Promise.all(["envoy", "envoy", "envoy", "envoy"].map(probe))).toEqual([0, 0, 0, 0]);
  const refused = ["stranger", "nameless", "stranger", "nameless"];
  expect(await Promise.all(refused.map(probe))).toEqual([1, 1, 1, 1]);
  const [, admin] = /"admin":"([^"]+)"/.exec(corsd.log()) ?? [];
  const metrics = await (await fetch(`http://${admin}/metrics`)).text();
  expect(metrics).toContain("\ncorsd_refused_clients_total 4\n");
  expect(corsd.log()).toContain("client refused");
});

describe("files that change while it runs", () => {
  const TOKENS = ["0123456789abcdef", "fedcba9876543210"] as const;
  /** They are looked at every five seconds, and what is bad counts at the second look. */
  const SOON = { timeout: 30_000, interval: 250 };

  /** Whole or not at all, as whoever renews them should. */
  async function put(source: string, name: string): Promise<void> {
    await copyFile(source, join(folder, `${name}.new`));
    await rename(join(folder, `${name}.new`), join(folder, name));
  }

  async function putPair(name: string): Promise<void> {
    await put(join(TLS, `${name}.pem`), "cert.pem");
    await put(join(TLS, `${name}.key`), "key.pem");
  }

  test.each(WORKERS)(
    "both listeners use new certificates, and the new token counts (workers: %s)",
    async (workers) => {
      await putPair("first");
      const [cert, key, token] = ["cert.pem", "key.pem", "token"].map((name) => join(folder, name));
      await writeFile(join(folder, "token"), TOKENS[0]);
      const corsd = await serving(
        ["--workers", workers, "--tls-cert", `${cert}`, "--tls-key", `${key}`].concat(
          ["--admin-tls-cert", `${cert}`, "--admin-tls-key", `${key}`],
          ["--admin-token-file", `${token}`],
        ),
      );
      const [, admin = ""] = /"admin":"([^"]+)"/.exec(corsd.log()) ?? [];
      const trusts = async (name: string): Promise<readonly number[]> => {
        const trust = ["--tls-ca", join(TLS, `${name}.pem`)];
        const both = [[`unix:${corsd.socket}`], ["--admin", admin]];
        return Promise.all(
          both.map(async (at) => (await runCorsd(["probe", ...at, ...trust])).code),
        );
      };
      const opens = async (text: string): Promise<number | undefined> => {
        const headers = { authorization: `Bearer ${text}` };
        const ca = [
          await readFile(join(TLS, "first.pem")),
          await readFile(join(TLS, "second.pem")),
        ];
        const request = get(`https://${admin}/policy`, { headers, ca, agent: false });
        const [answer] = (await once(request, "response")) as [IncomingMessage];
        answer.resume();
        return answer.statusCode;
      };
      expect([await trusts("first"), await opens(TOKENS[0])]).toEqual([[0, 0], 200]);
      // A pair that does not fit, and no token: what was there stays.
      await put(join(TLS, "second.key"), "key.pem");
      await writeFile(join(folder, "token"), "");
      await expect.poll(corsd.log, SOON).toMatch(/key values mismatch[^\n]*; the old one stays/);
      await expect.poll(corsd.log, SOON).toContain("the old token stays");
      expect([await trusts("first"), await opens(TOKENS[0])]).toEqual([[0, 0], 200]);
      await putPair("second");
      await writeFile(join(folder, "token"), `${TOKENS[1]}\n`);
      await expect.poll(() => trusts("second"), SOON).toEqual([0, 0]);
      await expect.poll(() => opens(TOKENS[1]), SOON).toBe(200);
      await expect.poll(() => trusts("first"), SOON).toEqual([1, 1]);
      expect(await opens(TOKENS[0])).toBe(401);
    },
  );
});
