import { execFile } from "node:child_process";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { type Block, blocksOf } from "../markdown.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// The walk of docs/moving.md, each step as the page has it: its documents, its configurations, its commands and what
// they print are read from the page.

const ROOT = join(import.meta.dirname, "..", "..");
const PAGE = "docs/moving.md";
const BLOCKS = blocksOf({ path: PAGE, text: await readFile(join(ROOT, PAGE), "utf8") });

const isEnvoy = ({ text }: Block): boolean => text.startsWith("# envoy\n");
const textsOf = (info: string, holds: (block: Block) => boolean = () => true): readonly string[] =>
  BLOCKS.filter((block) => block.info === info && holds(block)).map(({ text }) => text);

const configurations = textsOf("yaml", isEnvoy);
const documents = textsOf("yaml", (block) => !isEnvoy(block));
const commands = textsOf("console moving");

const app = "https://app.example.com";
const partner = "https://partner.example";
const foreign = "https://evil.example";

let folder: string;
let service: Server;
let servicePort: number;
let corsd: RunningCorsd;
let envoy: RunningEnvoy;
/** What the native filter answered alone. */
let native: readonly Answer[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-moving-"));
  service = createService();
  servicePort = await listen(service, 0);
  envoy = await startEnvoy({ config: configuration(1), version: "1.40.0" });
  native = await askAll();
});

afterAll(async () => {
  await envoy?.stop();
  await corsd?.stop();
  service.close();
  service.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** The configuration that stands first on the page, changed by those that follow, up to so many. */
function configuration(count: number): object {
  const [whole, ...changes] = configurations.slice(0, count).map((text) => parse(text));
  const manager = whole.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
  const { clusters } = whole.static_resources;
  for (const change of changes) {
    manager.http_filters = change.http_filters;
    manager.route_config.virtual_hosts = change.virtual_hosts ?? manager.route_config.virtual_hosts;
    clusters.push(...(change.clusters ?? []));
  }
  endpointOf(clusters[0]).address.socket_address.port_value = servicePort;
  if (clusters.length > 1) endpointOf(clusters[1]).address.pipe.path = socket();
  return whole;
}

function endpointOf(cluster: {
  load_assignment: { endpoints: { lb_endpoints: { endpoint: Endpoint }[] }[] };
}): Endpoint {
  const endpoint = cluster.load_assignment.endpoints[0]?.lb_endpoints[0]?.endpoint;
  if (endpoint === undefined) throw new Error("the cluster has no endpoint");
  return endpoint;
}
type Endpoint = { address: { socket_address: { port_value: number }; pipe: { path: string } } };

const socket = (): string => join(folder, "corsd.sock");
const policy = (): string => join(folder, "policies.yaml");

/** Starts corsd with the flags of the page. */
async function serve(): Promise<void> {
  const [command = ""] = textsOf("sh moving");
  const [, flags] =
    /^corsd serve --policy policies\.yaml --listen unix:\/run\/corsd\/corsd\.sock (.+)\n$/.exec(
      command,
    ) ?? [];
  expect(flags).toBeDefined();
  corsd = await startCorsd({ policy: policy(), socket: socket(), args: (flags ?? "").split(" ") });
  await expect.poll(corsd.log).toContain('"serving"');
}

async function changeEnvoy(count: number): Promise<void> {
  await envoy.stop();
  envoy = await startEnvoy({ config: configuration(count), version: "1.40.0" });
}

/** Puts a document of the page into force; the one before is `old.yaml` beside it. */
async function changeDocument(index: number): Promise<void> {
  const replaced = (): number => corsd.log().split('"policy replaced"').length;
  const before = replaced();
  await writeFile(join(folder, "old.yaml"), await readFile(policy()));
  await writeFile(join(folder, "next"), documents[index] ?? "");
  await rename(join(folder, "next"), policy());
  await expect.poll(replaced, { timeout: 5_000 }).toBe(before + 1);
}

type Answer = {
  readonly what: string;
  readonly status: number | undefined;
  /** Every CORS line as it came, in order of names. */
  readonly cors: readonly string[];
  readonly vary: string | undefined;
  /** Names of all other headers. */
  readonly others: readonly string[];
};

/** A preflight and a request of each of three origins. */
async function askAll(): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const origin of [app, partner, foreign]) {
    answers.push(await ask("OPTIONS", "/orders", origin), await ask("GET", "/orders", origin));
  }
  return answers;
}

