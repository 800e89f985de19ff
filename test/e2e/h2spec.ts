import { execFile } from "node:child_process";
import { access, constants, mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../envoy/message-of.ts";

// h2spec is a conformance suite for HTTP/2 servers, written in Go.

const run = promisify(execFile);

/** The newest that Go's tool takes: later tags have a `go.mod` without the major version in its name. */
const PACKAGE = "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible";

/** `go install` compiles a dozen packages, in milliseconds. */
const BUILD_TIMEOUT = 150_000;
/** A case that waits in vain does so for two seconds, in milliseconds. */
const RUN_TIMEOUT = 150_000;

/**
 * `$H2SPEC`, else an `h2spec` on the PATH, among Go's programs or in the cache; where Go is there it is built into the
 * cache. Undefined, and said loudly, where there is none.
 */
export async function findH2spec(): Promise<string | undefined> {
  const { H2SPEC: named = "", PATH: path = "", XDG_CACHE_HOME: base = "" } = process.env;
  const cache = join(base === "" ? join(homedir(), ".cache") : base, "corsd", "h2spec-2.2.1");
  const folders = [...path.split(delimiter), ...(await goFolders()), cache];
  const found = await firstProgram(
    named === "" ? folders.map((folder) => join(folder, "h2spec")) : [named],
  );
  if (found !== undefined) return found;
  const failure = named === "" ? await build(cache) : `\`${named}\` is no program`;
  if (failure === undefined) return join(cache, "h2spec");
  process.stderr.write(
    `\n*** skipped: no h2spec (set H2SPEC, or put \`h2spec\` or a newer \`go\` on the PATH): ${failure}\n\n`,
  );
  return undefined;
}

async function goFolders(): Promise<string[]> {
  try {
    const { stdout } = await run("go", ["env", "GOPATH"]);
    return [join(stdout.trim(), "bin")];
  } catch {
    return [];
  }
}

async function firstProgram(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  return undefined;
}

/** Why it could not be built; undefined: it was. */
async function build(folder: string): Promise<string | undefined> {
  try {
    const env = { ...process.env, GOBIN: folder };
    await run("go", ["install", PACKAGE], { env, timeout: BUILD_TIMEOUT });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What h2spec says of a server. */
export type Verdict = {
  readonly passed: number;
  /** Each as `SECTION CASE`. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
};

const CASE = /<testcase package="([^"]*)" classname="([^"]*)"[^>]*>(.*?)<\/testcase>/gs;

/** Runs all cases, the strict ones too, against the server at this port of loopback. */
export async function runH2spec(program: string, port: number): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-h2spec-"));
  try {
    const report = join(folder, "report.xml");
    const args = ["--strict", "--port", String(port), "--junit-report", report];
    const options = { timeout: RUN_TIMEOUT, maxBuffer: 1 << 24 };
    // It exits with 1 where a case failed: the report says which.
    const output = await run(program, args, options).then(
      ({ stdout }) => stdout,
      ({ stdout, message }) => `${message}\n${stdout}`,
    );
    const text = await readFile(report, "utf8").catch(() => {
      throw new Error(`h2spec made no report:\n${output}`);
    });
    return verdictOf(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function verdictOf(report: string): Verdict {
  const cases = [...report.matchAll(CASE)].map(([, section = "", name = "", result = ""]) => ({
    name: `${section.replace(/^.*\//, "")} ${name.replaceAll("&#34;", '"')}`,
    result,
  }));
  const failed = cases.filter(({ result }) => /<(?:error|failure)/.test(result));
  const skipped = cases.filter(({ result }) => result.includes("<skipped"));
  return {
    passed: cases.length - failed.length - skipped.length,
    failed: failed.map(({ name }) => name),
    skipped: skipped.map(({ name }) => name),
  };
}
