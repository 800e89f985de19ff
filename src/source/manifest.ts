import { isUtf8 } from "node:buffer";
import type { Document, Pair, ParsedNode, YAMLMap } from "yaml";
import type { Finding } from "../policy/decode/reader.ts";
import type { Problem } from "../policy/problem.ts";
import { quote } from "../policy/quote.ts";
import { pointerTo } from "../policy/spot.ts";
import { type Contents, readContents } from "./examine.ts";
import { POLICY_FILE, type SourceFile } from "./load.ts";
import { yamlPackage } from "./packages.ts";
import { composeAll } from "./parse.ts";
import { TextFile } from "./text-file.ts";
import type { Wrapping } from "./wrapping.ts";
import { reportSyntax } from "./yaml-syntax.ts";

// A policy document in a repository often stands inside of a Kubernetes ConfigMap. The commands that only read take it
// from there; a server is given the mounted files, where there is no manifest around them.

/** Policy files as {@link readContents}, with what the ConfigMaps among them hold in place of the manifests. */
export async function readDocuments(paths: readonly string[]): Promise<Contents> {
  const contents = await readContents(paths);
  const opened = contents.files.map((file) => ({ file, manifest: openManifest(file) }));
  const files = opened.flatMap(({ file, manifest }) => manifest?.files ?? [file]);
  const problems = opened.flatMap(({ manifest }) => manifest?.problems ?? []);
  const [first] = opened;
  if (first !== undefined && files.length === 0 && problems.length === 0) {
    const source = new TextFile(first.file.file, "");
    source.report(0, "", NO_CONFIG_MAP);
    problems.push(...source.problems);
  }
  return { ...contents, files, problems: [...contents.problems, ...problems] };
}

type Manifest = {
  /** The documents of its ConfigMaps: of each in the order of names that a mounted volume is read in. */
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
};

/** Spare nearly every policy document a second reading: a manifest has these keys, their vocabulary does not. */
const KEYS = [/\bkind["']?\s*:/, /\bapiVersion["']?\s*:/];

/** Undefined where the file is no manifest, or one that cannot be read: then it is judged as a policy document. */
function openManifest({ file, bytes }: SourceFile): Manifest | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!(isUtf8(bytes) && KEYS.every((key) => key.test(text)))) return undefined;
  const source = new TextFile(file, text.replace(/^\uFEFF/, ""));
  const documents = composeAll(source);
  if (documents === undefined || !documents.some(({ contents }) => isObject(contents))) {
    return undefined;
  }
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) {
    reportSyntax(source, errors);
    return { files: [], problems: source.problems };
  }
  const files = documents.flatMap(objectsOf).flatMap((object) => documentsIn(source, object));
  return { files, problems: source.problems };
}

type Tree = Document.Parsed<ParsedNode>;

/** True for what Kubernetes calls an object: it names its version and kind. */
function isObject(node: unknown): node is YAMLMap {
  const { isMap } = yamlPackage();
  return (
    isMap(node) &&
    typeof node.get("apiVersion") === "string" &&
    typeof node.get("kind") === "string"
  );
}

/** The objects of a document; of a list (`kubectl get -o yaml`) those inside. */
function objectsOf({ contents }: Tree): readonly YAMLMap[] {
  const { isSeq } = yamlPackage();
  const root: unknown = contents;
  if (!isObject(root)) return [];
  const items = root.get("items");
  const inner = /List$/.test(String(root.get("kind"))) && isSeq(items) ? items.items : [];
  return [root, ...inner.filter(isObject)];
}

function documentsIn(source: TextFile, object: YAMLMap): readonly SourceFile[] {
  const { isMap, isScalar } = yamlPackage();
  if (object.get("apiVersion") !== "v1" || object.get("kind") !== "ConfigMap") return [];
  const data = object.get("data");
  if (!isMap(data)) return [];
  const pairs = data.items.flatMap(({ key, value }: Pair) => {
    const name = isScalar(key) ? String(key.value) : "";
    return isScalar(key) && POLICY_FILE.test(name)
      ? [{ name, offset: key.range?.[0] ?? 0, value }]
      : [];
  });
  return pairs
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, offset, value }) => {
      if (isScalar(value) && typeof value.value === "string") {
        const bytes = new TextEncoder().encode(value.value);
        const wrapping = wrappingOf(source, offset, value.range?.[0] ?? 0, value.value, value.type);
        return [{ file: source.file, bytes, wrapping }];
      }
      source.report(offset, pointerTo("/data", name), noText(name));
      return [];
    });
}

/** Exact for a block literal, whose lines are lines of the file; of other scalars the key's place. */
function wrappingOf(
  source: TextFile,
  key: number,
  start: number,
  value: string,
  type: string | undefined,
): Wrapping {
  const { line, column } = source.place(key);
  const below = source.text.indexOf("\n", start) + 1;
  const columns = type === "BLOCK_LITERAL" ? indentOf(source.text.slice(below), value) : undefined;
  if (columns === undefined) return { kind: "hidden", line, column };
  return { kind: "literal", lines: source.place(below).line - 1, columns };
}

/** By how much the lines of a literal are indented; undefined where they are not the same lines. */
function indentOf(below: string, value: string): number | undefined {
  const lines = value.split("\n");
  const written = below.split("\n", lines.length);
  const first = lines.findIndex((line) => line.trim() !== "");
  const columns = (written[first] ?? "").trimEnd().length - (lines[first] ?? "").trimEnd().length;
  const indent = " ".repeat(Math.max(0, columns));
  const isSame = lines.every((line, at) => {
    const own = written[at] ?? "";
    return line.trim() === "" || own.replace(/\r$/, "") === `${indent}${line}`;
  });
  return first >= 0 && isSame ? columns : undefined;
}

function noText(name: string): Finding {
  return {
    code: "wrong-type",
    value: name,
    message: `the value of ${quote(name)} is no text`,
    fix: `write \`${name}: |\`, and the document below it, indented`,
  };
}

const NO_CONFIG_MAP: Finding = {
  code: "config-map-missing",
  value: "",
  message: "no ConfigMap here has a policy document",
  fix: "name a manifest with a ConfigMap that has a key `*.yaml`, `*.yml` or `*.json` in its `data`",
};
