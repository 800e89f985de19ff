import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { askCorsd } from "./ask-corsd.ts";
import { findChromium, launchChromium } from "./browser.ts";
import { type OpenConsole, openConsole } from "./console-page.ts";
import { adminOf } from "./corsd-metrics.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";

// What clients and documents write is shown as text. Each attempt would call `intruded()` if any of it ran.

const chromium = await findChromium();

const APP = "https://app.example.com";
const ATTEMPTS = [
  "<img src=x onerror=intruded()>",
  '"><script>intruded()</script>',
  "'><svg onload=intruded()>",
  "javascript:intruded()",
  "{{intruded()}}",
  "</textarea><iframe srcdoc='<script>parent.intruded()</script>'>",
  "<a href=javascript:intruded()>x</a>",
];

const DOCUMENT = JSON.stringify({
  policies: [
    {
      name: "web",
      description: ATTEMPTS.join(" "),
      tags: ["a<b>"],
      allowOrigins: [APP],
      allowMethods: ["GET"],
    },
  ],
});

describe.skipIf(chromium === undefined)("the console shows as text", () => {
  let browser: Browser;
  let folder: string;
  let corsd: RunningCorsd;
  let opened: OpenConsole;

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });

  afterAll(() => browser.close());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-safety-"));
    const policy = join(folder, "policies.yaml");
    await writeFile(policy, DOCUMENT);
    corsd = await startCorsd({ policy });
  });

  /** Nothing ran, nothing even had to be stopped. */
  afterEach(async () => {
    const seen = [await opened.intrusions(), await opened.violations(), opened.errors];
    await opened.close();
    await corsd.stop();
    await rm(folder, { recursive: true });
    expect(seen).toEqual([0, [], []]);
  });

  async function open(at: string): Promise<Page> {
    opened = await openConsole(browser, corsd, { at });
    return opened.page;
  }

  test("origins, paths and methods of refused requests", async () => {
    await askCorsd(
      corsd,
      ATTEMPTS.map((attempt) => [
        [":method", "GET"],
        [":path", `/${attempt}`],
        ["origin", attempt],
      ]),
    );
    const page = await open("#refusals");
    const rows = page.locator("#refusals-rows tr");
    await expect.poll(() => rows.count()).toBe(ATTEMPTS.length);
    const paths = await rows.locator("td:nth-child(3) code").allInnerTexts();
    expect(paths.toSorted()).toEqual(ATTEMPTS.map((attempt) => `/${attempt}`).sort());
    for (const why of await page.getByRole("button", { name: /^Why\?/ }).all()) {
      await page.goto(`${opened.origin}/#refusals`);
      await why.click();
      // A blank is in no path that a browser sends, and the form says so.
      const answer = () => page.locator("#why-answer").innerText();
      await expect.poll(answer).toMatch(/Refused|percent-encode/);
      expect(await page.locator("#why-answer :is(img, script, iframe, a)").count()).toBe(0);
    }
  });

  test("what hides or turns round text, escaped", async () => {
    await askCorsd(corsd, [
      [
        [":method", "GET"],
        [":path", "/invoice\u00ad\u0085.exe"],
        ["origin", "https://evil.example"],
      ],
    ]);
    const page = await open("#refusals");
    await expect
      .poll(() => page.locator("#refusals-rows").innerText())
      .toContain("/invoice\\u{ad}\\u{85}.exe");
    await page.goto(`${opened.origin}/#why`);
    await page.getByLabel("URL", { exact: true }).fill("https://api.example.com/a");
    await page.getByLabel("Headers, one a line").fill("Origin: https://a\u202eb\u2066.example");
    await page.getByRole("button", { name: "Explain the request" }).click();
    const answer = () => page.locator("#why-answer").innerText();
    await expect.poll(answer).toContain("Refused");
    await page.getByLabel("Method").fill("G\u202eT");
    await page.getByRole("button", { name: "Explain the request" }).click();
    await expect.poll(answer).toContain("G\\u{202e}T");
  });

  test("what is pasted, described and compared", async () => {
    const page = await open("#why");
    for (const attempt of ATTEMPTS) {
      const quoted = attempt.replaceAll("'", "%27");
      await page
        .getByLabel(/console error/)
        .fill(
          `curl 'https://api.example.com/${quoted.replaceAll(" ", "+")}' -H 'Origin: ${quoted}'`,
        );
      await page.getByRole("button", { name: "Explain what is pasted" }).click();
      await expect.poll(() => page.locator("#why-said").textContent()).not.toBe("");
      expect(await page.locator("#why-answer :is(img, script, iframe, a)").count()).toBe(0);
    }
    await page.goto(`${opened.origin}/#change`);
    const change = JSON.stringify({ policies: [{ name: ATTEMPTS[0], [String(ATTEMPTS[1])]: 1 }] });
    await page.getByLabel(/whole document/).fill(change);
    await page.getByRole("button", { name: "Compare with the policy in force" }).click();
    const answer = page.locator("#change-answer");
    await expect.poll(() => answer.innerText(), { timeout: 20_000 }).toContain("<img src=x");
    expect(await answer.locator("img, script, iframe").count()).toBe(0);
  });

  test("what the document says", async () => {
    const page = await open("#policy/web");
    const policy = page.locator("#policies details[open]");
    await expect.poll(() => policy.innerText()).toContain(ATTEMPTS.join(" "));
    expect(await policy.locator("img, script, iframe").count()).toBe(0);
    expect(await page.getByLabel("Tag").innerText()).toContain("a<b>");
  });

  test("and would not run what got into it all the same", async () => {
    const page = await open("");
    // The browser's own answer to markup, with the policy of the page.
    const stopped = await page.evaluate(() => {
      const tries = [
        () => {
          document.body.innerHTML += "<img src=x onerror=intruded()>";
        },
        () => document.body.insertAdjacentHTML("beforeend", "<p></p>"),
        () => {
          document.createElement("script").textContent = "intruded()";
        },
        () => setTimeout("intruded()" as unknown as () => void),
      ];
      return tries.map((attempt) => {
        try {
          attempt();
          return "done";
        } catch (error) {
          return (error as Error).name;
        }
      });
    });
    expect(stopped).toEqual(["TypeError", "TypeError", "TypeError", "TypeError"]);
    expect(await opened.violations()).not.toEqual([]);
    await page.evaluate(() => {
      globalThis.violations = [];
    });
    (opened.errors as string[]).length = 0;
  });

  test("and is shown in no frame, and asked by no other page", async () => {
    const admin = `http://${await adminOf(corsd)}`;
    const server = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><iframe src="${admin}/"></iframe>`);
    });
    const port = await listen(server, 0);
    await open("");
    const page = await browser.newPage();
    try {
      await page.goto(`http://evil.localhost:${port}/`);
      await expect
        .poll(() => page.frames().map((frame) => frame.url()))
        .toContain("chrome-error://chromewebdata/");
      const asked = await page.evaluate(async (origin) => {
        const attempts: readonly [string, RequestInit][] = [
          ["/decisions", {}],
          ["/refusals", { credentials: "include" }],
          ["/explain", { method: "POST", body: "{}" }],
          [
            "/explain",
            { method: "POST", body: "{}", headers: { "content-type": "application/json" } },
          ],
          ["/diff", { method: "POST", body: "a", headers: { "content-type": "application/yaml" } }],
          ["/diff", { method: "POST", body: "a", mode: "no-cors" }],
          ["/console/app.js", { mode: "no-cors" }],
        ];
        return Promise.all(
          attempts.map(([path, init]) =>
            fetch(origin + path, init).then(
              ({ type }) => type,
              () => "failed",
            ),
          ),
        );
      }, admin);
      expect(asked).toEqual(asked.map(() => "failed"));
    } finally {
      await page.close();
      server.close();
      server.closeAllConnections();
    }
  });
});
