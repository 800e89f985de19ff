import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExtProcClient, headers } from "../server/ext-proc-client.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";

// A document with twenty mistakes, each of another kind: all are reported at once, by `check` and by `serve`, and a
// running server that is offered it keeps what it has.

const ROOT = join(import.meta.dirname, "..", "..");
const GOOD = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";
const TWENTY = `version: 2
preset: lax
polices: []
policies:
  - name: Web
    allowOrigins: [https://app.example.com/]
  - name: api
    allowOrigins: [app.example.com, null]
    allowCredentials: yes
    maxAge: 1.5h
  - name: api
    allowOrigins: ["*", https://a.example]
    allowMethods: [G T]
    allowHeaders: [access-control-allow-origin]
    mode: shadw
  - name: cred
    allowOrigins: ["*"]
    allowCredentials: true
    behavior: {refusalStatus: {origin: 200}}
  - name: patterns
    allowOrigins: ["~https://(", "https://münchen.example"]
applications:
  - name: bot
    origins: ["http://bot:99999"]
    apiGroups: [oders]
apiGroups:
  - name: orders
    match: [{}]
    policies: [webb, api]
`;

/** Place, pointer, and the remedy for each mistake. */
const EXPECTED: readonly (readonly [place: string, pointer: string, fix: string])[] = [
  ["1:10", "/version", "write `1`"],
  ["2:9", "/preset", "write one of them"],
  ["3:1", "/polices", "write `policies`"],
  ["5:11", "/policies/0/name", "write `web`"],
  ["6:20", "/policies/0/allowOrigins/0", "write `https://app.example.com`"],
  ["8:20", "/policies/1/allowOrigins/0", "write `https://app.example.com`"],
  [
    "8:37",
    "/policies/1/allowOrigins/1",
    'quote it if the text is meant: `"null"`; else leave it out',
  ],
  ["9:23", "/policies/1/allowCredentials", "write `true`"],
  [
    "10:13",
    "/policies/1/maxAge",
    "write whole seconds, or a whole number with s, m, h or d: `15m`",
  ],
  ["11:11", "/policies/2/name", "write another name"],
  ["12:20", "/policies/2/allowOrigins/0", 'write `"*"` alone for all, or remove it'],
  ["13:20", "/policies/2/allowMethods/0", "write each name as an entry of its own"],
  ["14:20", "/policies/2/allowHeaders/0", "remove it; it is sent as needed"],
  ["15:11", "/policies/2/mode", "write `shadow`"],
  ["17:19", "/policies/3/allowOrigins", "list the origins or drop `allowCredentials`"],
  ["19:40", "/policies/3/behavior/refusalStatus/origin", "write a whole number from 400 to 499"],
  ["21:20", "/policies/4/allowOrigins/0", "correct the expression"],
  ["21:34", "/policies/4/allowOrigins/1", "write `https://xn--mnchen-3ya.example`"],
  ["24:15", "/applications/0/origins/0", "write a port, `:*`, or none"],
  ["25:17", "/applications/0/apiGroups/0", "write `orders`"],
  [
    "28:13",
    "/apiGroups/0/match/0",
    "name a `host`, `path` or `route`; for everything, write `path: /`",
  ],
  ["29:16", "/apiGroups/0/policies/0", "write `Web`"],
];

let folder: string;
let bad: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-mistakes-"));
  bad = join(folder, "bad.yaml");
  await writeFile(bad, TWENTY);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function corsd(...args: readonly string[]): Promise<{ code: unknown; out: string }> {
  const child = spawn(process.execPath, [join(ROOT, "src/main.ts"), ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const closed = once(child, "close");
  const out = await text(child.stdout);
  const [code] = await closed;
  return { code, out };
}

/** The lines of a report that are errors, each as place, pointer and whether its remedy is the one expected. */
function errorsIn(report: readonly string[]): readonly string[] {
  return report.filter((line) => line.startsWith(bad) && !line.includes(": warning: "));
}

function expectAll(errors: readonly string[]): void {
  const found = errors.map((line, at) => {
    const [place, pointer] = line.slice(bad.length + 1).split(/:? /);
    const fix = EXPECTED[at]?.[2] ?? "";
    return [place, pointer?.replace(/:$/, ""), line.endsWith(`; ${fix}`) ? fix : line];
  });
  expect(found).toEqual(EXPECTED);
}

test("check reports every mistake with its place and its remedy", async () => {
  const { code, out } = await corsd("check", bad);
  expectAll(errorsIn(out.split("\n")));
  expect(code).toBe(1);
});

test("serve does not start, with the same report", async () => {
  const socket = join(folder, "never.sock");
  const { code, out } = await corsd("serve", "--policy", bad, "--listen", `unix:${socket}`);
  const lines = out.split("\n").filter((line) => line !== "");
  expectAll(errorsIn(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)));
  expect(code).toBe(1);
});

describe("a running server that is offered it", () => {
  let running: RunningCorsd;
  let client: ExtProcClient;

  beforeAll(async () => {
    const policy = join(folder, "policies.yaml");
    await writeFile(policy, GOOD);
    running = await startCorsd({ policy });
    client = new ExtProcClient(`unix:${running.socket}`);
  });

  afterAll(async () => {
    client.close();
    await running.stop();
  });

  async function outcome(): Promise<string> {
    const stream = client.open({});
    stream.send({
      request_headers: headers([
        [":method", "GET"],
        [":path", "/"],
        ["origin", "https://app.example.com"],
      ]),
    });
    const answer = await stream.next();
    stream.end();
    return answer?.request_headers === undefined ? "refused" : "granted";
  }

  test("says every mistake and keeps the policy that works", async () => {
    expect(await outcome()).toBe("granted");
    const next = join(folder, "next.yaml");
    await copyFile(bad, next);
    await rename(next, join(folder, "policies.yaml"));
    await expect
      .poll(running.log, { timeout: 5_000 })
      .toContain("the last good policy stays in force");
    const said = running.log().match(/"level":"error".*"pointer":/g) ?? [];
    expect(said).toHaveLength(EXPECTED.length);
    expect(await outcome()).toBe("granted");
  });
});
