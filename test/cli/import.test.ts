import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { MAX_INPUT_BYTES } from "../../src/cli/import/read-inputs.ts";
import { blocksOf } from "../markdown.ts";
import { type Ran, runCorsd } from "./run-corsd.ts";

const PAGE = "docs/importing.md";
const BLOCKS = blocksOf({ path: PAGE, text: await readFile(PAGE, "utf8") });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-import-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Runs `corsd import`; the folder is cut off paths. */
async function corsdImport(...args: readonly string[]): Promise<Ran> {
  const { code, out, err } = await runCorsd(["import", ...args]);
  return { code, out: out.replaceAll(`${folder}/`, ""), err: err.replaceAll(`${folder}/`, "") };
}

const ORIGIN = "https://app.example.com";
const KONG = { _format_version: "3.0", plugins: [{ name: "cors", config: { origins: [ORIGIN] } }] };
const WIDER = { plugins: [{ name: "cors", config: { credentials: true } }] };

const EXAMPLES = BLOCKS.flatMap(({ info, text }, at) => {
  const [, kind] = /^yaml (\S+)$/.exec(info) ?? [];
  return kind === undefined ? [] : [[kind, text, BLOCKS.slice(at + 1, at + 3)] as const];
});

describe("docs/importing.md", () => {
  test.each(EXAMPLES)("what becomes of the example of %s", async (kind, text, [document, said]) => {
    const path = await file(`${kind}.yaml`, text);
    const { code, out, err } = await corsdImport(kind, path);
    expect(code).toBe(0);
    expect([document?.info, document?.text]).toEqual(["yaml", out]);
    expect([said?.info, said?.text]).toEqual([`text ${kind}`, err]);
  });

  test("has an example", () => {
    expect(EXAMPLES.length).toBeGreaterThan(0);
  });
});

