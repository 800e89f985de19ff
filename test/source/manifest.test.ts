import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Problem, renderProblem } from "../../src/policy/problem.ts";
import { type Attempt, examine, readContents } from "../../src/source/examine.ts";
import { readDocuments } from "../../src/source/manifest.ts";
import { MAX_DEPTH } from "../../src/source/parse.ts";
import { runCorsd } from "../cli/run-corsd.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-manifest-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(...texts: readonly (string | Uint8Array)[]): Promise<Attempt> {
  const paths = texts.map((_, at) => join(folder, `${at}.yaml`));
  for (const [at, text] of texts.entries()) await writeFile(paths[at] ?? "", text);
  return examine(await readDocuments(paths));
}

function short({ file, ...problem }: Problem): string {
  return renderProblem({ ...problem, file: file.slice(folder.length + 1) });
}

async function report(...texts: readonly (string | Uint8Array)[]): Promise<readonly string[]> {
  return (await read(...texts)).problems.map(short);
}

function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(by));
}

const HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: corsd-policies}\n";
const GOOD = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";
const OTHER = "policies:\n  - name: partner\n    allowOrigins: [https://partner.example]\n";
// A slip on the first line but one, one in a flow list, one below a blank line.
const BAD =
  "policies:\n  - nam: web\n    allowOrigins: [https://a.example, 1]\n\n    maxAge: soon\n";

describe("a document in a block literal", () => {
  test.each(["|", "|-", "|+", "|2-", "&p |", "| # the policies"])(
    "%s has the file's places",
    async (sign) => {
      const problems = await report(`${HEAD}data:\n  policies.yaml: ${sign}\n${indented(BAD, 4)}`);
      expect(problems).toEqual([
        expect.stringMatching(/^0\.yaml:7:9 \/policies\/0\/nam: unknown key/),
        expect.stringMatching(/^0\.yaml:7:9 \/policies\/0: `name` is missing/),
        expect.stringMatching(/^0\.yaml:8:43 \/policies\/0\/allowOrigins\/1: /),
        expect.stringMatching(/^0\.yaml:10:17 \/policies\/0\/maxAge: /),
      ]);
    },
  );
});

/** Where each problem stands, and what it is. */
function places({ problems }: Attempt): readonly object[] {
  return problems.map(({ line, column, pointer, code }) => ({ line, column, pointer, code }));
}