function ask(method: string, path: string, origin: string): Promise<Answer> {
  const preflight = { "access-control-request-method": "PUT" };
  const headers = { origin, ...(method === "OPTIONS" ? preflight : {}) };
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      response.resume();
      const { rawHeaders, statusCode: status } = response;
      const lines = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [`${name.toLowerCase()}: ${rawHeaders[at + 1]}`] : [],
      );
      resolve({
        what: `${method} ${path} ${origin}`,
        status,
        cors: lines.filter((line) => line.startsWith("access-control-")).toSorted(),
        vary: response.headers.vary,
        others: lines
          .map((line) => line.slice(0, line.indexOf(":")))
          .filter((name) => !/^(?:access-control-.*|vary)$/.test(name))
          .toSorted(),
      });
    };
    request(`http://127.0.0.1:${envoy.port}${path}`, { method, headers, agent: false }, answered)
      .on("error", reject)
      .end();
  });
}

/** Does what a block of the page does, and compares what is printed. */
async function run(block: string | undefined): Promise<void> {
  const steps = (block ?? "").split(/^\$ /m).slice(1);
  expect(steps).not.toEqual([]);
  for (const step of steps) {
    const [, command = "", printed = ""] = /^((?:[^\n]*\\\n)*[^\n]*)\n(.*)$/s.exec(step) ?? [];
    const output = command.startsWith("curl ") ? await curl(command) : await runCorsd(command);
    expect({ command, printed: output }).toEqual({ command, printed });
  }
}

/** `curl -s URL | grep TEXT`, at the ports that the processes really have. */
async function curl(command: string): Promise<string> {
  const [, port, path, text = ""] =
    /^curl -s http:\/\/127\.0\.0\.1:(\d+)(\/\w+) \| grep ([\w.^]+)$/.exec(command) ?? [];
  const [, admin = ""] = /"admin":"127\.0\.0\.1:(\d+)"/.exec(corsd.log()) ?? [];
  const actual = { "9901": envoy.adminPort, "9905": admin }[port ?? ""];
  const response = await fetch(`http://127.0.0.1:${actual}${path}`);
  const lines = (await response.text()).split("\n").filter((line) => new RegExp(text).test(line));
  return lines.map((line) => `${line}\n`).join("");
}

function runCorsd(command: string): Promise<string> {
  const words = [...command.replaceAll("\\\n", " ").matchAll(/'([^']*)'|(\S+)/g)];
  const [program, ...args] = words.map(([, quoted, plain]) => quoted ?? plain ?? "");
  expect(program).toBe("corsd");
  return new Promise((resolve) => {
    const main = join(ROOT, "src", "main.ts");
    execFile(process.execPath, [main, ...args], { cwd: folder }, (_, out, err) =>
      resolve(out + err),
    );
  });
}

function expectOneLineEach(answers: readonly Answer[]): void {
  for (const { what, cors } of answers) {
    const names = cors.map((line) => line.split(":")[0]);
    expect([what, names]).toEqual([what, [...new Set(names)]]);
  }
}

/** The native filter's answer as corsd gives it: no browser reads names that a preflight exposes. */
function enforced({ what, status, cors }: Answer): Omit<Answer, "vary" | "others"> {
  const isExposed = (line: string): boolean => line.startsWith("access-control-expose-headers:");
  return {
    what,
    status,
    cors: cors.filter((line) => !(what.startsWith("OPTIONS") && isExposed(line))),
  };
}

