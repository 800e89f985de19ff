import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lexer } from "yaml";
import { documentText, LARGE } from "../../bench/large-document.ts";
import { MAX_DOCUMENT_BYTES, MAX_TOKENS, parseAny } from "../../src/source/parse.ts";
import { readPlainYaml } from "../../src/source/plain-yaml.ts";
import { TextFile } from "../../src/source/text-file.ts";
import { loadCases } from "../conformance/case.ts";
import { documentText as caseText } from "../conformance/snapshot-of.ts";

const FILE = "a.yaml";
const ROOT = join(import.meta.dirname, "../..");

function plain(text: string) {
  return readPlainYaml(FILE, text, MAX_TOKENS);
}

function parsed(text: string) {
  return parseAny(new TextFile(FILE, text), MAX_DOCUMENT_BYTES);
}

/** What is read is what the parser reads; false where nothing is. */
function agree(text: string): boolean {
  const root = plain(text);
  const other = root === undefined ? undefined : parsed(text);
  expect({ text, ...other }).toEqual({ text, ...(root && { root, problems: [], aliased: 0 }) });
  const tokens = [...new Lexer().lex(text)].length;
  expect({ text, root: readPlainYaml(FILE, text, tokens - 1) }).toEqual({ text, root: undefined });
  return root !== undefined;
}

const SHIPPED = ["bench", "envoy"]
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
  .filter((name) => name.endsWith(".yaml"));

const READ = [
  "a: b",
  "---\na: b\n",
  "# first\n\n---\n# then\na: b",
  "a:\n- b\n- c\nd: e",
  "a:\n  - b: 1\n    c:\n      - d\n\n  -\n    e: f # g\n",
  "- - a\n  - b\n-   c: d\n    e: f",
  "a: [b, 'it''s', \"x\\\\.y\\n\", 1, -1, true, ~, null, 15m, 2d]",
  "a: {b: c, 'd': e, \"f\":1, g: [], h: {}}",
  "a:\n  [\n    b,\n    c\n   ]\n",
  "a: https://*.example.com:8443 # *",
  "a: b#c :d e:f\n",
  "a: b, [c] {d}",
  "a: ~https://x{1,3}\\.example",
  '{\n  "a": [\n    1,\n    {"b": "c"}\n  ]\n}\n',
  "[]",
  "a: 'ü 😀' # ü",
  "True: x\nnull: y\n",
];

const LEFT = [
  "",
  "# only words",
  "a",
  "a:",
  "a:\nb: c",
  "- ",
  "a: |\n  b",
  "a: b\n  c",
  "a: &x b",
  "a: *x",
  "a: !x b",
  "a: .5",
  "a: 0x10",
  "a: 1e3",
  "a: 007",
  "a: 1.2.3",
  "a: +1",
  "a: - b",
  "a: b: c",
  "a: 'b\n  c'",
  'a: "\\x41"',
  'a: "\\u0041"',
  "a: 'b' c",
  "a: 'b",
  'a: "b\\',
  "a: [b, ]",
  "a: [b",
  "a: {b}",
  "a: {b: }",
  "a: [b: c]",
  "a: [\nb]",
  "a: [b\n c]",
  "a: [b #c\n]",
  "? a",
  "'a': b",
  "<<: {a: b}",
  "a:\tb",
  "a: b\r\n",
  "a: b\n---\nc: d",
  "a: b\n...\n",
  "%YAML 1.2\n---\na: b",
  "a: b\n c: d",
  "a:\n    b: c\n  d: e",
  "-a: b\n--- c",
  `${"a".repeat(200)}: b`,
  `{"${"a".repeat(200)}": b}`,
  `${"[".repeat(40)}${"]".repeat(40)}`,
  `${"- ".repeat(40)}a`,
];

