import { isUtf8 } from "node:buffer";
import type { CST, Document, ParsedNode } from "yaml";
import type { Finding } from "../policy/decode/reader.ts";
import type { Node } from "../policy/node.ts";
import type { Problem } from "../policy/problem.ts";
import { NodeTree } from "./node-tree.ts";
import { yamlPackage } from "./packages.ts";
import { readPlainYaml } from "./plain-yaml.ts";
import { TextFile } from "./text-file.ts";
import { isBareStar, reportSyntax } from "./yaml-syntax.ts";

/** Most bytes of a document, all its files together and aliases expanded: thousands of policies take far less. */
export const MAX_DOCUMENT_BYTES: number = 8 * 1024 * 1024;

/** Most YAML tokens of a file. The parser takes up to 1 KiB for one, so 8 MiB of commas would take all memory. */
export const MAX_TOKENS = 2_000_000;

/** Deepest nesting, in collections. The vocabulary needs 8; the parser goes down by recursion. */
export const MAX_DEPTH = 64;

/** `root` is undefined where the text could not be read; where there are problems the document is not to be used. */
export type Parsed = {
  readonly root: Node | undefined;
  readonly problems: readonly Problem[];
  /** Bytes that the aliases of `root` stand for besides the text. */
  readonly aliased: number;
};

/**
 * Reads the bytes of a policy file: UTF-8, with or without a byte order mark. `budget`: how many bytes its aliases may
 * stand for; left out, what it leaves itself of {@link MAX_DOCUMENT_BYTES}.
 */
export function parseBytes(
  file: string,
  bytes: Uint8Array,
  budget: number = MAX_DOCUMENT_BYTES - bytes.byteLength,
): Parsed {
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
    return failed(new TextFile(file, ""), 0, tooLarge(`the file has ${bytes.byteLength} bytes`));
  }
  const text = new TextDecoder().decode(bytes);
  return isUtf8(bytes) ? parseText(file, text, budget) : failedDecoding(file, text);
}

/** Reads the text of a policy file: one YAML document, which may be JSON. Aliases are followed; see {@link parseBytes}. */
export function parseText(
  file: string,
  text: string,
  budget: number = MAX_DOCUMENT_BYTES - Buffer.byteLength(text),
): Parsed {
  const source = new TextFile(file, text.replace(/^\uFEFF/, ""));
  const plain = readPlainYaml(file, source.text, MAX_TOKENS);
  return plain === undefined ? parseAny(source, budget) : { root: plain, problems: [], aliased: 0 };
}

/** {@link parseText} by the YAML parser, whatever the text. */
export function parseAny(source: TextFile, budget: number): Parsed {
  const stop: Stop = { offset: 0, reason: undefined };
  const [document, second] = compose(source, stop);
  if (stop.reason !== undefined) return failed(source, stop.offset, stop.reason);
  const { root, aliased } = document ? readDocument(source, document, budget) : UNREAD;
  if (second === undefined) return { root, problems: source.problems, aliased };
  return failed(source, second.range[0], SEVERAL);
}

// Keys that stand twice are found later, with the others of their map; `<<` is no merge in YAML 1.2. Tags beyond the
// schema (`!!omap`, `!!binary`) stay as they are written: what the parser would make of them has no places.
const OPTIONS = {
  version: "1.2",
  schema: "core",
  resolveKnownTags: false,
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/** Every document of a text, as the YAML parser has it; undefined where there is too much of it. */
export function composeAll(source: TextFile): readonly Document.Parsed<ParsedNode>[] | undefined {
  const stop: Stop = { offset: 0, reason: undefined };
  const documents = [...compose(source, stop)];
  return stop.reason === undefined ? documents : undefined;
}

function compose(source: TextFile, stop: Stop): Iterable<Document.Parsed<ParsedNode>> {
  const { Composer } = yamlPackage();
  return new Composer(OPTIONS).compose(tokens(source, stop), true, source.text.length);
}

type Stop = { offset: number; reason: Finding | undefined };

/** The parser's tokens; it stops, and says why, before a hostile text can take all memory or the stack. */
function* tokens(source: TextFile, stop: Stop): Generator<CST.Token> {
  const { CST, Lexer, Parser } = yamlPackage();
  // The stack holds the document and a scalar beside the collections that are open.
  const isTooDeep = (stack: readonly CST.Token[]): boolean =>
    stack.length > MAX_DEPTH && stack.filter(CST.isCollection).length > MAX_DEPTH;
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    count += 1;
    yield* parser.next(lexeme);
    const reason = isTooDeep(parser.stack) ? TOO_DEEP : count > MAX_TOKENS ? TOO_MANY : undefined;
    if (reason === undefined) continue;
    stop.offset = parser.offset;
    stop.reason = reason;
    return;
  }
  yield* parser.end();
}

type Root = Pick<Parsed, "root" | "aliased">;

const UNREAD: Root = { root: undefined, aliased: 0 };

function readDocument(
  source: TextFile,
  document: Document.Parsed<ParsedNode>,
  budget: number,
): Root {
  const { contents, errors } = document;
  // A tag without a meaning is a warning to the parser; the tree reports it, with its pointer.
  const warnings = document.warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED");
  const faults = [...errors, ...warnings];
  if (!faults.every(isBareStar)) {
    reportSyntax(source, faults);
    return UNREAD;
  }
  const tree = new NodeTree(source);
  const root = tree.read(contents, 0, "");
  if (root.kind === "scalar" && root.text === "" && root.value === null) {
    source.report(0, "", EMPTY);
    return UNREAD;
  }
  if (tree.aliased <= budget) return { root, aliased: tree.aliased };
  source.report(0, "", tooLarge("the aliases stand for too much"));
  return UNREAD;
}

function failed(source: TextFile, offset: number, finding: Finding): Parsed {
  source.report(offset, "", finding);
  return { ...UNREAD, problems: source.problems };
}

/** Where the text is not UTF-8, its first character that could not be decoded shows the place. */
function failedDecoding(file: string, text: string): Parsed {
  const source = new TextFile(file, text);
  const offset = text.indexOf("\uFFFD");
  return failed(source, offset, NOT_UTF8);
}

function tooLarge(message: string): Finding {
  const fix = `keep all files together to ${MAX_DOCUMENT_BYTES} bytes, aliases expanded`;
  return { code: "document-too-large", value: "", message, fix };
}

const NOT_UTF8: Finding = {
  code: "not-utf8",
  value: "",
  message: "the file is not UTF-8",
  fix: "save it in UTF-8",
};

const EMPTY: Finding = {
  code: "file-empty",
  value: "",
  message: "the file says nothing",
  fix: "write a policy document, or remove the file",
};

const SEVERAL: Finding = {
  code: "yaml-several-documents",
  value: "---",
  message: "a second YAML document begins here",
  fix: "remove the `---`, or put the second document into a file of its own",
};

const TOO_DEEP: Finding = {
  code: "yaml-too-deep",
  value: "",
  message: `the text is nested deeper than ${MAX_DEPTH} levels`,
  fix: "write it flatter",
};

const TOO_MANY: Finding = {
  code: "document-too-large",
  value: "",
  message: `the file has more than ${MAX_TOKENS} YAML tokens`,
  fix: "split it, or write less",
};
