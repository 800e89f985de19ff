import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Node } from "../../src/policy/node.ts";
import {
  MAX_DEPTH,
  MAX_DOCUMENT_BYTES,
  MAX_TOKENS,
  type Parsed,
  parseBytes,
  parseText,
} from "../../src/source/parse.ts";
import { MAX_TEXT_PROBLEMS } from "../../src/source/text-file.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The plain value of a node; a map as its entries, so that keys that stand twice show. */
function plain(node: Node | undefined): unknown {
  switch (node?.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(plain);
    case "map":
      return { entries: node.entries.map(({ key, value }) => [key, plain(value)]) };
    default:
      return undefined;
  }
}

function said({ problems }: Parsed): readonly string[] {
  return problems.map(
    ({ line, column, pointer, code, message, fix }) =>
      `${line}:${column} ${pointer} ${code} | ${message} | ${fix}`,
  );
}

describe("YAML as nodes", () => {
  test.each<[string, unknown]>([
    ["a: 1", { entries: [["a", 1]] }],
    ["- yes\n- true\n- ~\n-\n- '5'\n- 0x10\n- 1.50", ["yes", true, null, null, "5", 16, 1.5]],
    [
      "{a, b: }",
      {
        entries: [
          ["a", null],
          ["b", null],
        ],
      },
    ],
    ["? a", { entries: [["a", null]] }],
    [
      "a: 1\na: 2",
      {
        entries: [
          ["a", 1],
          ["a", 2],
        ],
      },
    ],
    [
      "1: x\ntrue: y\n~: z",
      {
        entries: [
          ["1", "x"],
          ["true", "y"],
          ["~", "z"],
        ],
      },
    ],
    ["__proto__: 1", { entries: [["__proto__", 1]] }],
    ["<<: {a: 1}", { entries: [["<<", { entries: [["a", 1]] }]] }],
    [
      "a: &x [1]\nb: *x",
      {
        entries: [
          ["a", [1]],
          ["b", [1]],
        ],
      },
    ],
    ["- &x 1\n- &x 2\n- *x", [1, 2, 2]],
    ["!!str 5", "5"],
    ['{\n\t"a": [1, "\\u00e9"]\n}', { entries: [["a", [1, "é"]]] }],
    ["%YAML 1.1\n---\nyes", "yes"],
    ["\uFEFFa: 1", { entries: [["a", 1]] }],
    ["a: |\n  b\n  c\n", { entries: [["a", "b\nc\n"]] }],
  ])("%j", (text, value) => {
    const parsed = parseText("a.yaml", text);
    expect(parsed.problems).toEqual([]);
    expect(plain(parsed.root)).toEqual(value);
  });

  test("with their places and texts", () => {
    const { root } = parseBytes("a.yaml", bytes("\uFEFFlist:\r\n  - 0x10\r\n  - 'q'\r\nnone:\r\n"));
    const at = (line: number, column: number) => ({ file: "a.yaml", line, column });
    expect(root).toEqual({
      kind: "map",
      place: at(1, 1),
      entries: [
        {
          key: "list",
          place: at(1, 1),
          value: {
            kind: "list",
            place: at(2, 3),
            items: [
              { kind: "scalar", place: at(2, 5), value: 16, text: "0x10" },
              { kind: "scalar", place: at(3, 5), value: "q", text: "q" },
            ],
          },
        },
        {
          key: "none",
          place: at(4, 1),
          value: { kind: "scalar", place: at(4, 6), value: null, text: "" },
        },
      ],
    });
  });
});

