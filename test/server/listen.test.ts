import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  claimSocket,
  isLocal,
  type ListenAddress,
  parseListen,
  renderListen,
} from "../../src/server/listen.ts";

vi.mock("node:net", { spy: true });

const LONGEST = `/${"a".repeat(106)}`;

describe("parseListen", () => {
  test.each<[string, ListenAddress]>([
    ["127.0.0.1:50051", { kind: "tcp", host: "127.0.0.1", port: 50_051 }],
    ["localhost:0", { kind: "tcp", host: "localhost", port: 0 }],
    ["corsd.internal:65535", { kind: "tcp", host: "corsd.internal", port: 65_535 }],
    ["[::1]:80", { kind: "tcp", host: "::1", port: 80 }],
    ["unix:/run/corsd.sock", { kind: "unix", path: "/run/corsd.sock" }],
    ["unix:corsd.sock", { kind: "unix", path: "corsd.sock" }],
  ])("%s, and back", (text, address) => {
    expect(parseListen(text)).toEqual({ ok: true, value: address });
    expect(renderListen(address)).toBe(text);
  });

  test.each([
    ["", "`` is no address; write `unix:PATH` or `HOST:PORT`"],
    ["50051", "`50051` is no address; write `unix:PATH` or `HOST:PORT`"],
    [":50051", "`:50051` is no address; write `unix:PATH` or `HOST:PORT`"],
    ["host:", "`host:` is no address; write `unix:PATH` or `HOST:PORT`"],
    ["::1:80", "`::1:80` is no address; write `unix:PATH` or `HOST:PORT`"],
    ["[::g]:80", "`[::g]:80` is no address; write `unix:PATH` or `HOST:PORT`"],
    ["[1.2.3.4]:80", "`[1.2.3.4]:80` is no address; write `unix:PATH` or `HOST:PORT`"],
    ["http://host:80", "`http://host:80` is no address; write `unix:PATH` or `HOST:PORT`"],
    ["host:65536", "the port of `host:65536` is above 65535"],
    ["unix:", "`unix:` lacks the path of a socket; write `unix:PATH`"],
  ])("%j is refused", (text, error) => {
    expect(parseListen(text)).toEqual({ ok: false, error });
  });

  // macOS takes 103 bytes, Linux 107.
  test.runIf(process.platform === "linux")("a socket path of 107 bytes, and not of 108", () => {
    expect(parseListen(`unix:${LONGEST}`)).toMatchObject({ ok: true });
    expect(parseListen(`unix:${LONGEST}a`)).toEqual({
      ok: false,
      error: `the socket path \`${LONGEST}a\` has 108 bytes; the system takes 107`,
    });
    expect(parseListen(`unix:/${"\u00e9".repeat(54)}`)).toMatchObject({ ok: false });
  });
});

test.each([
  ["unix:/run/corsd.sock", true],
  ["127.0.0.1:1", true],
  ["127.9.9.9:1", true],
  ["[::1]:1", true],
  ["localhost:1", true],
  ["0.0.0.0:1", false],
  ["[::]:1", false],
  ["10.0.0.1:1", false],
  ["127.example.com:1", false],
  ["localhost.example.com:1", false],
])("%s is local: %j", (text, local) => {
  const parsed = parseListen(text);
  expect(parsed.ok && isLocal(parsed.value)).toBe(local);
});

describe("claimSocket", () => {
  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), "corsd-listen-"));
    onTestFinished(() => rm(path, { recursive: true }));
    return path;
  }

  test("where nothing is", async () => {
    expect(await claimSocket(join(await folder(), "s"))).toEqual({ ok: true, value: undefined });
  });

  test("a dead process's socket is removed", async () => {
    const path = join(await folder(), "s");
    const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => console.log("up"))`;
    const dead = spawn(process.execPath, ["-e", script]);
    await once(dead.stdout, "data");
    dead.kill("SIGKILL");
    await once(dead, "exit");
    expect((await stat(path)).isSocket()).toBe(true);
    expect(await claimSocket(path)).toEqual({ ok: true, value: undefined });
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  test("a live one is not touched", async () => {
    const path = join(await folder(), "s");
    const live = createServer().listen(path);
    onTestFinished(() => {
      live.close();
    });
    await once(live, "listening");
    expect(await claimSocket(path)).toEqual({
      ok: false,
      error: `\`${path}\` is in use: another process listens on it`,
    });
    expect((await stat(path)).isSocket()).toBe(true);
  });

  test.each(["EACCES", "EPROTOTYPE"])(
    "one that cannot be judged (%s) is not touched",
    async (code) => {
      const path = join(await folder(), "s");
      const live = createServer().listen(path);
      onTestFinished(() => {
        live.close();
      });
      await once(live, "listening");
      // The rights of a file do not bind root, as whom tests may run.
      const refused = Object.assign(new Error(code), { code });
      vi.mocked(connect).mockImplementationOnce(() => new Socket().destroy(refused));
      expect(await claimSocket(path)).toEqual({
        ok: false,
        error: `\`${path}\` cannot be judged (${code}); remove it or choose another path`,
      });
      expect((await stat(path)).isSocket()).toBe(true);
    },
  );

  test("a plain file is not touched", async () => {
    const path = join(await folder(), "s");
    await writeFile(path, "mine");
    expect(await claimSocket(path)).toEqual({
      ok: false,
      error: `\`${path}\` exists and is no socket; remove it or choose another path`,
    });
    expect(await readFile(path, "utf8")).toBe("mine");
  });
});