describe("plain YAML", () => {
  test.each(READ)("is read as the parser reads it: %j", (text) => {
    expect(agree(text)).toBe(true);
  });

  test.each(LEFT)("is not %j", (text) => {
    expect(plain(text)).toBeUndefined();
  });

  test.each(SHIPPED)("%s, if it is, is read as the parser reads it", (name) => {
    agree(readFileSync(join(ROOT, name), "utf8"));
  });

  test.each(["bench/policies.yaml", "envoy/policies.yaml"])("is what %s is", (name) => {
    expect(agree(readFileSync(join(ROOT, name), "utf8"))).toBe(true);
  });

  test("is what the large document is", () => {
    expect(plain(documentText(LARGE))).toBeDefined();
    expect(agree(documentText({ groups: 20, origins: 3 }))).toBe(true);
  });

  test("is what the conformance cases are written in", () => {
    for (const each of loadCases()) expect(agree(caseText(each))).toBe(true);
  });

  test("may have no more tokens than the parser takes", () => {
    const items = (count: number): string => `[a${", a".repeat(count)}]`;
    expect(readPlainYaml(FILE, items(10), 100)).toBeDefined();
    expect(readPlainYaml(FILE, items(20), 100)).toBeUndefined();
    expect(readPlainYaml(FILE, `${"\n".repeat(100)}a: b`, 100)).toBeUndefined();
    expect(readPlainYaml(FILE, `[${"\n".repeat(100)}]`, 100)).toBeUndefined();
  });
});

// Texts that are nearly plain YAML: what could be read in another way stands close to what can.
const PARTS = [
  ..."aA1-:#,[]{}'\"~/.*&!|>%@?\\ \n",
  ...[
    "- ",
    ": ",
    "a: ",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n  - ",
    " #",
    "''",
    '"',
    "b: c",
    "[a, ",
    "{a: ",
  ],
  ...[
    "---\n",
    "\n---",
    "...",
    "1.5",
    "-1",
    "0",
    "true",
    "null",
    "15m",
    "https://a.b:1",
    "é",
    '"a":',
  ],
];

const nearly = fc
  .array(fc.constantFrom(...PARTS), { maxLength: 24 })
  .map((parts) => parts.join(""));

type Value = string | readonly Value[] | { readonly [key: string]: Value };

const scalar = fc.constantFrom(
  "a",
  "b c",
  "1",
  "-1",
  "true",
  "~",
  "'q'",
  '"q"',
  "https://x.y",
  "a#b",
  "x:y",
);
const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "key"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

/** The value in block form, with flow form where a choice says so. */
function written(one: Value, indent: string, choices: Iterator<boolean>): string {
  if (typeof one === "string") return ` ${one}\n`;
  const entries: (readonly [string, Value])[] = Array.isArray(one)
    ? one.map((item: Value) => ["-", item] as const)
    : Object.entries(one).map(([key, item]) => [`${key}:`, item] as const);
  if (entries.length === 0 || choices.next().value === true) return ` ${flow(one)}\n`;
  const deeper = choices.next().value === true ? `${indent}  ` : `${indent} `;
  const lines = entries.map(([key, item]) => `${indent}${key}${written(item, deeper, choices)}`);
  return choices.next().value === true ? ` # words\n\n${lines.join("")}` : `\n${lines.join("")}`;
}

function flow(one: Value): string {
  if (typeof one === "string") return one;
  return Array.isArray(one)
    ? `[${one.map(flow).join(", ")}]`
    : `{${Object.entries(one)
        .map(([key, item]) => `${key}: ${flow(item)}`)
        .join(", ")}}`;
}

describe("texts at random", () => {
  test("nearly plain YAML is read as the parser reads it, or not at all", () => {
    fc.assert(
      fc.property(nearly, (text) => void agree(text)),
      { numRuns: 5_000 },
    );
  });

  test("so are well-formed documents, and most are read", () => {
    let read = 0;
    const runs = 2_000;
    fc.assert(
      fc.property(
        value,
        fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
        (one, choices) => {
          if (agree(written(one, "", choices.values()).trimStart())) read += 1;
        },
      ),
      { numRuns: runs },
    );
    expect(read).toBeGreaterThan(runs / 4);
  });

  test("so are those with one change", () => {
    const text = fc.constantFrom(...READ, documentText({ groups: 2, origins: 2 }));
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(2), fc.constantFrom(...PARTS), (whole, at, cut, part) => {
        const start = at % (whole.length + 1);
        agree(whole.slice(0, start) + part + whole.slice(start + cut));
      }),
      { numRuns: 5_000 },
    );
  });
});
