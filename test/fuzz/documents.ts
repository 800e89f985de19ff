import { decide } from "../../src/cors/decide.ts";
import type { Request } from "../../src/cors/request.ts";
import type { Snapshot } from "../../src/cors/snapshot.ts";
import { atOnce } from "../../src/cors/steps.ts";
import { compileSnapshot } from "../../src/policy/compile.ts";
import { type Problem, renderProblem } from "../../src/policy/problem.ts";
import { examine, type Loaded } from "../../src/source/examine.ts";
import type { SourceFile } from "../../src/source/load.ts";
import { packDocument } from "../../src/source/packed-document.ts";
import { MAX_DOCUMENT_BYTES } from "../../src/source/parse.ts";
import { snapshotSteps } from "../../src/source/snapshot-steps.ts";
import { request } from "../cors/sample.ts";
import { bombText, documentText, largeText } from "./document-text.ts";
import { ensure, ensureNoMatch, ensureSame } from "./ensure.ts";
import type { Random } from "./random.ts";
import { defineTarget } from "./target.ts";

type DocumentsCase = { readonly files: readonly SourceFile[] };

function draw(random: Random): DocumentsCase {
  const count = random.oneIn(5) ? random.between(2, 4) : 1;
  const names = ["a.yaml", "b.yml", "__proto__", "d.json"];
  return {
    files: names
      .slice(0, count)
      .map((file) => ({ file, bytes: encoded(random, drawText(random)) })),
  };
}

function drawText(random: Random): string {
  if (random.oneIn(200)) return bombText(random);
  if (random.oneIn(4000)) return largeText(random, MAX_DOCUMENT_BYTES + random.between(-60, 1));
  if (random.oneIn(100)) return largeText(random, random.pick([40, 130, 700, 10_000, 70_000]));
  return documentText(random);
}

/** In UTF-8 mostly. */
function encoded(random: Random, text: string): Buffer {
  switch (random.below(40)) {
    case 0:
      return Buffer.from(`\u{feff}${text}`);
    case 1:
      return Buffer.from(`\u{feff}${text}`, "utf16le");
    case 2:
      return Buffer.from(text, "latin1");
    case 3: {
      const bytes = Buffer.from(text);
      bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    }
    case 4:
      return Buffer.from(text).subarray(0, random.below(text.length));
    default:
      return Buffer.from(text);
  }
}

const OBJECT = propertiesOf(Object.prototype);
const ARRAY = propertiesOf(Array.prototype);

function propertiesOf(prototype: object): string {
  return Reflect.ownKeys(prototype).map(String).join(" ");
}

function run({ files }: DocumentsCase): string {
  const { loaded, problems } = examine({ files, problems: [], digest: "fuzz" });
  ensure(propertiesOf(Object.prototype) === OBJECT, "Object.prototype has changed");
  ensure(propertiesOf(Array.prototype) === ARRAY, "Array.prototype has changed");
  for (const problem of problems) assertPlaced(problem, files);
  const hasError = problems.some(({ severity }) => severity === "error");
  ensure((loaded === undefined) === hasError, "neither a document nor an error, or both");
  if (loaded !== undefined) {
    assertRuns(loaded);
    return "loaded";
  }
  const [first] = problems.filter(({ severity }) => severity === "error");
  return first?.code.startsWith("yaml-") ? "no YAML" : "refused";
}

/** What would end a line, or tell a terminal to do something. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]/u;

function assertPlaced(problem: Problem, files: readonly SourceFile[]): void {
  const { file, line, column, pointer, code, value } = problem;
  ensure(code !== "internal-error", problem.value);
  const source = files.find((each) => each.file === file);
  ensure(isInside(source, line, column), `${line}:${column} is not in ${file}`);
  ensure(pointer === "" || pointer.startsWith("/"), `no pointer: ${pointer}`);
  ensure(value.length <= 1000, "the value is long");
  // A problem is a line of a log or a terminal.
  const rendered = renderProblem(problem);
  ensure(rendered.length < 3000, `the problem has ${rendered.length} characters: ${code}`);
  ensureNoMatch(problem.message + problem.fix, UNPRINTABLE, "a line that a terminal obeys");
}

const WIDTHS = new WeakMap<SourceFile, readonly number[]>();

/** How many characters each line of a file has. Lines end in a line feed. */
function widthsOf(file: SourceFile): readonly number[] {
  const known =
    WIDTHS.get(file) ??
    new TextDecoder()
      .decode(file.bytes)
      .split("\n")
      .map(({ length }) => length);
  WIDTHS.set(file, known);
  return known;
}

/** The place behind the last character of a line counts. */
function isInside(file: SourceFile | undefined, line: number, column: number): boolean {
  const width = file && widthsOf(file)[line - 1];
  return width !== undefined && column >= 1 && column <= width + 1;
}

/** What another thread makes of the document decides as this one does, and admits nobody by a name of JavaScript. */
function assertRuns({ document, resolved }: Loaded): void {
  const here = compileSnapshot(resolved, "fuzz");
  const there = atOnce(snapshotSteps(packDocument(document), "fuzz"));
  for (const one of ASKED) ensureSame(said(there, one), said(here, one), "another thread decides");
}

const ASKED: readonly Request[] = [
  "https://app.example.com",
  "https://evil.example",
  "null",
].flatMap((origin) => [
  request({ origin, path: "/orders" }),
  request({ origin, group: "__proto__" }),
  request({ origin, method: "OPTIONS", requestMethod: "constructor", requestHeaders: "__proto__" }),
]);

function said(snapshot: Snapshot, one: Request): object {
  const { outcome, reason, group, action, policy } = decide(snapshot, one);
  return { outcome, reason, group, action, policy: policy?.name };
}

function sizeOf({ files }: DocumentsCase): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

export const DOCUMENTS = defineTarget<DocumentsCase>({
  name: "documents",
  share: 15,
  draw,
  run,
  budget: (one) => 400 + sizeOf(one) / 400,
  endings: ["loaded", "refused", "no YAML"],
  show: ({ files }) =>
    files
      .map(({ file, bytes }) => `${file} ${JSON.stringify(Buffer.from(bytes).toString("latin1"))}`)
      .join("\n"),
});