test("of any literal each place is that of the document, so many lines below and columns right", async () => {
  const documents = fc.constantFrom(
    BAD,
    `\n\n${BAD}`,
    BAD.replaceAll("\n", "\r\n"),
    "policies: [\n",
    "- &a [x]\n- *a\n- *\n",
    "\tx: 1\n",
    "policies:\n  - &p {name: a, x: 1}\n  - *p\n",
  );
  const layout = fc.record({
    above: fc.nat({ max: 3 }),
    indent: fc.integer({ min: 1, max: 9 }),
    own: fc.integer({ min: 1, max: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(documents, layout, async (document, { above, indent, own }) => {
      const plain = places(await read(document));
      expect(plain.length).toBeGreaterThan(0);
      const lines = `${"\n".repeat(above)}${HEAD}data:\n${" ".repeat(indent)}p.yaml: |${own}\n`;
      const wrapped = places(await read(lines + indented(document, indent + own)));
      const down = lines.split("\n").length - 1;
      expect(wrapped).toEqual(
        plain.map((each) => {
          const { line, column } = each as { line: number; column: number };
          return { ...each, line: line + down, column: column + indent + own };
        }),
      );
    }),
    { numRuns: 60 },
  );
});

describe("a document in another scalar", () => {
  test.each([
    ["folded", `>-\n${indented(BAD.replaceAll("\n", "\n\n"), 4)}`],
    ["in double quotes", JSON.stringify(BAD)],
    ["in single quotes", `'${indented(BAD, 4).trim().replaceAll("\n", "\n\n")}'`],
  ])("%s: the key's place, and the line inside", async (_, value) => {
    const { problems } = await read(`${HEAD}data:\n  policies.yaml: ${value}\n`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map(({ line, column }) => [line, column])).toEqual(problems.map(() => [5, 3]));
    expect(problems.every(({ inner }) => inner !== undefined)).toBe(true);
  });

  test("says so in words", async () => {
    const text = `${HEAD}data: {"policies.yaml": ${JSON.stringify(BAD)}}\n`;
    expect(await report(text)).toContainEqual(
      expect.stringMatching(
        /^0\.yaml:4:8 \/policies\/0\/maxAge: in line 5, column 13 of the text: /,
      ),
    );
  });

  test("as JSON", async () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", data: { "p.json": '{"policies":[]}' } };
    expect(await report(JSON.stringify(object))).toEqual([
      expect.stringMatching(/^0\.yaml:1:\d+ \/policies: in line 1, column 13 of the text: /),
    ]);
  });
});

describe("several documents", () => {
  test("of one ConfigMap are read in the order of their names", async () => {
    const data = { "b.yaml": OTHER, "a.yml": GOOD, "c.json": '{"apiGroups":[]}', "B.yaml": "{}" };
    const literals = Object.entries(data).map(
      ([name, text]) => `  ${name}: |\n${indented(text, 4)}\n`,
    );
    const { loaded, problems } = await read(`${HEAD}data:\n${literals.join("")}`);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(loaded?.document.policies.map(({ name }) => name.value)).toEqual(["web", "partner"]);
    expect(loaded?.document.groups).toEqual([]);
  });

  test("other keys, names with a dot in front and other objects count for nothing", async () => {
    const config = `${HEAD}data:\n  notes.txt: x\n  .a.yaml: x\n  p.yaml: |\n${indented(GOOD, 4)}`;
    const others = "apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: v1\nkind: Secret\n";
    const { loaded, problems } = await read(
      `${others}---\n${config}---\n# nothing\n---\n${HEAD}binaryData: {}\n`,
    );
    expect(problems).toEqual([]);
    expect(loaded?.document.policies).toHaveLength(1);
  });

  test("of a List, and of several files, with and without a manifest", async () => {
    const item = `${HEAD}data:\n  p.yaml: |\n${indented(GOOD, 4)}`;
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${indented(item, 2).trimStart()}- 1\n`;
    const { loaded, problems } = await read(list, OTHER, "apiVersion: v1\nkind: Service\n");
    expect(problems).toEqual([]);
    expect(loaded?.document.policies.map(({ name }) => name.value)).toEqual(["web", "partner"]);
  });
});

describe("what is wrong with the manifest", () => {
  test.each([
    ["no ConfigMap", "apiVersion: v1\nkind: Service\n"],
    ["no data", HEAD],
    ["another version", `${HEAD.replace("v1", "v2")}data: {p.yaml: "policies: []"}\n`],
    ["no such key", `${HEAD}data: {p.txt: x, 1: x, [a]: x}\n`],
    ["an empty list", "apiVersion: v1\nkind: List\nitems: []\n"],
  ])("%s", async (_, text) => {
    expect(await report(text)).toEqual([
      "0.yaml:1:1: no ConfigMap here has a policy document; name a manifest with a ConfigMap that has a key `*.yaml`, `*.yml` or `*.json` in its `data`",
    ]);
  });

  test("a document that is not written as a text", async () => {
    expect(await report(`${HEAD}data:\n  a/b.yaml:\n    policies: []\n`)).toEqual([
      "0.yaml:5:3 /data/a~1b.yaml: the value of `a/b.yaml` is no text; write `a/b.yaml: |`, and the document below it, indented",
    ]);
  });

  test("no YAML", async () => {
    expect(await report(`${HEAD}data: [\n---\n${HEAD}`)).toEqual([
      expect.stringMatching(/^0\.yaml:\d+:\d+: this is not YAML: /),
    ]);
  });

  test("an empty document", async () => {
    expect(await report(`${HEAD}data:\n  p.yaml: ""\n`)).toEqual([
      expect.stringMatching(/^0\.yaml:5:3: in line 1, column 1 of the text: the file says nothing/),
    ]);
  });
});

describe("what is no manifest is judged as it stands", () => {
  test.each([
    ["a key `kind` in a policy", `${GOOD}kind: x\n`, "unknown-key"],
    ["a kind alone", "kind: ConfigMap\n", "unknown-key"],
    ["not UTF-8", Buffer.concat([Buffer.from(HEAD), Buffer.from([0xff])]), "not-utf8"],
    ["nested too deep", `${HEAD}data: ${"[".repeat(MAX_DEPTH + 2)}`, "yaml-too-deep"],
    [
      "both keys, deeper",
      `${GOOD}x: {apiVersion: v1, kind: x}
`,
      "unknown-key",
    ],
  ])("%s", async (_, text, code) => {
    expect((await read(text)).problems.map((each) => each.code)).toContain(code);
  });
});

test("a server's reading takes no manifest", async () => {
  const path = join(folder, "served.yaml");
  await writeFile(path, `${HEAD}data:\n  p.yaml: |\n${indented(GOOD, 4)}`);
  const codes = examine(await readContents([path])).problems.map(({ code }) => code);
  expect(codes).toContain("unknown-key");
});

test("no path, and no file", async () => {
  expect((await readDocuments([])).problems.map(({ code }) => code)).toEqual(["path-missing"]);
});

test.each([
  ["explain", ["--method", "GET", "--url", "/", "-H", "Origin: https://app.example.com"], 0],
  ["diff", ["envoy/policies.yaml"], 4],
])("corsd %s takes a ConfigMap", async (command, args, code) => {
  const path = join(folder, "config-map.yaml");
  await writeFile(path, `${HEAD}data:\n  p.yaml: |\n${indented(GOOD, 4)}`);
  const ran = await runCorsd([command, path, ...args]);
  expect({ code: ran.code, err: ran.err }).toEqual({ code, err: "" });
});
