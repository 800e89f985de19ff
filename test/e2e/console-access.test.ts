import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askCorsd } from "./ask-corsd.ts";
import { findChromium, launchChromium } from "./browser.ts";
import { openConsole } from "./console-page.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";

// The console with a keyboard alone, on a small screen, and under the rules of WCAG that a program can check.

const chromium = await findChromium();
const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const APP = "https://app.example.com";
const DOCUMENT = `
policies:
  - { name: shop, tags: [web], allowOrigins: ["${APP}"], allowMethods: [GET] }
  - { name: next, tags: [web], mode: shadow, allowOrigins: ["${APP}"], allowMethods: [POST] }
applications:
  - { name: kiosk, origins: ["https://kiosk.example"] }
apiGroups:
  - { name: orders, match: [{ path: /orders }, { host: a.example }], policies: [next, shop] }
  - { name: empty, match: [{ path: /empty }], policies: [] }
`;

/** Shows everything that there is in a part of the page. */
const ROOMS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  live: async (page) => {
    await page.locator("table.live button").first().click();
    await page.locator("tr.below:visible table").first().waitFor();
  },
  refusals: (page) => page.locator("#refusals-rows tr").first().waitFor(),
  policy: async (page) => {
    await page.locator("#problems table").waitFor();
    for (const summary of await page.locator("#policy summary").all()) await summary.click();
  },
  why: async (page) => {
    const curl = `curl -X DELETE 'https://api.example.com/orders/1' -H 'Origin: ${APP}'`;
    await page.getByLabel(/console error/).fill(curl);
    await page.getByRole("button", { name: "Explain what is pasted" }).click();
    await page.locator(".snippet").waitFor();
  },
  change: async (page) => {
    await page.getByLabel(/whole document/).fill("policies: [{name: a, allowOrigins: []}]\n");
    await page.getByRole("button", { name: "Compare with the policy in force" }).click();
    await page.locator("#change-answer h3").waitFor();
  },
};

describe.skipIf(chromium === undefined)("the console", () => {
  let browser: Browser;
  let folder: string;
  let corsd: RunningCorsd;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
    folder = await mkdtemp(join(tmpdir(), "corsd-access-"));
    const policy = join(folder, "policies.yaml");
    await writeFile(policy, DOCUMENT);
    corsd = await startCorsd({ policy });
    await askCorsd(
      corsd,
      [APP, "https://evil.example"].map((origin) => [
        [":method", "GET"],
        [":path", "/orders"],
        ["origin", origin],
      ]),
    );
    // Then the files turn bad, so that all that can be said is said.
    await writeFile(policy, `${DOCUMENT}  - { name: orders, policies: [none] }\n`);
  });

  afterAll(async () => {
    await corsd.stop();
    await browser.close();
    await rm(folder, { recursive: true });
  });

  test.each(
    Object.keys(ROOMS).flatMap((room) =>
      (["light", "dark"] as const).map((colorScheme) => ({ room, colorScheme })),
    ),
  )("has nothing in $room that axe finds wrong, in $colorScheme", async ({ room, colorScheme }) => {
    const options = {
      at: `#${room}`,
      colorScheme,
      bypassCSP: true,
      reducedMotion: "reduce",
    } as const;
    const { page, close } = await openConsole(browser, corsd, options);
    await page.locator("#alarm").waitFor();
    await ROOMS[room]?.(page);
    await page.addScriptTag({ path: axePath });
    const { violations, passes } = await page.evaluate(
      (): Promise<AxeResults> => Reflect.get(globalThis, "axe").run(document),
    );
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    expect(found).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
    await close();
  });

  test.each(Object.keys(ROOMS))("fits %s into 320 pixels", async (room) => {
    const viewport = { width: 320, height: 640 };
    const { page, close } = await openConsole(browser, corsd, { at: `#${room}`, viewport });
    await ROOMS[room]?.(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(320);
    await close();
  });

  test("can be walked through with the keyboard alone", async () => {
    const { page, errors, close } = await openConsole(browser, corsd);
    const press = (...keys: string[]) =>
      keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: at } = document;
        return at?.id || at?.textContent?.trim();
      });
    const tabTo = async (wanted: string) => {
      for (let count = 0; count < 40 && (await focused()) !== wanted; count += 1)
        await press("Tab");
      expect(await focused()).toBe(wanted);
    };
    await press("Tab");
    expect(await focused()).toBe("skip");
    await press("Enter");
    expect(await focused()).toBe("main");
    await press("Shift+Tab");
    expect(await focused()).toBe("Try a change");
    await press("Shift+Tab");
    const outline = await page.evaluate(() => {
      const { activeElement: at } = document;
      return at === null ? "" : getComputedStyle(at).outlineStyle;
    });
    expect(outline).toBe("solid");
    await press("Enter");
    await expect.poll(focused).toBe("why-title");
    expect(await page.title()).toBe("Why is a request granted or refused? · corsd");
    await tabTo("why-url");
    await page.keyboard.type("/orders");
    await press("Tab");
    await page.keyboard.type("Origin: https://evil.example");
    await press("Tab", "Tab", "Tab", "Tab", "Enter");
    await expect.poll(focused).toBe("Refused: origin-not-allowed");
    await tabTo("Copy the snippet");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await press("Enter");
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toContain("https://evil.example");
    expect(errors).toEqual([]);
    await close();
  });
});
