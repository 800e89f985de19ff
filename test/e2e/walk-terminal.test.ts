import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { renderConfig } from "../../envoy/render.ts";
import { findChromium, launchChromium } from "./browser.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// From what a browser prints to a page that works: its message goes into `corsd explain`, and what that prints into the
// policy file, as somebody at a terminal would do it who knows nothing else.

const ROOT = join(import.meta.dirname, "..", "..");
const chromium = await findChromium();

let folder: string;
let policy: string;
let servers: readonly Server[];
let corsd: RunningCorsd;
let envoy: RunningEnvoy;
let browser: Browser;
let page: Page;
let said: string[];
let app: string;
let api: string;

const NOBODY = "https://nobody.example.com";

/** A policy that is strict, or one of a preset whose preflights the browser judges, with these lists. */
function document(preset: string, origin: string): string {
  return `preset: ${preset}
policies:
  - name: web
    allowOrigins:
      - https://other.example.com
      - ${origin}
    allowMethods:
      - GET
    allowHeaders:
      - x-known
    maxAge: 0
apiGroups:
  - name: orders
    match:
      - path: /
    policies: [web]
`;
}

describe.skipIf(chromium === undefined)("from a browser's message to a page that works", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-walk-"));
    policy = join(folder, "policies.yaml");
    await writeFile(policy, document("strict", NOBODY));
    const service = createService();
    const pages = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>app</title>");
    });
    servers = [service, pages];
    const servicePort = await listen(service, 0);
    app = `http://app.demo.localhost:${await listen(pages, 0)}`;
    corsd = await startCorsd({ policy });
    const places = { servicePort, corsd: { pipe: corsd.socket } };
    envoy = await startEnvoy({
      config: await renderConfig(join(ROOT, "envoy", "full.yaml"), places),
    });
    api = `http://api.demo.localhost:${envoy.port}`;
    browser = await launchChromium(chromium ?? "");
  });

  afterAll(async () => {
    await browser?.close();
    await envoy?.stop();
    await corsd?.stop();
    for (const server of servers ?? []) {
      server.close();
      server.closeAllConnections();
    }
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await page?.close();
    page = await browser.newPage();
    said = [];
    page.on("console", (message) => said.push(message.text()));
    await page.goto(app);
  });

  type Asked = { readonly method: string; readonly headers?: Readonly<Record<string, string>> };

  /** What a script of the page gets: a status, or the error that tells it nothing. */
  function request(asked: Asked): Promise<string> {
    return page.evaluate(
      async ({ url, init }) => {
        try {
          return String((await fetch(url, init)).status);
        } catch (error) {
          return String(error);
        }
      },
      {
        url: `${api}/orders/1`,
        init: { ...asked, ...(asked.method === "PUT" ? { body: "tea" } : {}) },
      },
    );
  }

  /** Everything that the console shows of one request. */
  async function refusal(asked: Asked): Promise<string> {
    said = [];
    await request(asked);
    return said.join("\n");
  }

  async function explain(pasted: string): Promise<{ readonly code: number; readonly out: string }> {
    const args = ["src/main.ts", "explain", policy, "--paste", "-"];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (piece: Buffer) => {
      out += piece.toString();
    });
    child.stdin.end(pasted);
    const [code] = await once(child, "close");
    return { code: Number(code), out };
  }

  /** Adds the lines that are marked below the line that the snippet shows above them. */
  async function apply(out: string): Promise<void> {
    const lines = (await readFile(policy, "utf8")).split("\n");
    const snippet = out.split("\n");
    for (const [at, line] of snippet.entries()) {
      if (!line.endsWith(" # add this")) continue;
      const above = snippet[at - 1]?.replace(" # add this", "") ?? "";
      const place = lines.indexOf(above);
      expect(place, `${above} stands in the file`).toBeGreaterThan(0);
      lines.splice(place + 1, 0, line.replace(" # add this", ""));
    }
    await writeFile(policy, lines.join("\n"));
  }

  const walks = [
    {
      what: "the origin of an actual request",
      preset: "strict",
      isListed: false,
      asked: { method: "GET" },
      browserSays: "No 'Access-Control-Allow-Origin' header is present",
      reason: "origin-not-allowed",
      adds: "to `allowOrigins` of policy `web`",
    },
    {
      what: "the origin of a preflight",
      preset: "strict",
      isListed: false,
      asked: { method: "GET", headers: { "x-known": "1" } },
      browserSays: "Response to preflight request doesn't pass access control check: No",
      reason: "origin-not-allowed",
      adds: "to `allowOrigins` of policy `web`",
    },
    {
      what: "the method in a preflight",
      preset: "gateway-api",
      isListed: true,
      asked: { method: "PUT" },
      browserSays:
        "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response",
      reason: "the answer to the preflight does not allow the method PUT",
      adds: "add `PUT` to `allowMethods` of policy `web`",
    },
    {
      what: "a header in a preflight",
      preset: "gateway-api",
      isListed: true,
      asked: { method: "GET", headers: { "x-api-key": "1" } },
      browserSays:
        "Request header field x-api-key is not allowed by Access-Control-Allow-Headers in preflight",
      reason: "the answer to the preflight does not allow the header x-api-key",
      adds: "add `x-api-key` to `allowHeaders` of policy `web`",
    },
  ];

  test.each(walks)("$what", async ({ preset, isListed, asked, browserSays, reason, adds }) => {
    await writeFile(policy, document(preset, isListed ? app : NOBODY));
    // Until that is in force the page is refused for another reason, or not at all.
    await expect.poll(() => refusal(asked), { timeout: 10_000 }).toContain(browserSays);
    const { out } = await explain(said.join("\n"));
    expect(out).toContain(reason);
    expect(out).toContain(adds);
    await apply(out);
    await expect.poll(() => request(asked), { timeout: 10_000 }).toBe("200");
  });

  test("a strict policy's refusal says too little: then the request itself, as cURL", async () => {
    const asked = { method: "PUT", headers: { "x-api-key": "1" } };
    await writeFile(policy, document("strict", app));
    let copied = "";
    page.on("request", (sent) => {
      copied = asCurl(sent);
    });
    // Until that is in force the preflight is granted, and the browser keeps what it was answered for 5 s.
    await expect
      .poll(() => refusal(asked), { timeout: 20_000 })
      .toContain("No 'Access-Control-Allow-Origin' header");
    const first = await explain(said.join("\n"));
    expect(first.code).toBe(0);
    expect(first.out).toContain("the methods allowed are GET, the headers x-known;");
    expect(first.out).toContain("Copy as cURL");
    const { code, out } = await explain(copied);
    expect(code).toBe(3);
    expect(out).toContain("method-not-allowed");
    expect(out).toContain("add `PUT` to `allowMethods` of policy `web`");
    expect(out).toContain("add `x-api-key` to `allowHeaders` of policy `web`");
    await apply(out);
    await expect.poll(() => request(asked), { timeout: 10_000 }).toBe("200");
  });
});

/** As "Copy as cURL (bash)" of the developer tools writes what the browser knows of a request. */
function asCurl(sent: Request): string {
  const headers = Object.entries(sent.headers()).map(([name, value]) => `-H '${name}: ${value}'`);
  const words = [`curl '${sent.url()}'`, `-X '${sent.method()}'`, ...headers];
  return [...words, `--data-raw '${sent.postData()}'`].join(" \\\n  ");
}