describe("texts that are no document", () => {
  test.each([
    ["", "1:1  file-empty | the file says nothing | write a policy document, or remove the file"],
    [
      "# only words\n",
      "1:1  file-empty | the file says nothing | write a policy document, or remove the file",
    ],
    [
      "---\n",
      "1:1  file-empty | the file says nothing | write a policy document, or remove the file",
    ],
    [
      "a: 1\n---\nb: 2",
      "2:1  yaml-several-documents | a second YAML document begins here | remove the `---`, or put the second document into a file of its own",
    ],
    [
      "a: [1",
      "1:6  yaml-syntax | this is not YAML: flow sequence in block collection must be sufficiently indented and end with a ] | line it up with its neighbours",
    ],
    [
      '{"a": 1',
      "1:8  yaml-syntax | this is not YAML: flow map must end with a } | add what is missing",
    ],
    [
      "a: @b",
      "1:4  yaml-syntax | this is not YAML: plain value cannot start with reserved character @ | quote the value",
    ],
    [
      "a: b: c",
      "1:4  yaml-syntax | this is not YAML: nested mappings are not allowed in compact mappings | quote the value, or begin a new line for the inner key",
    ],
    [
      "\ta: 1",
      "1:1  yaml-syntax | this is not YAML: tabs are not allowed as indentation | indent with blanks",
    ],
    [
      "%BAD x\n---\na: 1",
      "1:1  yaml-syntax | this is not YAML: unknown directive %BAD | correct it, or quote the text that is meant",
    ],
  ])("%j", (text, problem) => {
    const parsed = parseText("a.yaml", text);
    expect(said(parsed)).toEqual([problem]);
    expect(parsed.root).toBeUndefined();
  });

  test.each([
    ["Latin-1", [0x61, 0x3a, 0x0a, 0x62, 0xfc], 2, 2],
    ["UTF-16", [0xff, 0xfe, 0x61, 0x00], 1, 1],
    ["a cut sequence", [0x0a, 0x0a, 0xe2, 0x82], 3, 1],
  ])("bytes that are not UTF-8: %s", (_, given, line, column) => {
    expect(said(parseBytes("a.yaml", Uint8Array.from(given)))).toEqual([
      `${line}:${column}  not-utf8 | the file is not UTF-8 | save it in UTF-8`,
    ]);
  });

  test("the place, the value and the file of a problem", () => {
    expect(parseText("dir/a.yaml", "a: @b\nc: 1").problems).toEqual([
      {
        file: "dir/a.yaml",
        line: 1,
        column: 4,
        pointer: "",
        severity: "error",
        code: "yaml-syntax",
        value: "@b",
        message: "this is not YAML: plain value cannot start with reserved character @",
        fix: "quote the value",
      },
    ]);
  });
});

describe("what the YAML parser says of a text that it fails at", () => {
  test("lines are counted though it misses some", () => {
    const text = "g:\n  - *a: b\n    m: n\n  - ]";
    const places = parseText("a.yaml", text).problems.map(({ line, column }) => [line, column]);
    expect(places).toEqual([
      [2, 9],
      [4, 5],
      [2, 7],
    ]);
  });

  test.each(["\u2028", "\u009b", "\u202e"])("%j in its phrase is written as an escape", (odd) => {
    const { problems } = parseText("a.yaml", `- a\nb: c${odd}`);
    const phrases = problems.map(({ message }) => message).join();
    expect(phrases).toMatch(/unexpected scalar token .*"c\\u\{[0-9a-f]+\}"/);
    expect(phrases).not.toContain(odd);
  });

  test("a name of no anchor is quoted and cut", () => {
    const [problem] = parseText("a.yaml", `a: *\u2028${"b".repeat(10_000)}`).problems;
    expect(problem?.message).toMatch(/^`\*\\u\{2028\}b{98}…` without quotes is an alias to YAML$/);
    expect(problem?.fix.length).toBeLessThan(200);
  });

  test("its phrase is short, however long the text is", () => {
    const { problems } = parseText("a.yaml", `- a\nb: ${"c".repeat(10_000)}`);
    const lengths = problems.map(({ message }) => message.length);
    expect(Math.max(...lengths)).toBeGreaterThan(200);
    expect(Math.max(...lengths)).toBeLessThan(300);
  });
});

