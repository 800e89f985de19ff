import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policySchema } from "../../src/policy/schema.ts";
import { findProgram } from "../find-program.ts";
import { LanguageServer, type Position } from "./yaml-language-server.ts";

const program = findProgram("yaml-language-server");

/** The text without its mark `¦`, and where that stood. */
function marked(text: string): { readonly text: string; readonly position: Position } {
  const lines = text.slice(0, text.indexOf("¦")).split("\n");
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  return { text: text.replace("¦", ""), position };
}

// What an editor shows of a document that names the schema in its first line, as docs/pipelines.md says to.
describe.skipIf(program === undefined)("the schema in a YAML language server", () => {
  let folder: string;
  let server: LanguageServer;
  let modeline: string;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-schema-"));
    const schema = join(folder, "corsd.schema.json");
    await writeFile(schema, JSON.stringify(policySchema()));
    modeline = `# yaml-language-server: $schema=${pathToFileURL(schema).href}\n`;
    server = new LanguageServer(program ?? "");
    await server.start();
  });

  afterAll(async () => {
    server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(document: string): Promise<{
    readonly uri: string;
    readonly position: Position;
    readonly messages: readonly string[];
  }> {
    count += 1;
    const uri = pathToFileURL(join(folder, `document-${count}.yaml`)).href;
    const { text, position } = marked(modeline + document);
    const found = await server.open(uri, text);
    const messages = found.map(({ message, range }) => `${range.start.line}: ${message}`);
    return { uri, position, messages };
  }

  test("a good document has no mistakes", async () => {
    const { messages } = await open(
      "policies:\n  - name: web\n    allowOrigins: [https://a.example]\n",
    );
    expect(messages).toEqual([]);
  });

  test("a key that is not known is marked, and a word that is not", async () => {
    const { messages } = await open(
      "policies:\n  - name: web\n    allowOrigin: [x]\n    mode: off\n",
    );
    expect(messages.toSorted()).toEqual([
      expect.stringMatching(/^3: .*allowOrigin/),
      expect.stringMatching(/^4: .*"enforce".*"shadow"/),
    ]);
  });

  test("hovering over a key shows its description and examples", async () => {
    const { uri, position } = await open("policies:\n  - name: web\n    allow¦Origins: []\n");
    const shown = await server.hover(uri, position);
    expect(shown).toContain("Origins that are admitted");
    expect(shown).toContain("https://app.example.com");
  });

  test("hovering over a word shows what it does", async () => {
    const { uri, position } = await open("policies:\n  - name: web\n    mode: sha¦dow\n");
    expect(await server.hover(uri, position)).toContain("Decided, counted and logged");
  });

  test("keys and words are offered", async () => {
    const keys = await open("policies:\n  - name: web\n    ¦\n");
    expect(await server.complete(keys.uri, keys.position)).toEqual(
      expect.arrayContaining(["allowOrigins", "webSocket", "behavior"]),
    );
    const words = await open("policies:\n  - name: web\n    preflight: ¦\n");
    expect(await server.complete(words.uri, words.position)).toEqual(
      expect.arrayContaining(["answer", "continue"]),
    );
  });
});
