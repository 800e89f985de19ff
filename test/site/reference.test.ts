import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { FULL_DOCUMENT } from "../../site/reference/full-document.ts";
import { judgeText } from "../../site/reference/judge-text.ts";
import { PROBLEM_EXAMPLES } from "../../site/reference/problem-examples.ts";
import { shownProblem } from "../../site/reference/problems-page.ts";
import { REFERENCE_PAGES } from "../../site/reference/reference-pages.ts";
import { runProgram } from "../../src/cli/program.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../src/policy/problem-code.ts";
import { policySchema } from "../../src/policy/schema.ts";

const ROOT = join(import.meta.dirname, "..", "..");

describe("generated pages", () => {
  test.each(Object.entries(REFERENCE_PAGES))("%s is what is generated", (path, page) => {
    // If not: `npm run docs:reference`, and commit what it writes.
    expect(readFileSync(join(ROOT, path), "utf8")).toBe(page());
  });
});

describe("the document with every key", () => {
  /** Paths of all keys, `[]` for what stands in a list. */
  function keysIn(value: unknown, path: string): readonly string[] {
    if (Array.isArray(value)) return value.flatMap((each) => keysIn(each, `${path}[]`));
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => [
      `${path}.${key}`,
      ...keysIn(inner, `${path}.${key}`),
    ]);
  }

  function keysOfSchema(schema: unknown, path: string): readonly string[] {
    const items: unknown = Reflect.get(Object(schema), "items");
    if (items !== undefined) return keysOfSchema(items, `${path}[]`);
    const properties: unknown = Reflect.get(Object(schema), "properties");
    return Object.entries(Object(properties)).flatMap(([key, inner]) => [
      `${path}.${key}`,
      ...keysOfSchema(inner, `${path}.${key}`),
    ]);
  }

  test("has every key of the schema", () => {
    expect(keysIn(parse(FULL_DOCUMENT), "")).toEqual(keysOfSchema(policySchema(), ""));
  });

  test("has no problem", () => {
    expect(judgeText(FULL_DOCUMENT).problems).toEqual([]);
  });
});

describe("problems", () => {
  // Of these no text of a few lines is an example: they are about files, sizes, and corsd itself.
  const WITHOUT: readonly ProblemCode[] = [
    "path-missing",
    "path-unreadable",
    "path-empty",
    "config-map-missing",
    "document-too-large",
    "not-utf8",
    "yaml-too-deep",
    "too-many-problems",
    "internal-error",
    "request-invalid",
    "tests-too-many",
  ];

  test("all other codes have an example", () => {
    const without = PROBLEM_CODES.filter((code) => PROBLEM_EXAMPLES[code].document === undefined);
    expect(without).toEqual(WITHOUT);
  });

  test.each(PROBLEM_CODES.filter((code) => !WITHOUT.includes(code)))(
    "the example of %s is about it",
    (code) => {
      expect(shownProblem(code)).toHaveProperty("code", code);
    },
  );
});

test("the page of commands has the words that a flag takes, and bars do not end its cells", () => {
  const page = REFERENCE_PAGES["docs/reference/commands.md"]?.() ?? "";
  expect(page).toContain("found: text, json, sarif, github (default: text) |");
  expect(page).toContain("| `--credentials <yes\\|no>` |");
});

test("every command of the help is in the page of commands", async () => {
  let help = "";
  const write = (text: string): void => {
    help += text;
  };
  await runProgram(["--help"], {}, { out: write, err: write, isTerminal: false });
  const [, listed = ""] = /^Commands:\n((?: .*\n)+)/m.exec(help) ?? [];
  const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
  const documented = [
    ...(REFERENCE_PAGES["docs/reference/commands.md"]?.() ?? "").matchAll(/^## corsd (.+)$/gm),
  ].map(([, name]) => name);
  const first = documented.map((name = "") => name.split(" ")[0]);
  expect(first).toEqual(names.filter((name) => name !== "help"));
  expect(documented).toContain("export envoy");
  expect(documented).toContain("serve");
});
