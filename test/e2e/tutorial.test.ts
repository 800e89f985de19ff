import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Child, startChild, untilReady } from "../../envoy/child.ts";
import { type Block, blocksOf } from "../markdown.ts";
import { findChromium, launchChromium } from "./browser.ts";

// docs/tutorial.md, done as it is written: its files are written, its commands run and must print what the page has, and
// what it says of the browser is looked for in a real Chromium. Only `npm ci` has been done before.

const ROOT = join(import.meta.dirname, "..", "..");
const TEXT = await readFile(join(ROOT, "docs", "tutorial.md"), "utf8");
const chromium = await findChromium();

/** As much of the ten minutes as may go by in commands: the rest is for reading and typing. */
const MOST_SECONDS = 180;

let folder: string;
let demo: Child | undefined;
let browser: Browser;
/** The page's blocks, with the ports that the demo really got. */
let blocks: readonly Block[];
let started: number;

beforeAll(async () => {
  started = performance.now();
  folder = await mkdtemp(join(tmpdir(), "corsd-tutorial-"));
  // A copy of the repository, as far as commands see it.
  for (const name of ["demo", "envoy", "node_modules", "package.json", "src"]) {
    await symlink(join(ROOT, name), join(folder, name));
  }
  blocks = blocksOf({ path: "docs/tutorial.md", text: TEXT });
});

afterAll(async () => {
  await browser?.close();
  await pressCtrlC();
  await rm(folder, { recursive: true, force: true });
});

/** The blocks that something is done with, in the order of the page. */
const STEPS = blocksOf({ path: "docs/tutorial.md", text: TEXT })
  .map(({ info }, at) => [info, at] as const)
  .filter(([info]) => info !== "sh");

/** The page has the ports that the demo takes where they are free. */
function withRealPorts(told: string): string {
  const port = (pattern: RegExp): string => pattern.exec(told)?.[1] ?? "";
  return TEXT.replaceAll("8081", port(/http:\/\/app\.demo\.localhost:(\d+)/))
    .replaceAll("8080", port(/The API is at http:\/\/api\.demo\.localhost:(\d+)/))
    .replaceAll("9905", port(/corsd's at http:\/\/127\.0\.0\.1:(\d+)/));
}

function run(command: string): Promise<string> {
  return new Promise((resolve) => {
    execFile("sh", ["-c", command], { cwd: folder }, (_, printed, complaints) => {
      resolve(printed + complaints);
    });
  });
}

async function startDemo(command: string): Promise<void> {
  const [program = "", ...args] = command.trim().split(" ");
  const child = startChild(program, args, { cwd: folder });
  demo = child;
  const isTold = async (): Promise<boolean> => child.output().includes("Ctrl-C ends");
  await untilReady("demo", child, isTold, 170_000);
  blocks = blocksOf({ path: "docs/tutorial.md", text: withRealPorts(child.output()) });
}

/** Commands behind `$`, each followed by what it prints. */
async function runSession(session: string): Promise<void> {
  for (const [, command = "", printed = ""] of session.matchAll(
    /^\$ ((?:[^\n]*\\\n)*[^\n]*)\n((?:(?!\$ )[^\n]*\n)*)/gm,
  )) {
    // An answer's body need not end with a line.
    expect([command, (await run(command)).trimEnd()]).toEqual([command, printed.trimEnd()]);
  }
}

/** Saves the file; where corsd watches it already, waits until it is in force. */
async function save(text: string): Promise<void> {
  const replaced = (): number => (demo?.output().match(/policy replaced/g) ?? []).length;
  const before = replaced();
  await writeFile(join(folder, "my-policies.yaml"), text);
  const expected = demo === undefined ? 0 : before + 1;
  await expect.poll(replaced, { timeout: 5_000 }).toBe(expected);
}

/** As at a terminal, where it goes to all processes of the command. */
async function pressCtrlC(): Promise<void> {
  if (demo?.pid === undefined || demo.hasEnded()) return;
  process.kill(-demo.pid, "SIGINT");
  await demo.ended;
}

/** Runs the scenarios of the sample page that a block names, and compares what it says of them. */
async function lookInBrowser(info: string, text: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(info.replace("text browser ", ""));
  await page.waitForSelector("body[data-ready]");
  const seen: string[] = [];
  const outcomes: (string | null)[] = [];
  for (const line of text.trim().split("\n")) {
    const [title = ""] = line.split(": ");
    const card = page.locator("article.card").filter({
      has: page.getByRole("heading", { name: title, exact: true }),
    });
    await card.locator(".run").click();
    await card.and(page.locator("[data-outcome]")).waitFor();
    seen.push(`${title}: ${(await card.locator("summary").allTextContents()).join("; ")}`);
    outcomes.push(await card.getAttribute("data-outcome"));
  }
  expect(seen.join("\n")).toBe(text.trim());
  // What the script on the page got, besides what is said of it.
  expect(outcomes).toEqual(seen.map((line) => (line.includes("granted") ? "read" : "withheld")));
  await page.close();
}

describe.skipIf(chromium === undefined)("the page, from its beginning to its end", () => {
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });

  test.each(STEPS)("%s (block %d)", { timeout: 200_000 }, async (info, at) => {
    const { info: real = info, text = "" } = blocks[at] ?? {};
    if (real === "yaml tutorial") await save(text);
    else if (real === "sh demo") await startDemo(text);
    else if (real === "console tutorial") await runSession(text);
    else await lookInBrowser(real, text);
  });

  test("Ctrl-C ends all of it", async () => {
    await pressCtrlC();
    const curls = blocks.filter(({ text }) => text.startsWith("$ curl"));
    const answers = await Promise.all(
      curls.map(({ text }) => run(text.slice(2).split("\n")[0] ?? "")),
    );
    expect(answers).toEqual(["", "", ""]);
  });

  test(`takes well below ten minutes: at most ${MOST_SECONDS} s of commands`, () => {
    expect((performance.now() - started) / 1000).toBeLessThan(MOST_SECONDS);
  });

  test("every step is one that is done here", () => {
    const known = /^(?:yaml tutorial|sh demo|console tutorial|text browser http:\S+)$/;
    expect(STEPS.filter(([info]) => !known.test(info))).toEqual([]);
    expect(STEPS.length).toBeGreaterThan(12);
    expect(TEXT.match(/^```sh\n.*$/gm)).toEqual(["```sh\nnpm ci"]);
  });
});
