import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// The pure rooms cannot reach Node, npm or a forbidden sibling: the compiler (and, for npm and the clock, the linter)
// says so when one tries. Each attempt is made in a copy of the sources.

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "corsd-purity-"));
  for (const part of ["src", "tsconfig.base.json", "biome.json", "package.json", ".gitignore"]) {
    await cp(join(ROOT, part), join(copy, part), { recursive: true });
  }
});

afterAll(() => rm(copy, { recursive: true, force: true }));

async function attempt(room: string, code: string, tool: readonly string[]): Promise<string> {
  const file = join(copy, "src", room, "attempt.ts");
  await writeFile(file, code);
  // The compiler goes by times: a file of the same moment as its last output would not be looked at.
  const later = new Date(Date.now() + 60_000);
  await utimes(file, later, later);
  try {
    const [command = "", ...args] = tool;
    await run(join(ROOT, "node_modules/.bin", command), [...args], { cwd: copy });
    return "accepted";
  } catch (failure) {
    return String((failure as { stdout?: string }).stdout);
  } finally {
    await rm(file);
  }
}

const ROOMS = ["cors", "policy", "extproc", "http2", "explain", "mend"] as const;
const ATTEMPTS: readonly (readonly [string, string, RegExp])[] = [
  [
    "a Node module",
    'import { readFileSync } from "node:fs";\nexport const f: unknown = readFileSync;\n',
    /node:fs/,
  ],
  ["process", "export const f: unknown = process;\n", /Cannot find name 'process'/],
  ["a timer", "export const f: unknown = setTimeout;\n", /Cannot find name 'setTimeout'/],
  ["URL", 'export const f: unknown = new URL("a:b");\n', /Cannot find name 'URL'/],
  ["the console", "export const f: unknown = console;\n", /Cannot find name 'console'/],
];

describe.each(ROOMS)("src/%s", (room) => {
  const compile = ["tsc", "-b", `src/${room}`];
  test("compiles as it is", async () => {
    expect(await attempt(room, "export const f: unknown = 1;\n", compile)).toBe("accepted");
  });
  test.each(ATTEMPTS)("the compiler stops it from reaching %s", async (_, code, message) => {
    expect(await attempt(room, code, compile)).toMatch(message);
  });
  test.each([
    ["npm", 'import type { Document } from "yaml";\nexport type D = Document;\n'],
    ["the clock", "export const now: number = Date.now();\n"],
  ])("the linter stops it from reaching %s", async (_, code) => {
    const lint = ["biome", "lint", `src/${room}/attempt.ts`];
    expect(await attempt(room, code, lint)).not.toBe("accepted");
  });
});

test.each([
  ["policy", "../extproc/wire.ts"],
  ["extproc", "../policy/document.ts"],
  ["cors", "../policy/document.ts"],
  ["http2", "../extproc/wire.ts"],
  ["explain", "../policy/document.ts"],
  ["mend", "../explain/explanation.ts"],
])("the compiler stops src/%s from importing %s", async (room, sibling) => {
  const code = `import * as sibling from "${sibling}";\nexport const f: unknown = sibling;\n`;
  expect(await attempt(room, code, ["tsc", "-b", `src/${room}`])).toMatch(/TS6307|TS6059/);
});
