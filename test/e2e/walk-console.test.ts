import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { renderConfig } from "../../envoy/render.ts";
import { findChromium, launchChromium } from "./browser.ts";
import { type OpenConsole, openConsole } from "./console-page.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

// The walk of docs/console.md: a page is refused, the browser's own words are pasted into the console, what it proposes
// is written into the policy file, and the same request works.

const ENVOY = join(import.meta.dirname, "..", "..", "envoy");
const chromium = await findChromium();

describe.skipIf(chromium === undefined)("from an error to its mend", () => {
  let folder: string;
  let policy: string;
  let service: Server;
  let pages: Server;
  let corsd: RunningCorsd;
  let envoy: RunningEnvoy;
  let browser: Browser;
  let opened: OpenConsole;
  /** The page that is refused, and what its browser said. */
  let page: Page;
  let origin: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-walk-"));
    policy = join(folder, "policies.yaml");
    await writeFile(policy, await readFile(join(ENVOY, "policies.yaml"), "utf8"));
    service = createService();
    pages = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>a page</title>");
    });
    corsd = await startCorsd({ policy });
    const places = { servicePort: await listen(service, 0), corsd: { pipe: corsd.socket } };
    envoy = await startEnvoy({ config: await renderConfig(join(ENVOY, "full.yaml"), places) });
    browser = await launchChromium(chromium ?? "");
    origin = `http://partner.demo.localhost:${await listen(pages, 0)}`;
    page = await browser.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(origin);
  });

  afterAll(async () => {
    await browser?.close();
    await envoy?.stop();
    await corsd?.stop();
    for (const server of [service, pages]) {
      server?.close();
      server?.closeAllConnections();
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** What the page's script gets. */
  function ask(): Promise<string> {
    const url = `http://api.demo.localhost:${envoy.port}/orders/1`;
    return page.evaluate(
      (to) =>
        fetch(to).then(
          ({ status }) => `status ${status}`,
          ({ message }) => String(message),
        ),
      url,
    );
  }

  const shown = (selector: string) => () => opened.page.locator(selector).innerText();

  test("the page cannot read the answer, and its browser says so", async () => {
    opened = await openConsole(browser, corsd);
    expect(await ask()).toBe("Failed to fetch");
    await expect.poll(() => complaints.join("\n")).toContain("blocked by CORS policy");
  });

  test("the console shows the refusal as it happens", async () => {
    const cells = opened.page
      .locator("table.live tr", { hasText: "no policy" })
      .locator("td.number");
    await expect
      .poll(() => cells.allInnerTexts(), { timeout: 10_000 })
      .toEqual(["0", "1", "0", "0"]);
    await opened.page.getByRole("link", { name: "Refusals" }).click();
    const rows = opened.page.locator("#refusals-rows");
    await expect.poll(() => rows.innerText(), { timeout: 10_000 }).toContain("/orders/1");
    expect(await rows.innerText()).toContain(origin);
  });

  test("the browser's words, pasted, give the reason and the mend", async () => {
    await opened.page.getByRole("link", { name: "Why?", exact: true }).click();
    const words = complaints.find((each) => each.includes("blocked by CORS policy")) ?? "";
    await opened.page.getByLabel(/console error/).fill(words);
    await opened.page.getByRole("button", { name: "Explain what is pasted" }).click();
    await expect.poll(shown("#why-answer")).toContain("Refused: origin-not-allowed");
    expect(await shown(".snippet")()).toContain(origin);
  });

  test("what it proposes, written into the file, is in force and shown", async () => {
    const before = await shown("#revision")();
    await apply(await opened.page.locator(".snippet pre").innerText());
    await expect.poll(shown("#revision"), { timeout: 10_000 }).not.toBe(before);
    expect(await shown("#state")()).toBe("In force");
  });

  test("the same request works, and the console counts it", async () => {
    expect(await ask()).toBe("status 200");
    await opened.page.getByRole("link", { name: "Live" }).click();
    const cells = opened.page.locator("table.live tr", { hasText: "shop" }).locator("td.number");
    await expect.poll(() => cells.first().innerText(), { timeout: 10_000 }).toBe("1");
    expect(await opened.violations()).toEqual([]);
    expect(opened.errors).toEqual([]);
  });

  /** Adds the lines of a snippet that say so to the list and the policy that they stand in. */
  async function apply(snippet: string): Promise<void> {
    const [proposed] = parse(snippet).policies;
    const added = [...snippet.matchAll(/^ *- (\S+) # add this$/gm)].map(([, value = ""]) => value);
    expect(added).toHaveLength(1);
    const document = parseDocument(await readFile(policy, "utf8"));
    const at = parse(String(document)).policies.findIndex(
      ({ name }: { name: string }) => name === proposed.name,
    );
    for (const value of added) document.addIn(["policies", at, "allowOrigins"], parse(value));
    await writeFile(policy, String(document));
  }
});
