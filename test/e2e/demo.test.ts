import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Child, startChild, untilReady } from "../../envoy/child.ts";
import { findChromium, launchChromium } from "./browser.ts";

const root = join(import.meta.dirname, "..", "..");
const chromium = await findChromium();

type Demo = { readonly child: Child; readonly app: string; readonly evil: string };

/** The command of the README, on free ports and with a policy file of its own. */
async function startDemo(policy: string): Promise<Demo> {
  const child = startChild("npm", ["run", "demo", "--", "--port", "0", "--policy", policy], {
    cwd: root,
  });
  const address = (name: string): string =>
    new RegExp(`http://${name}\\.demo\\.localhost:\\d+`).exec(child.output())?.[0] ?? "";
  // Long, because the first start may have to fetch Envoy.
  await untilReady("demo", child, async () => child.output().includes("Ctrl-C ends"), 170_000);
  return { child, app: address("app"), evil: address("evil") };
}

/** Ctrl-C at a terminal goes to every process of its foreground group. */
function pressCtrlC(child: Child): void {
  process.kill(-(child.pid ?? 0), "SIGINT");
}

function descendants(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    table.flatMap(([child = 0, of = 0]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

let folder: string;
let policy: string;
let original: string;
let demo: Demo;
let stopDemo = async (): Promise<void> => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-demo-test-"));
  policy = join(folder, "policies.yaml");
  original = await readFile(join(root, "envoy", "policies.yaml"), "utf8");
  await writeFile(policy, original);
  demo = await startDemo(policy);
  stopDemo = demo.child.stop;
});

afterAll(async () => {
  await stopDemo();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(chromium === undefined)("in Chromium", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });

  afterAll(() => browser.close());

  async function open(origin: string): Promise<{ page: Page; errors: string[] }> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(origin);
    await page.waitForSelector("body[data-ready]");
    return { page, errors };
  }

  async function resultOf(page: Page, id: string): Promise<object> {
    const card = page.locator(`[id="${id}"][data-outcome]`);
    await card.waitFor();
    return {
      outcome: await card.getAttribute("data-outcome"),
      saw: (await card.locator(".saw").textContent())?.split("\n"),
      service: await card.locator(".seen").textContent(),
      why: await card.locator("summary").allTextContents(),
    };
  }

  const granted = "Request granted by policy shop";
  const withheld = { outcome: "withheld", saw: ["error: TypeError: Failed to fetch"] };
  const foreign = {
    ...withheld,
    service: "nothing",
    why: ["Request refused with 403: origin-not-allowed"],
  };
  const foreignPreflight = {
    ...foreign,
    why: ["Preflight refused with 403: origin-not-allowed"],
  };

  /** What a script can read on the page that the policy lists, and on the one that it does not. */
  const scenarios = [
    {
      id: "read",
      app: {
        outcome: "read",
        saw: ["status: 200", expect.stringContaining("kettle")],
        service: "GET",
        why: [granted],
      },
      evil: foreign,
    },
    {
      id: "exposed",
      app: {
        outcome: "read",
        saw: [expect.stringMatching(/^x-total-count: \d$/), "x-request-cost: null"],
        service: "GET",
        why: [granted],
      },
      evil: foreign,
    },
    {
      id: "star",
      app: {
        outcome: "read",
        saw: ["status: 200", expect.stringContaining("service's own")],
        service: "GET",
        why: [granted],
      },
      evil: foreign,
    },
    {
      id: "broken",
      app: {
        outcome: "read",
        saw: ["status: 503", expect.stringContaining("the database is asleep")],
        service: "GET",
        why: [granted],
      },
      evil: foreign,
    },
    {
      id: "post",
      app: {
        outcome: "read",
        saw: ["status: 201", expect.stringContaining("a teapot")],
        service: "POST",
        why: [granted],
      },
      evil: foreign,
    },
    {
      id: "put",
      app: {
        outcome: "read",
        saw: ["status: 200", expect.stringContaining('"state":"sent"')],
        service: "PUT",
        why: ["Preflight granted by policy shop", granted],
      },
      evil: foreignPreflight,
    },
    {
      id: "delete",
      app: {
        ...withheld,
        service: "nothing",
        why: ["Preflight refused with 405 by policy shop: method-not-allowed"],
      },
      evil: foreignPreflight,
    },
    {
      id: "header",
      app: {
        outcome: "read",
        saw: ["status: 200", expect.stringContaining("tea")],
        service: "GET",
        why: ["Preflight granted by policy shop", granted],
      },
      evil: foreignPreflight,
    },
    {
      id: "header-refused",
      app: {
        ...withheld,
        service: "nothing",
        why: ["Preflight refused with 403 by policy shop: header-not-allowed"],
      },
      evil: foreignPreflight,
    },
    {
      id: "continue",
      app: {
        outcome: "read",
        saw: ["status: 200", expect.stringContaining("May")],
        service: "GET",
        why: ["Preflight granted by policy reports", "Request granted by policy reports"],
      },
      evil: foreignPreflight,
    },
    {
      id: "cookie",
      app: { outcome: "read", saw: ["first: 1", "second: 2"], service: "GET, GET", why: [granted] },
      evil: foreign,
    },
    {
      id: "events",
      app: {
        outcome: "read",
        saw: ['events: ["tick 1","tick 2"]'],
        service: "GET",
        why: [granted],
      },
      evil: { ...foreign, saw: ["error: Error: EventSource: error"] },
    },
    {
      id: "socket",
      app: {
        outcome: "read",
        saw: ["message: the service heard: hello"],
        service: "WebSocket",
        why: ["Handshake passed"],
      },
      evil: {
        ...foreign,
        saw: ["error: Error: WebSocket: error"],
        why: ["Handshake refused with 403: origin-not-allowed"],
      },
    },
    { id: "null", app: foreign, evil: foreign },
  ];

  test.for(["app", "evil"] as const)("the page of %s can read what it should", async (name) => {
    const { page, errors } = await open(demo[name]);
    await page.click("#run-all");
    const results: Record<string, object> = {};
    for (const { id } of scenarios) results[id] = await resultOf(page, id);
    expect(results).toEqual(
      Object.fromEntries(scenarios.map((scenario) => [scenario.id, scenario[name]])),
    );
    expect(errors).toEqual([]);
    await page.close();
  });

  test("an edit of the policy file is in force at once, and a bad one is not", async () => {
    const { page } = await open(demo.app);
    const outcomeOfDelete = async (): Promise<string | null> => {
      await page.click("#delete .run");
      const card = page.locator("#delete[data-outcome]");
      await card.waitFor();
      return card.getAttribute("data-outcome");
    };
    expect(await outcomeOfDelete()).toBe("withheld");

    await writeFile(policy, original.replaceAll("POST, PUT]", "POST, PUT, DELETE]"));
    await expect.poll(outcomeOfDelete, { timeout: 4_000 }).toBe("read");
    const state = page.locator("#policy-state");
    await expect.poll(() => state.textContent()).toContain("Changed, and in force.");

    await writeFile(policy, original.replaceAll("POST, PUT]", "POST, P UT]"));
    await expect.poll(() => state.textContent(), { timeout: 4_000 }).toContain("`P UT`");
    expect(await outcomeOfDelete()).toBe("read");

    await writeFile(policy, original);
    await expect.poll(outcomeOfDelete, { timeout: 4_000 }).toBe("withheld");
    await page.close();
  });
});

