import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  narrowUmask,
  parseSocketMode,
  setSocketMode,
} from "../../../src/server/listeners/socket-mode.ts";
import { governedBy, group, policy } from "../../cors/sample.ts";
import { startForTest } from "../running.ts";

const SNAPSHOT = governedBy(group([policy()]));

async function socketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-mode-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "s");
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

function withUmask(mask: number): void {
  const before = process.umask(mask);
  onTestFinished(() => void process.umask(before));
}

test.each(["0600", "600", "0660", "0666", "0777"])("%s is a mode", (text) => {
  expect(parseSocketMode(text)).toEqual({ ok: true, value: Number.parseInt(text, 8) });
});

describe("narrowUmask", () => {
  test("no socket begins with more than was asked for, or with more than before", async () => {
    withUmask(0o022);
    const widen = narrowUmask(0o660);
    const path = await socketPath();
    const listener = createServer().listen(path);
    onTestFinished(() => void listener.close());
    // Bound by now: listen() does not wait for it.
    expect(await modeOf(path)).toBe("640");
    widen();
    expect(process.umask()).toBe(0o022);
  });

  test("changes nothing where no mode is asked for", () => {
    withUmask(0o027);
    narrowUmask(undefined)();
    expect(process.umask()).toBe(0o027);
  });
});

test("a mode that cannot be set is one line", async () => {
  const path = await socketPath();
  expect(await setSocketMode(path, 0o660)).toEqual({
    ok: false,
    error: expect.stringMatching(/^cannot set the mode of the socket `.*`: ENOENT[^\n]*$/),
  });
});

describe("a service", () => {
  test.each([0o600, 0o660, 0o666])("gives its socket file the mode %o", async (socketMode) => {
    withUmask(0o077);
    const path = await socketPath();
    const listen = [{ kind: "unix", path } as const];
    const { health, client } = await startForTest(() => SNAPSHOT, { listen, socketMode });
    expect(await modeOf(path)).toBe(socketMode.toString(8));
    health.set(true);
    expect(await client.check("")).toBe("SERVING");
  });

  test("leaves it as it is where none is asked for", async () => {
    withUmask(0o027);
    const path = await socketPath();
    await startForTest(() => SNAPSHOT, { listen: [{ kind: "unix", path }] });
    expect(await modeOf(path)).toBe("750");
  });

  test("removes it when it is cut", async () => {
    const path = await socketPath();
    const listen = [{ kind: "unix", path } as const];
    const { service } = await startForTest(() => SNAPSHOT, { listen, socketMode: 0o600 });
    service.cut();
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });
});
