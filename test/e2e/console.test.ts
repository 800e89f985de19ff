import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestHeader } from "../server/ext-proc-client.ts";
import { askCorsd } from "./ask-corsd.ts";
import { findChromium, launchChromium } from "./browser.ts";
import { type OpenConsole, openConsole } from "./console-page.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";

const chromium = await findChromium();

const APP = "https://app.example.com";
const EVIL = "https://evil.example";

const DOCUMENT = `
policies:
  - name: shop
    description: The web shop.
    tags: [web]
    allowOrigins: ["${APP}", "https://*.shop.example"]
    allowMethods: [GET, POST]
    allowHeaders: [content-type]
    allowCredentials: true
    maxAge: 600
  - name: next
    tags: [web, trial]
    mode: shadow
    allowOrigins: ["${APP}"]
    allowMethods: [GET]
  - { name: reports, tags: [office], allowOrigins: ["https://office.example"] }
applications:
  - { name: kiosk, origins: ["https://kiosk.example"], apiGroups: [orders] }
apiGroups:
  - { name: orders, match: [{ path: /orders }, { host: api.example.com }], policies: [next, shop] }
  - { name: reports, match: [{ path: /reports }], policies: [reports] }
`;

function actual(method: string, path: string, origin: string): readonly TestHeader[] {
  return [
    [":method", method],
    [":path", path],
    [":authority", "api.example.com"],
    ["origin", origin],
  ];
}

function preflight(path: string, method: string, header: string): readonly TestHeader[] {
  return [
    ...actual("OPTIONS", path, APP),
    ["access-control-request-method", method],
    ["access-control-request-headers", header],
  ];
}