test("the addresses that are told answer", async () => {
  const told = demo.child.output();
  const [, admin = ""] = /^corsd's at (http:\S+) /m.exec(told) ?? [];
  expect(await (await fetch(`${admin}/readyz`)).text()).toBe("ready\n");
  expect(await (await fetch(`${admin}/metrics`)).text()).toContain('policy="shop"');
});

describe("the page's server", () => {
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${new URL(demo.app).port}${path}`, init);

  test("does not answer for a host that is not the demo's", async () => {
    // As a page elsewhere would ask after its own name was pointed at loopback.
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(demo.app);
      const asked = request({ host: "127.0.0.1", port, headers: { host: "rebound.example" } });
      asked.once("response", (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.once("error", reject);
      asked.end();
    });
    expect(status).toBe(421);
  });

  test("shows the policy file", async () => {
    expect(await (await get("/policy")).text()).toBe(original);
  });

  test.for([
    ["nothing", ""],
    ["an object without its keys", "{}"],
    ["a list", "[]"],
    ["a header that is no pair", '{"method":"GET","url":"/","headers":["x"]}'],
    ["a header without a value", '{"method":"GET","url":"/","headers":[["x"]]}'],
    ["what is too long", JSON.stringify({ method: "x".repeat(30_000), url: "/", headers: [] })],
  ])("does not take %s for a question", async ([, body = ""]) => {
    expect((await get("/why", { method: "POST", body })).status).toBe(400);
  });
});

test("Ctrl-C ends everything that the demo started", async () => {
  const started = descendants(demo.child.pid ?? 0);
  // npm's shell or node, then corsd and Envoy.
  expect(started.length).toBeGreaterThanOrEqual(3);
  pressCtrlC(demo.child);
  await demo.child.ended;
  await expect.poll(() => started.filter(isAlive)).toEqual([]);
});

test("where a part of it ends by itself, the demo says so and ends", async () => {
  const { child } = await startDemo(policy);
  const started = descendants(child.pid ?? 0);
  const corsd = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("main.ts serve"))
    .map((line) => Number(line.trim().split(" ")[0]))
    .filter((pid) => started.includes(pid));
  expect(corsd).toHaveLength(1);
  for (const pid of corsd) process.kill(pid, "SIGKILL");
  expect(await child.ended).toBe("exit 1");
  expect(child.output()).toContain("demo: corsd ended by itself: killed by SIGKILL");
  await expect.poll(() => started.filter(isAlive)).toEqual([]);
});