describe("the document", () => {
  test("goes to standard output, and what differs to standard error", async () => {
    const { code, out, err } = await corsdImport(
      "kong",
      await file("w.json", JSON.stringify(WIDER)),
    );
    expect(code).toBe(0);
    expect(parse(out).policies).toMatchObject([{ allowOrigins: "*", allowCredentials: false }]);
    expect(err).toBe(
      "1 behaviour differs:\n  policy `global-cors`, policies global-cors: `*` cannot be combined with credentials; credentials are no longer allowed\n",
    );
    expect(out).toContain("  # - policies global-cors: `*` cannot be combined with credentials;");
  });

  test("says where nothing is known to differ", async () => {
    const { code, err } = await corsdImport("kong", await file("k.json", JSON.stringify(KONG)));
    expect({ code, err }).toEqual({ code: 0, err: "no behaviour is known to differ\n" });
  });

  test("is the same as JSON", async () => {
    const path = await file("k.json", JSON.stringify(KONG));
    const yaml = await corsdImport("kong", path);
    const { code, out, err } = await corsdImport("kong", path, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toEqual({ document: parse(yaml.out), differences: [] });
  });

  test("has comments that stay comments, whatever the input says", async () => {
    const odd = {
      ...KONG,
      plugins: [{ name: "cors", config: { origins: ["[a[b]\nb: c\u2028d\u001b", ORIGIN] } }],
    };
    const { code, out, err } = await corsdImport("kong", await file("o.json", JSON.stringify(odd)));
    expect(code).toBe(0);
    expect(parse(out).policies[0].allowOrigins).toEqual([ORIGIN]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028]/);
    expect(err.split("\n")).toHaveLength(3);
  });

  test("says everything where it belongs, without anchors", async () => {
    const cors = { name: "cors", config: { origins: [ORIGIN] } };
    const routes = ["/a", "/b"].map((path) => ({ paths: [path], plugins: [cors] }));
    const { out } = await corsdImport("kong", await file("two.json", JSON.stringify({ routes })));
    expect(out).not.toMatch(/[&*]a[0-9]/);
    expect(out.match(/refusedPreflight: bare/g)).toHaveLength(2);
  });

  test("is made of standard input too", async () => {
    const input = JSON.stringify(KONG);
    const { code, out } = await runCorsd(["import", "kong", "-"], { input });
    expect(code).toBe(0);
    expect(out).toMatch(/^# Imported from kong: standard input\n/);
    const bad = await runCorsd(["import", "kong", "-"], { input: "a: [" });
    expect(bad).toMatchObject({ code: 1, err: expect.stringMatching(/^standard input: .*\n$/) });
  });

  test("passes the check, as processes", async () => {
    const path = await file("k.json", JSON.stringify(KONG));
    const target = join(folder, "process.yaml");
    const run = promisify(execFile);
    const corsd = (...args: string[]) => run(process.execPath, ["src/main.ts", ...args]);
    expect(await corsd("import", "kong", path, "--output", target)).toMatchObject({ stdout: "" });
    expect((await corsd("check", target)).stdout).toMatch(/^[12] warnings?: 1 policy, 1 group$/m);
  });
});

describe("--output", () => {
  test("writes a new file, and replaces one only when told to", async () => {
    const path = await file("k.json", JSON.stringify(KONG));
    const target = join(folder, "new.yaml");
    expect(await corsdImport("kong", path, "-o", target)).toMatchObject({ code: 0, out: "" });
    const written = await readFile(target, "utf8");
    const wider = await file("w.json", JSON.stringify(WIDER));
    expect(await corsdImport("kong", wider, "-o", target)).toEqual({
      code: 1,
      out: "",
      err: "new.yaml: there is such a file; take another name, or replace it with --force\n",
    });
    expect(await readFile(target, "utf8")).toBe(written);
    expect(await corsdImport("kong", wider, "-o", target, "--force")).toMatchObject({ code: 0 });
    expect(await readFile(target, "utf8")).not.toBe(written);
  });

  test("says why it cannot be written", async () => {
    const path = await file("k.json", JSON.stringify(KONG));
    const { code, out, err } = await corsdImport("kong", path, "-o", join(folder, "no", "p.yaml"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^no\/p\.yaml: cannot be written: ENOENT/);
  });
});

describe("what cannot be imported: one line each, and nothing is written", () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${["b", "c", "d", "e", "f"]
    .map((name, at) => `${name}: &${name} [${`*${"abcdef"[at]}, `.repeat(9)}]`)
    .join("\n")}\n`;
  const cases: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    [
      "another product's",
      "proxy: {}\n",
      /^\/: this is no declarative configuration of Kong: .*\n$/,
    ],
    ["YAML with errors", "a: [\n", /^in\.yaml: .* at line 2, column 1\n$/],
    ["no text", Uint8Array.of(0xff, 0xfe, 0xff), /^in\.yaml: cannot be read: .*\n$/],
    ["nothing", "# nothing\n", /^in\.yaml: there is nothing in it\n$/],
    ["nothing at all", "", /^in\.yaml: there is nothing in it\n$/],
    [
      "too large",
      "x".repeat(8 * 1024 * 1024 + 1),
      /^in\.yaml: has more than 8388608 bytes, and is not JSON\n$/,
    ],
    [
      "aliases that stand for too much",
      bomb,
      /^in\.yaml: cannot be read: Excessive alias count.*\n$/,
    ],
    ["nested too deep", "[".repeat(100_000), /^in\.yaml: .*\n$/],
  ];
  test.each(cases)("%s", async (_, text, message) => {
    const { code, out, err } = await corsdImport("kong", await file("in.yaml", text));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(message);
  });

  test("files that are not there, each of them", async () => {
    const { code, out, err } = await corsdImport("kong", join(folder, "x"), join(folder, "y"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.split("\n").map((line) => line.slice(0, 26))).toEqual([
      "x: cannot be read: ENOENT:",
      "y: cannot be read: ENOENT:",
      "",
    ]);
  });

  test("a file without an end is left once it is too large", async () => {
    const { code, err } = await corsdImport("kong", "/dev/zero");
    expect(code).toBe(1);
    expect(err).toContain(`has more than ${MAX_INPUT_BYTES} bytes`);
  });

  test("JSON may be as long as the dump of a whole mesh", async () => {
    const text = JSON.stringify({ ...KONG, _comment: "x".repeat(8 * 1024 * 1024) });
    const { code, out } = await corsdImport("kong", await file("in.json", text));
    expect(code).toBe(0);
    expect(out).toContain("policies:");
  });

  test.each(
    EXAMPLES.flatMap(([kind, text]) => EXAMPLES.map(([other]) => [kind, other, text] as const)),
  )("what is for %s is not taken for %s, and is said to be", async (kind, other, text) => {
    const { code, err } = await corsdImport(other, await file("in.yaml", text));
    const said = [...err.matchAll(/^it can be read as (.*): write `corsd import \1`$/gm)];
    expect({ code, said: said.map(([, name]) => name) }).toEqual(
      kind === other ? { code: 0, said: [] } : { code: 1, said: [kind] },
    );
  });

  test("a kind that is none is wrong usage", async () => {
    const { code, out, err } = await corsdImport("nginx", join(folder, "x"));
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^error: `nginx` is no kind; write .*\bkong\b/);
  });
});