describe.skipIf(chromium === undefined)("the console", () => {
  let browser: Browser;
  let folder: string;
  let policy: string;
  let corsd: RunningCorsd | undefined;
  let opened: OpenConsole | undefined;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });

  afterAll(() => browser.close());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-console-"));
    policy = join(folder, "policies.yaml");
  });

  afterEach(async () => {
    const stopped = [await opened?.violations(), opened?.errors];
    await opened?.close();
    await corsd?.stop();
    await rm(folder, { recursive: true });
    [opened, corsd] = [undefined, undefined];
    expect(stopped).toEqual([[], []]);
  });

  async function open(document: string, at = "", args: readonly string[] = []): Promise<Page> {
    await writeFile(policy, document);
    corsd = await startCorsd({ policy, args });
    opened = await openConsole(browser, corsd, { at });
    return opened.page;
  }

  async function ask(...requests: (readonly TestHeader[])[]): Promise<void> {
    if (corsd === undefined) throw new Error("corsd does not run");
    await askCorsd(corsd, requests);
  }

  const text = (page: Page, selector: string) => () => page.locator(selector).innerText();

  test("shows the document: groups, policies, applications", async () => {
    const page = await open(DOCUMENT, "#policy");
    await page.getByText("orders", { exact: true }).first().click();
    const group = page.locator("#groups details").first();
    await expect.poll(() => group.innerText()).toContain("api.example.com");
    expect(await group.locator("ol li").allInnerTexts()).toEqual(["next", "shop"]);
    expect(await group.innerText()).toContain("kiosk");
    await group.getByRole("link", { name: "shop" }).click();
    const shop = page.locator("#policies details[open]");
    await expect.poll(() => shop.innerText()).toContain("https://*.shop.example");
    for (const shown of [
      "The web shop.",
      "enforce",
      "GET",
      "POST",
      "content-type",
      "600 s",
      "web",
    ]) {
      expect(await shop.innerText()).toContain(shown);
    }
    expect(await page.locator("#policies summary").count()).toBe(1);
  });

  test("shows what has a tag", async () => {
    const page = await open(DOCUMENT, "#policy");
    await page.getByLabel("Tag").selectOption("office");
    const names = (id: string) => () => page.locator(`#${id} summary b`).allInnerTexts();
    await expect.poll(names("policies")).toEqual(["reports"]);
    expect(await names("groups")()).toEqual(["reports"]);
    await page.getByLabel("Tag").selectOption("");
    await expect.poll(names("policies")).toEqual(["shop", "next", "reports"]);
  });

  test("follows the file: a change, errors with their places, and their mend", async () => {
    const page = await open(DOCUMENT, "#policy");
    const revision = text(page, "#revision");
    await expect.poll(() => page.locator("#revision").count()).toBe(1);
    const first = await revision();
    await writeFile(policy, DOCUMENT.replace("name: reports,", "name: accounts,"));
    await expect.poll(text(page, "#problems"), { timeout: 10_000 }).toContain("reports");
    expect(await text(page, "#problems")()).toMatch(/policies\.yaml:\d+:\d+/);
    expect(await text(page, "#state")()).toBe("The last good document is in force");
    expect(await page.locator("#alarm").isVisible()).toBe(true);
    expect(await revision()).toBe(first);
    await writeFile(policy, `${DOCUMENT}# changed\n`);
    await expect.poll(revision, { timeout: 10_000 }).not.toBe(first);
    await expect.poll(text(page, "#state")).toBe("In force");
    expect(await page.locator("#alarm").isVisible()).toBe(false);
    await expect.poll(text(page, "#problems")).toBe("");
  });

  test.each([{ args: [] }, { args: ["--workers", "2"] }])(
    "shows decisions by policy as they come, with $args",
    async ({ args }) => {
      const page = await open(DOCUMENT, "", args);
      await expect.poll(() => page.locator("#live-empty").isVisible()).toBe(true);
      const granted = Array.from({ length: 6 }, () => actual("GET", "/orders", APP));
      await ask(...granted, actual("POST", "/orders", APP), actual("GET", "/orders", EVIL));
      await ask(preflight("/orders", "DELETE", "content-type"));
      const row = (name: string) =>
        page.locator("table.live > tbody > tr:first-child", { hasText: name });
      const cells = (name: string) => () => row(name).locator("td.number").allInnerTexts();
      await expect.poll(cells("shop"), { timeout: 10_000 }).toEqual(["7", "1", "0", "0"]);
      expect(await cells("no policy")()).toEqual(["0", "1", "0", "0"]);
      // It would allow no credentials.
      expect(await cells("next")()).toEqual(["0", "0", "0", "7"]);
      const chart = row("shop").getByRole("img");
      await expect
        .poll(() => chart.getAttribute("aria-label"))
        .toMatch(/^Last five minutes: 7 granted, 1 refused; /);
      await row("shop").getByRole("button").click();
      const details = page.locator("tr.below:visible");
      expect(await details.innerText()).toMatch(
        /orders\s+preflight\s+refused\s+method-not-allowed\s+1/,
      );
      expect(await details.innerText()).toMatch(/this minute\s+7\s+1\s+0/);
    },
  );

  test("asks nothing while it is paused", async () => {
    const page = await open(DOCUMENT);
    const pause = page.getByRole("button", { name: "Pause updates" });
    await pause.click();
    expect(await pause.getAttribute("aria-pressed")).toBe("true");
    let asked = 0;
    page.on("request", () => {
      asked += 1;
    });
    await page.clock.install();
    await page.clock.runFor(10_000);
    expect(asked).toBe(0);
    await pause.click();
    await expect.poll(() => asked).toBeGreaterThan(0);
  });

  test("asks nothing while its tab is hidden", async () => {
    const page = await open(DOCUMENT);
    const turn = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, isHidden);
    await expect.poll(text(page, "#state")).toBe("In force");
    await page.clock.install();
    await turn(true);
    // What was under way is answered still.
    await page.clock.runFor(100);
    let asked = 0;
    page.on("request", () => {
      asked += 1;
    });
    await page.clock.runFor(10_000);
    expect(asked).toBe(0);
    await turn(false);
    await expect.poll(() => asked).toBeGreaterThan(0);
  });

  test.each([{ args: [] }, { args: ["--workers", "2"] }])(
    "shows the latest refusals, and why each was refused, with $args",
    async ({ args }) => {
      const page = await open(DOCUMENT, "#refusals", args);
      await ask(actual("GET", "/orders/1?token=secret", EVIL), actual("GET", "/orders", APP));
      await ask(preflight("/orders", "POST", "x-other"));
      const rows = page.locator("#refusals-rows tr");
      await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(2);
      const all = await page.locator("#refusals-rows").innerText();
      expect(all).toContain("origin-not-allowed");
      expect(all).toContain("/orders/1");
      expect(all).not.toContain("secret");
      await page.getByLabel("Find", { exact: true }).fill("x-other");
      await expect.poll(() => page.locator("#refusals-rows tr:visible").count()).toBe(1);
      await page.getByRole("button", { name: /^Why\? POST/ }).click();
      const answer = text(page, "#why-answer");
      await expect.poll(answer).toContain("Refused by policy shop: header-not-allowed");
      expect(await page.getByLabel("Method").inputValue()).toBe("OPTIONS");
      expect(await answer()).toContain("x-other # add this");
    },
  );

  test("says that none are kept where that was asked for", async () => {
    const page = await open(DOCUMENT, "#refusals", ["--console-refusals", "0"]);
    await ask(actual("GET", "/orders", EVIL));
    await expect.poll(text(page, "#refusals-lead")).toContain("--console-refusals 0");
    expect(await page.locator("#refusals-rows tr").count()).toBe(0);
  });

  test("explains a pasted curl command with its headers and its mend", async () => {
    const page = await open(DOCUMENT, "#why");
    const curl = `curl -X DELETE 'https://api.example.com/orders/1' -H 'Origin: ${APP}' -H 'Cookie: a=secret'`;
    await page.getByLabel(/console error/).fill(curl);
    await page.getByRole("button", { name: "Explain what is pasted" }).click();
    const answer = text(page, "#why-answer");
    await expect.poll(answer).toContain("Refused by policy shop: method-not-allowed");
    expect(await answer()).toContain("DELETE # add this");
    expect(await answer()).not.toContain("secret");
    await page.getByLabel(/console error/).fill("what is this?");
    await page.getByRole("button", { name: "Explain what is pasted" }).click();
    await expect.poll(answer).toContain("none of what is understood");
  });

  test("explains what is described, and shows the headers that go out", async () => {
    const page = await open(DOCUMENT, "#why");
    await page.getByLabel("URL", { exact: true }).fill("https://api.example.com/orders");
    await page.getByLabel("Headers, one a line").fill(`Origin: ${APP}`);
    await page.getByRole("button", { name: "Explain the request" }).click();
    const answer = text(page, "#why-answer");
    await expect.poll(answer).toContain("Granted by policy shop");
    expect(await answer()).toMatch(
      /access-control-allow-origin\s+set\s+https:\/\/app\.example\.com/,
    );
    await page.getByLabel("URL", { exact: true }).fill("nowhere");
    await page.getByRole("button", { name: "Explain the request" }).click();
    await expect.poll(answer).toContain("url: `nowhere`: write");
  });

  test("compares a document with the one in force, and changes nothing", async () => {
    const page = await open(DOCUMENT, "#change");
    const compare = page.getByRole("button", { name: "Compare with the policy in force" });
    const answer = text(page, "#change-answer");
    const before = await text(page, "#revision")();
    await page.getByLabel(/whole document/).fill(DOCUMENT.replace("[GET, POST]", "[GET, PUT]"));
    await compare.click();
    await expect.poll(answer, { timeout: 20_000 }).toMatch(/policy shop: methods added: PUT/);
    expect(await answer()).toMatch(/policy shop: methods removed: POST/);
    await page.getByLabel(/whole document/).fill("policies: [{name: a, allowOrigin: x}]\n");
    await compare.click();
    await expect.poll(answer, { timeout: 20_000 }).toContain("It would not come into force: ");
    expect(await answer()).toContain("pasted:1:");
    const file = join(folder, "same.yaml");
    await writeFile(file, DOCUMENT);
    await page.getByLabel("or take a file").setInputFiles(file);
    await expect.poll(() => page.getByLabel(/whole document/).inputValue()).toBe(DOCUMENT);
    await compare.click();
    await expect.poll(answer, { timeout: 20_000 }).toBe("Nothing would behave differently");
    expect(await text(page, "#revision")()).toBe(before);
  });

  test("a second question while the first is answered is not asked", async () => {
    const page = await open(DOCUMENT, "#change");
    const asked: string[] = [];
    let answerFirst = (): void => {};
    await page.route("**/diff", async (route) => {
      asked.push(route.request().postData() ?? "");
      await new Promise<void>((resolve) => {
        answerFirst = resolve;
      });
      await route.continue();
    });
    const compare = page.getByRole("button", { name: "Compare with the policy in force" });
    await page.getByLabel(/whole document/).fill(DOCUMENT);
    await compare.click();
    await expect.poll(() => asked.length).toBe(1);
    await compare.click();
    answerFirst();
    const answer = text(page, "#change-answer");
    await expect.poll(answer, { timeout: 20_000 }).toBe("Nothing would behave differently");
    expect(asked).toEqual([DOCUMENT]);
  });

  test("stays usable with 2,000 groups and 100,000 origins", async () => {
    const origins = Array.from({ length: 100_000 }, (_, at) => `https://o${at}.example`);
    const policies = Array.from({ length: 2000 }, (_, at) => ({
      name: `p${at}`,
      tags: ["many"],
      allowOrigins: at === 0 ? origins : [`https://p${at}.example`],
    }));
    const apiGroups = policies.map(({ name }, at) => ({
      name: `g${at}`,
      match: [{ path: `/g${at}` }],
      policies: [name],
    }));
    const page = await open(JSON.stringify({ policies, apiGroups }), "#policy");
    await expect.poll(text(page, "#groups-count"), { timeout: 30_000 }).toBe("2,000");
    expect(await page.locator("#groups summary").count()).toBe(50);
    await page.getByRole("button", { name: "Show 50 more (1,950 left)" }).first().click();
    expect(await page.locator("#groups summary").count()).toBe(100);
    // How long the browser can do nothing else while all of it is shown anew.
    const longest = await page.evaluate(async () => {
      const search = document.querySelector<HTMLInputElement>("#policy-search");
      if (search === null) throw new Error("there is no search");
      const start = performance.now();
      search.value = "1";
      search.dispatchEvent(new Event("input"));
      await new Promise(requestAnimationFrame);
      return performance.now() - start;
    });
    expect(longest).toBeLessThan(1000);
    await page.getByLabel("Find a name").fill("p0");
    await page.locator("#policies summary").first().click();
    const first = page.locator("#policies details").first();
    await expect.poll(() => first.innerText()).toContain("The first 50 of 100,000");
    await first.getByRole("searchbox").fill("o99999");
    await expect.poll(() => first.innerText(), { timeout: 20_000 }).toContain("1 origin found");
    expect(await first.locator(".origins li").allInnerTexts()).toEqual(["https://o99999.example"]);
  });

  test("asks for the token, and keeps it for this tab alone", async () => {
    const token = "0123456789abcdef0123456789abcdef";
    const page = await open(DOCUMENT, "#policy", ["--admin-token", token]);
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await page.locator("#groups").innerText()).toBe("");
    await page.getByRole("textbox", { name: "Token" }).fill("not the right one");
    await page.keyboard.press("Enter");
    await expect.poll(() => dialog.innerText()).toContain("visible ASCII characters");
    await page.getByRole("textbox", { name: "Token" }).fill(`${token}x`);
    await page.keyboard.press("Enter");
    await expect.poll(() => dialog.innerText()).toContain("That is not the token.");
    await page.getByRole("textbox", { name: "Token" }).fill(token);
    await page.keyboard.press("Enter");
    await expect.poll(text(page, "#groups-count")).toBe("2");
    expect(await dialog.isVisible()).toBe(false);
    await page.reload();
    await expect.poll(text(page, "#groups-count")).toBe("2");
    const kept = await page.evaluate(() => [localStorage.length, document.cookie]);
    expect(kept).toEqual([0, ""]);
    const other = await page.context().newPage();
    await other.goto(opened?.origin ?? "");
    await other.getByRole("dialog").waitFor();
  });

  test("says that the server is gone, and goes on when it is back", async () => {
    const page = await open(DOCUMENT);
    await expect.poll(text(page, "#state")).toBe("In force");
    await page.route("**/decisions", (route) => route.abort());
    await expect.poll(text(page, "#state"), { timeout: 10_000 }).toContain("No answer");
    await page.unroute("**/decisions");
    await expect.poll(text(page, "#state"), { timeout: 10_000 }).toBe("In force");
  });
});
