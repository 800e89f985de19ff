import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_DOCUMENT_BYTES } from "../../../src/source/parse.ts";
import { ExtProcClient, headers } from "../../server/ext-proc-client.ts";
import { adminOf, metricOf } from "../corsd-metrics.ts";
import { type RunningCorsd, startCorsd } from "../corsd-process.ts";

// Whatever becomes of the policy file: the last good document stays, it is said, and a good one ends it.

const OLD = "https://app.example.com";
const NEW = "https://new.example.com";

let folder: string;
let file: string;
let corsd: RunningCorsd;
let client: ExtProcClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-files-"));
  file = join(folder, "policies.yaml");
  await writeFile(file, documentFor(OLD));
  corsd = await startCorsd({ policy: file });
  client = new ExtProcClient(`unix:${corsd.socket}`);
});

afterAll(async () => {
  client.close();
  await corsd.stop();
  await rm(folder, { recursive: true, force: true });
});

function documentFor(origin: string): string {
  return `policies:\n  - name: web\n    allowOrigins: [${origin}]\n    allowMethods: [GET, PUT]\n`;
}

/** The statuses of preflights from both pages; undefined where there was no answer. */
async function statuses(): Promise<readonly unknown[]> {
  const ask = async (origin: string): Promise<number | undefined> => {
    const stream = client.open();
    stream.send({
      request_headers: headers([
        [":method", "OPTIONS"],
        [":path", "/"],
        ["origin", origin],
        ["access-control-request-method", "PUT"],
      ]),
    });
    return (await stream.next())?.immediate_response?.status.code;
  };
  return [await ask(OLD), await ask(NEW)];
}

function stale(): Promise<number> {
  return metricOf(corsd, "corsd_policy_stale");
}

/** Puts a whole file in the place of whatever is there. */
async function replace(text: string): Promise<void> {
  await rm(file, { recursive: true, force: true });
  await writeFile(`${file}.next`, text);
  await rename(`${file}.next`, file);
}

/** What becomes of the file, with the code of the problem that is logged. */
const FAULTS: readonly (readonly [what: string, code: string, act: () => Promise<void>])[] = [
  ["it is gone", "path-missing", () => rm(file)],
  ["a link to nothing takes its place", "path-missing", () => inItsPlace(linkTo("nowhere"))],
  ["a link to itself takes its place", "path-unreadable", () => inItsPlace(linkTo(file))],
  ["an empty folder takes its place", "path-empty", () => inItsPlace(() => mkdir(file))],
  ["a pipe that nobody writes into takes its place", "path-unreadable", () => inItsPlace(pipe)],
  ["it is emptied, as by a write to a full disk", "file-empty", () => truncate(file)],
  [
    "it is cut in the middle, as by a write that did not end",
    "yaml-syntax",
    () => truncate(file, 60),
  ],
  ["it grows beyond the limit", "document-too-large", () => truncate(file, MAX_DOCUMENT_BYTES + 1)],
  ["it is no text", "not-utf8", () => writeFile(file, Buffer.from("fffe00d8ff", "hex"))],
];

async function inItsPlace(put: () => unknown): Promise<void> {
  await rm(file);
  await put();
}

function linkTo(target: string): () => Promise<void> {
  return () => symlink(target, file);
}

function pipe(): void {
  execFileSync("mkfifo", [file]);
}

test.each(FAULTS)("%s", async (_, code, act) => {
  await replace(documentFor(OLD));
  await expect.poll(statuses, { timeout: 5000 }).toEqual([200, 403]);
  await expect.poll(stale, { timeout: 5000 }).toBe(0);
  const said = corsd.log().length;

  await act();
  await expect.poll(stale, { timeout: 5000 }).toBe(1);
  const lines = (): string => corsd.log().slice(said);
  await expect.poll(lines, { timeout: 5000 }).toContain("the last good policy stays in force");
  expect(lines()).toContain(`"code":"${code}"`);
  expect(await statuses()).toEqual([200, 403]);
  expect((await fetch(`http://${await adminOf(corsd)}/readyz`)).status).toBe(200);

  await replace(documentFor(NEW));
  await expect.poll(statuses, { timeout: 5000 }).toEqual([403, 200]);
  await expect.poll(stale, { timeout: 5000 }).toBe(0);
});