describe("the walk of docs/moving.md", () => {
  test("begins with what the native filter does", () => {
    const answers = [app, partner].map((origin) => [
      {
        status: 200,
        cors: [
          "access-control-allow-credentials: true",
          "access-control-allow-headers: content-type, x-api-key",
          "access-control-allow-methods: GET, POST, PUT",
          `access-control-allow-origin: ${origin}`,
          "access-control-expose-headers: x-total-count",
          "access-control-max-age: 600",
        ],
      },
      {
        status: 200,
        cors: [
          "access-control-allow-credentials: true",
          `access-control-allow-origin: ${origin}`,
          "access-control-expose-headers: x-total-count",
        ],
      },
    ]);
    expect(native).toMatchObject([
      ...answers.flat(),
      // The service's own answers.
      { status: 405, cors: [] },
      { status: 200, cors: [] },
    ]);
    expectOneLineEach(native);
  });

  test("2. attached, but corsd is not there: the native filter answers", async () => {
    await changeEnvoy(2);
    expect(await askAll()).toEqual(native);
    // A fresh one, whose counters begin with what is asked next.
    await changeEnvoy(2);
  });

  test("2. attached: nothing changes", async () => {
    await writeFile(policy(), documents[0] ?? "");
    await serve();
    await run(commands[0]);
    expect(await askAll()).toEqual(native);
  });

  test("3. the counters, the log and explain show the difference", async () => {
    await run(commands[1]);
    const [shown = ""] = textsOf("json moving");
    const logged = corsd
      .log()
      .split("\n")
      .filter((line) => line.includes(partner))
      .map((line): unknown => JSON.parse(line));
    expect(logged).toMatchObject(
      shown
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    );
    await run(commands[2]);
  });

  test("3. mended, both agree", async () => {
    await changeDocument(1);
    await run(commands[3]);
    expect(await askAll()).toEqual(native);
    await run(commands[4]);
  });

  test("4. enforced: the same for browsers, and Vary", async () => {
    const careless = await ask("GET", "/public", foreign);
    expect(careless.cors).toEqual(["access-control-allow-origin: *"]);
    await changeDocument(2);
    await run(commands[5]);
    await expectEnforced();
    // Replaced twice: the service's by the native filter's, and that by corsd's.
    const admitted = await ask("GET", "/public", app);
    expectOneLineEach([admitted]);
    expect(admitted.cors).toContain(`access-control-allow-origin: ${app}`);
  });

  test("4. enforced, and corsd is gone: the native filter answers", async () => {
    corsd.signal("SIGKILL");
    await corsd.ended;
    expect(await askAll()).toEqual(native);
    await corsd.stop();
    await serve();
    await expectEnforced();
  });

  test("4. and back: mode: shadow", async () => {
    await changeDocument(1);
    expect(await askAll()).toEqual(native);
    await changeDocument(2);
    await expectEnforced();
  });

  test("5. without the native filter", async () => {
    await changeEnvoy(3);
    await expectEnforced();
  });

  test("5. and back: the configuration of step 2, then shadow", async () => {
    await changeEnvoy(2);
    await expectEnforced();
    await changeDocument(1);
    expect(await askAll()).toEqual(native);
  });

  test("every part of the page was used", () => {
    expect([configurations.length, documents.length, commands.length]).toEqual([3, 3, 6]);
  });
});

async function expectEnforced(): Promise<void> {
  const answers = await askAll();
  expect(answers.map(({ vary, others, ...answer }) => answer)).toEqual(native.map(enforced));
  expectOneLineEach(answers);
  for (const { vary } of answers) expect(vary?.toLowerCase()).toContain("origin");
  const { cors, vary } = await ask("GET", "/public", foreign);
  expect({ cors, vary }).toEqual({ cors: [], vary: "Origin" });
}
