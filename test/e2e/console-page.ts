import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { adminOf } from "./corsd-metrics.ts";
import type { RunningCorsd } from "./corsd-process.ts";

/** A console that is open in a browser, and what went wrong in it. */
export type OpenConsole = {
  readonly page: Page;
  readonly origin: string;
  /** What the page threw, and what the browser wrote to its console as an error. */
  readonly errors: readonly string[];
  /** What the Content-Security-Policy stopped. */
  readonly violations: () => Promise<readonly string[]>;
  /** Scripts that were not the page's own and ran all the same. */
  readonly intrusions: () => Promise<number>;
  readonly close: () => Promise<void>;
};

/** What a script of an attacker would do in the tests; and what the browser tells of the policy. */
declare global {
  var intruded: (() => void) | undefined;
  var intrusions: number;
  var violations: string[];
}

/** Opens the console of this process in a browser of its own. Whoever opens it closes it. */
export async function openConsole(
  browser: Browser,
  corsd: RunningCorsd,
  options: BrowserContextOptions & { readonly at?: string } = {},
): Promise<OpenConsole> {
  const { at = "", ...context } = options;
  const opened = await browser.newContext(context);
  const page = await opened.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // That an answer was none of 200 is the browser's to say each time, and the page's to deal with.
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) errors.push(message.text());
  });
  await page.addInitScript(() => {
    globalThis.intrusions = 0;
    globalThis.intruded = () => {
      globalThis.intrusions += 1;
    };
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      globalThis.violations.push(`${violatedDirective} ${blockedURI}`);
    });
  });
  const origin = `http://${await adminOf(corsd)}`;
  await page.goto(`${origin}/${at}`);
  await page.waitForSelector("body[data-ready]");
  return {
    page,
    origin,
    errors,
    violations: () => page.evaluate(() => globalThis.violations),
    intrusions: () => page.evaluate(() => globalThis.intrusions),
    close: () => opened.close(),
  };
}