describe("texts that YAML reads in another way than meant", () => {
  test.each<[string, string, unknown]>([
    [
      "a: *",
      '1:4 /a yaml-unquoted | `*` without quotes is an alias to YAML | quote it: `"*"`',
      { entries: [["a", "*"]] },
    ],
    [
      "a: [b, *]",
      '1:8 /a/1 yaml-unquoted | `*` without quotes is an alias to YAML | quote it: `"*"`',
      { entries: [["a", ["b", "*"]]] },
    ],
    [
      "- *.example.com",
      '1:3 /0 yaml-unquoted | `*.example.com` without quotes is an alias to YAML | quote it: `"*.example.com"`',
      ["*.example.com"],
    ],
    [
      "a: &x [*x]",
      "1:8 /a/0 yaml-alias | the alias stands inside of what it stands for | write the value out",
      { entries: [["a", [""]]] },
    ],
    [
      "a/b: !env X",
      "1:11 /a~1b yaml-tag | a YAML tag stands in front of the value | remove the tag",
      { entries: [["a/b", "X"]] },
    ],
    [
      "a: !!binary aGk=",
      "1:13 /a yaml-tag | a YAML tag stands in front of the value | remove the tag",
      { entries: [["a", "aGk="]] },
    ],
    [
      "a: !!set {b}",
      "1:10 /a yaml-tag | a YAML tag stands in front of the value | remove the tag",
      { entries: [["a", { entries: [["b", null]] }]] },
    ],
    [
      "a: !!omap [b: c]",
      "1:11 /a yaml-tag | a YAML tag stands in front of the value | remove the tag",
      { entries: [["a", [{ entries: [["b", "c"]] }]]] },
    ],
    [
      "? [a]\n: 1",
      "1:3  yaml-key | a key is a list, a map or an alias | write a text as the key",
      { entries: [] },
    ],
    [
      "- &x a\n- {*x : 1}",
      "2:4 /1 yaml-key | a key is a list, a map or an alias | write a text as the key",
      ["a", { entries: [] }],
    ],
  ])("%s", (text, problem, value) => {
    const parsed = parseText("a.yaml", text);
    expect(said(parsed)).toEqual([problem]);
    expect(plain(parsed.root)).toEqual(value);
  });

  test("are reported beside faults of syntax", () => {
    expect(
      said(parseText("a.yaml", "a: *\nb: @c\nd: @e")).map((each) => each.slice(0, 18)),
    ).toEqual(["1:4  yaml-unquoted", "2:4  yaml-syntax |", "3:4  yaml-syntax |"]);
  });
});

describe("limits", () => {
  const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const blocks = (depth: number): string => `${"- ".repeat(depth)}a`;

  test.each([nested, blocks])("nesting, %#", (text) => {
    expect(parseText("a", text(MAX_DEPTH - 1)).problems).toEqual([]);
    expect(parseText("a", text(MAX_DEPTH)).problems).toEqual([]);
    expect(parseText("a", text(MAX_DEPTH + 1)).problems).toMatchObject([{ code: "yaml-too-deep" }]);
    expect(parseText("a", text(100_000)).problems).toMatchObject([{ code: "yaml-too-deep" }]);
  });

  test("bytes", () => {
    const text = (size: number): Uint8Array => bytes(`a: 1 #${"x".repeat(size - 6)}`);
    expect(parseBytes("a", text(MAX_DOCUMENT_BYTES - 1)).problems).toEqual([]);
    expect(parseBytes("a", text(MAX_DOCUMENT_BYTES)).problems).toEqual([]);
    expect(parseBytes("a", text(MAX_DOCUMENT_BYTES + 1)).problems).toMatchObject([
      { code: "document-too-large", line: 1, column: 1 },
    ]);
  });

  test("tokens", () => {
    const { problems } = parseText("a", `[${",".repeat(MAX_TOKENS)}]`);
    expect(problems).toMatchObject([{ code: "document-too-large" }]);
  }, 60_000);

  test("aliases, expanded", () => {
    // Each line stands for nine times the one before: some 10^10 entries in the end.
    const lines = Array.from({ length: 10 }, (_, index) => {
      const inner = index === 0 ? "x" : `*a${index - 1}`;
      return `a${index}: &a${index} [${Array.from({ length: 9 }, () => inner).join(", ")}]`;
    });
    const { root, problems } = parseText("a", lines.join("\n"));
    expect(root).toBeUndefined();
    expect(problems).toMatchObject([{ code: "document-too-large" }]);
    expect(parseText("a", lines.slice(0, 5).join("\n")).problems).toEqual([]);
  });

  test("problems", () => {
    const text = "- *\n".repeat(MAX_TEXT_PROBLEMS + 1);
    expect(parseText("a", text).problems).toHaveLength(MAX_TEXT_PROBLEMS);
  });

  test("whatever the bytes, there is a node or a problem", () => {
    const part = fc.constantFrom(
      "a",
      ": ",
      "- ",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "*",
      "&x ",
      "'",
      '"',
      "|",
      "---",
      "!",
      "#",
      "?",
      "%",
      "\t",
      "~",
    );
    const text = fc.array(part, { maxLength: 20 }).map((parts) => bytes(parts.join("")));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array()), (given) => {
        const { root, problems } = parseBytes("a", given);
        expect(root !== undefined || problems.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
