import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { buildSite } from "../../site/build-site.ts";
import { createSiteServer } from "../../site/serve-site.ts";
import { findChromium } from "./browser.ts";
import { type Stage, startStage, type Where } from "./example-stage.ts";

// From the docs alone: somebody's page fails, its error is put into the search of the built site, the first hit is
// opened, its mend is taken over with the names of the case, and the page works. All in a real Chromium.

const chromium = await findChromium();

/** A failure of somebody else than the pages speak of. */
type Walk = {
  readonly document: string;
  readonly script: string;
  readonly where: Where;
  /** Of the page that should be found. */
  readonly title: string;
  /** What the snippet has and the case has instead. */
  readonly names: readonly (readonly [shown: string, own: string])[];
};

const url = "https://api.example.com/v2/baskets/7";
const shop = "https://shop.example.net";

const WALKS: readonly Walk[] = [
  {
    document: "policies: [{name: shop, allowOrigins: [https://www.example.net]}]\n",
    script: `const response = await fetch("${url}");`,
    where: { origin: shop },
    title: "No Access-Control-Allow-Origin header",
    names: [["https://app.example.com", shop]],
  },
  {
    document: `policies: [{name: shop, allowOrigins: ["${shop}"]}]\n`,
    script: `const response = await fetch("${url}", { credentials: "include" });`,
    where: { origin: shop },
    title: "Access-Control-Allow-Credentials is '' and must be 'true'",
    names: [["https://app.example.com", shop]],
  },
  {
    document: 'policies: [{name: shop, allowOrigins: ["*"]}]\n',
    script: `const response = await fetch("${url}", { credentials: "include" });`,
    where: { origin: shop },
    title: "The wildcard * with credentials",
    names: [["https://app.example.com", shop]],
  },
  {
    document: `policies: [{name: shop, preset: envoy, allowOrigins: ["${shop}"]}]\n`,
    script: `const response = await fetch("${url}", { method: "DELETE" });`,
    where: { origin: shop },
    title: "Method is not allowed by Access-Control-Allow-Methods",
    names: [
      ["https://app.example.com", shop],
      ["PUT", "DELETE"],
    ],
  },
  {
    document: `policies: [{name: shop, preset: envoy, allowOrigins: ["${shop}"]}]\n`,
    script: `const response = await fetch("${url}", { headers: { "x-basket": "7" } });`,
    where: { origin: shop },
    title: "Request header field is not allowed by Access-Control-Allow-Headers",
    names: [
      ["https://app.example.com", shop],
      ["x-api-key", "x-basket"],
    ],
  },
  {
    document: `policies: [{name: shop, allowOrigins: ["${shop}"]}]\n`,
    script: `const response = await fetch("${url}");`,
    where: { origin: shop, sandboxed: true },
    title: "The origin is null",
    names: [["https://app.example.com", shop]],
  },
];

describe.skipIf(chromium === undefined)("from a browser's error to a page that works", () => {
  let stage: Stage;
  let site: string;
  const server = createSiteServer(buildSite(join(import.meta.dirname, "..", "..")));

  beforeAll(async () => {
    site = `http://127.0.0.1:${await listen(server, 0)}/`;
    stage = await startStage(chromium ?? "");
  });

  afterAll(async () => {
    await stage?.stop();
    server.close();
    server.closeAllConnections();
  });

  /** What a search for this text finds first, opened. */
  async function search(page: Page, text: string): Promise<void> {
    await page.goto(site);
    await page.fill("#site-search", text);
    await page.locator("#site-results a").first().waitFor();
    await page.press("#site-search", "Enter");
    await page.waitForURL(/pains/);
  }

  test.each(WALKS)("$title", async ({ document, script, where, title, names }) => {
    await stage.setPolicy(document);
    const before = await stage.attempt(script, where);
    expect(before.error).toBe("TypeError: Failed to fetch");

    const page = await stage.browser.newPage();
    await search(page, before.console[0] ?? "");
    expect(await page.locator("h1").textContent()).toBe(title);
    let mend = (await page.locator('[data-info="yaml mended"] code').textContent()) ?? "";
    for (const [shown, own] of names) {
      expect(mend).toContain(shown);
      mend = mend.replaceAll(shown, own);
    }
    await page.close();

    await stage.setPolicy(mend);
    const after = await stage.attempt(script, where);
    expect({ status: after.status, error: after.error }).toEqual({ status: 200, error: undefined });
  });

  test.each([
    ["Safari", "Method DELETE is not allowed by Access-Control-Allow-Methods."],
    ["Firefox", "(Reason: Did not find method in CORS header ‘Access-Control-Allow-Methods’)."],
  ])("%s's words for the method lead to the same page", async (_, message) => {
    const page = await stage.browser.newPage();
    await search(page, message);
    expect(await page.locator("h1").textContent()).toBe(
      "Method is not allowed by Access-Control-Allow-Methods",
    );
    await page.close();
  });

  test("a search without hits says so, and the first page shows its picture", async () => {
    const page = await stage.browser.newPage();
    await page.goto(site);
    const width = (image: SVGElement | HTMLElement): number =>
      image instanceof HTMLImageElement ? image.naturalWidth : 0;
    expect(await page.locator("main img").evaluate(width)).toBeGreaterThan(0);
    await page.fill("#site-search", "qqqzzz");
    expect(await page.locator("#site-results li").textContent()).toContain("Nothing is found");
    await page.close();
  });

  test("by keyboard: down into the results, and back", async () => {
    const page = await stage.browser.newPage();
    await page.goto(`${site}decisions/0003-hand-written-codec.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("max-age-capped");
    await page.locator("#site-results a").first().waitFor();
    await page.keyboard.press("ArrowDown");
    const focused = page.locator("#site-results a:focus");
    expect(await focused.textContent()).toContain("max-age-capped");
    await page.keyboard.press("Escape");
    expect(await page.locator("#site-results").isHidden()).toBe(true);
    await page.keyboard.press("Enter");
    await page.waitForURL(/reference\/problems\.html#max-age-capped$/);
    await page.close();
  });

  test("without scripts every page reads, and there is no search that does nothing", async () => {
    const context = await stage.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site}pains/no-allow-origin.html`);
    expect(await page.locator("h1").textContent()).toBe("No Access-Control-Allow-Origin header");
    expect(await page.locator("#site-search").isHidden()).toBe(true);
    await page.click("text=The wildcard * with credentials");
    await page.waitForURL(/wildcard-with-credentials/);
    await context.close();
  });

  test("a code block is copied", async () => {
    const context = await stage.browser.newContext({
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    await page.goto(`${site}pains/null-origin.html`);
    await page.locator('[data-info="yaml mended"]').hover();
    await page.click('[data-info="yaml mended"] button');
    await page.locator('[data-info="yaml mended"] button:text("Copied")').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain('allowOrigins: [https://app.example.com, "null"]');
    await context.close();
  });
});
