import type { MapEntry, Node, Place, ScalarNode } from "../policy/node.ts";
import { plainEnd, plainValue, quotedEnd, unquoted } from "./plain-scalar.ts";

// YAML as policy documents are written: maps and lists in block and flow form, texts, numbers and comments; JSON too.
// A text that is only this is read here, many times as fast as the YAML parser does it and in a fraction of the memory:
// docs/decisions/0011-plain-yaml.md. All else is left to the parser, mistakes included. So the rule for this file is:
// what it reads, the parser reads in the same way and in the same places (the tests compare them); in doubt, give up.

/** Deepest nesting read here, in collections: well below what is too deep for the parser. */
const MAX_DEPTH = 32;

// A tab, a carriage return, another control character or an odd blank: they could end a line, or indent one.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const ODD = /[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff]/;

/**
 * The tree of a text, or undefined where there is anything in it that is not read here. `maxTokens`: how many tokens of
 * the YAML parser the text may have at most; they are counted roughly, never too few.
 */
export function readPlainYaml(file: string, text: string, maxTokens: number): Node | undefined {
  return ODD.test(text) ? undefined : new PlainYaml(file, text, maxTokens).document();
}

// A key of more than 1024 characters is no key.
const KEY = /([A-Za-z_][A-Za-z0-9_-]{0,100}):(?=[ \n]|$)/y;
const LINE_END = / *(?: #.*)?(?:\n|$)/y;

class PlainYaml {
  readonly #file: string;
  readonly #text: string;
  /** At the end of the text once given up, so that every loop ends. */
  #at = 0;
  /** Counted from 1. */
  #line = 1;
  #lineStart = 0;
  /** Column of the first character of this line, from 0; -1 behind the last line. */
  #indent = 0;
  #tokensLeft: number;
  #isPlain = true;

  constructor(file: string, text: string, maxTokens: number) {
    this.#file = file;
    this.#text = text;
    this.#tokensLeft = maxTokens;
  }

  document(): Node | undefined {
    // What begins and ends a document, and a last line without an end.
    this.#count(6);
    this.#skipEmptyLines();
    if (this.#indent === 0 && this.#text.startsWith("---\n", this.#at)) {
      this.#at += "---".length;
      this.#endLine();
    }
    const root = this.#isFlow() ? this.#inline(-1, 0) : this.#block(this.#indent, 1);
    return this.#isPlain && this.#at === this.#text.length ? root : undefined;
  }

  /** A list or map whose first entry is here, and the others in lines of the same indent. */
  #block(indent: number, depth: number): Node {
    if (depth > MAX_DEPTH) return this.#giveUp();
    return this.#isDash() ? this.#list(indent, depth) : this.#map(indent, depth);
  }

  #list(indent: number, depth: number): Node {
    const place = this.#place(this.#at);
    const items: Node[] = [];
    do {
      this.#count(3);
      this.#at += 1;
      items.push(this.#isLineEnd() ? this.#below(indent + 1, depth) : this.#item(indent, depth));
    } while (this.#goesOn(indent) && this.#isDash());
    return { kind: "list", place, items };
  }

  /** What stands in the line of its dash: a collection may begin there, in a column of its own. */
  #item(indent: number, depth: number): Node {
    this.#skipBlanks();
    return this.#isDash() || this.#isKey()
      ? this.#block(this.#at - this.#lineStart, depth + 1)
      : this.#inline(indent, depth);
  }

  #map(indent: number, depth: number): Node {
    const place = this.#place(this.#at);
    const entries: MapEntry[] = [];
    do {
      this.#count(5);
      entries.push(this.#entry(indent, depth));
    } while (this.#goesOn(indent) && !this.#isDash());
    return { kind: "map", place, entries };
  }

  #goesOn(indent: number): boolean {
    return this.#isPlain && this.#indent === indent;
  }

  #entry(indent: number, depth: number): MapEntry {
    const place = this.#place(this.#at);
    const key = this.#key();
    if (!this.#isLineEnd()) {
      this.#skipBlanks();
      return { key, place, value: this.#inline(indent, depth) };
    }
    // A list may have the indent of its key.
    return { key, place, value: this.#below(indent, depth) };
  }

  #isKey(): boolean {
    KEY.lastIndex = this.#at;
    return KEY.test(this.#text);
  }

  #key(): string {
    if (!this.#isKey()) return this.#giveUp().text;
    const key = this.#text.slice(this.#at, KEY.lastIndex - 1);
    this.#at = KEY.lastIndex;
    return key;
  }

  /** What stands in the lines below: a list with this indent, or anything with a greater one. */
  #below(indent: number, depth: number): Node {
    this.#endLine();
    const isBelow = this.#indent > indent || (this.#indent === indent && this.#isDash());
    if (!isBelow) return this.#giveUp();
    return this.#isFlow() ? this.#inline(indent, depth) : this.#block(this.#indent, depth + 1);
  }

  /** A text or a flow collection, and the end of its line. `indent`: of the entry that it belongs to. */
  #inline(indent: number, depth: number): Node {
    const node = this.#isFlow() ? this.#flow(indent, depth + 1) : this.#scalar(false);
    this.#endLine();
    return node;
  }

  #flow(indent: number, depth: number): Node {
    if (depth > MAX_DEPTH) return this.#giveUp();
    const place = this.#place(this.#at);
    const isMap = this.#is("{");
    const close = isMap ? "}" : "]";
    this.#count(4);
    const items: Node[] = [];
    const entries: MapEntry[] = [];
    this.#at += 1;
    this.#skipFlowSpace(indent);
    while (!this.#is(close) && this.#isPlain) {
      this.#count(isMap ? 6 : 3);
      if (isMap) entries.push(this.#flowEntry(indent, depth));
      else items.push(this.#flowNode(indent, depth));
      if (this.#is(close)) break;
      if (!this.#is(",")) this.#giveUp();
      this.#at += 1;
      this.#skipFlowSpace(indent);
      // A comma behind the last one is fine for the parser.
      if (this.#is(close)) this.#giveUp();
    }
    if (this.#isPlain) this.#at += 1;
    return isMap ? { kind: "map", place, entries } : { kind: "list", place, items };
  }

  #flowEntry(indent: number, depth: number): MapEntry {
    const place = this.#place(this.#at);
    const key = this.#isQuote() ? this.#quotedKey() : this.#key();
    this.#skipFlowSpace(indent);
    return { key, place, value: this.#flowNode(indent, depth) };
  }

  #quotedKey(): string {
    const { text } = this.#scalar(true);
    if (text.length > 100 || !this.#is(":")) this.#giveUp();
    else this.#at += 1;
    return text;
  }

  /** One part of a flow collection, with the space behind it. */
  #flowNode(indent: number, depth: number): Node {
    const node = this.#isFlow() ? this.#flow(indent, depth + 1) : this.#scalar(true);
    this.#skipFlowSpace(indent);
    return node;
  }

  #scalar(inFlow: boolean): ScalarNode {
    const start = this.#at;
    const isQuoted = this.#isQuote();
    this.#count(2);
    const end = isQuoted ? quotedEnd(this.#text, start) : plainEnd(this.#text, start, inFlow);
    const written = this.#text.slice(start, end);
    const value = isQuoted ? unquoted(written) : plainValue(written);
    if (value === undefined) return this.#giveUp();
    this.#at = end;
    const text = isQuoted ? String(value) : written;
    return { kind: "scalar", place: this.#place(start), value, text };
  }

  #giveUp(): ScalarNode {
    this.#isPlain = false;
    this.#at = this.#text.length;
    this.#indent = -1;
    return { kind: "scalar", place: this.#place(this.#at), value: null, text: "" };
  }

  #count(tokens: number): void {
    this.#tokensLeft -= tokens;
    if (this.#tokensLeft < 0) this.#giveUp();
  }

  #place(offset: number): Place {
    return { file: this.#file, line: this.#line, column: offset - this.#lineStart + 1 };
  }

  #is(char: string): boolean {
    return this.#text[this.#at] === char;
  }

  #isFlow(): boolean {
    return this.#is("[") || this.#is("{");
  }

  #isQuote(): boolean {
    return this.#is('"') || this.#is("'");
  }

  /** A dash that begins an entry. */
  #isDash(): boolean {
    const next = this.#text[this.#at + 1];
    return this.#is("-") && (next === " " || next === "\n");
  }

  #isLineEnd(): boolean {
    LINE_END.lastIndex = this.#at;
    return LINE_END.test(this.#text);
  }

  /** Goes on to the next line that says something. */
  #endLine(): void {
    if (!this.#isLineEnd()) {
      this.#giveUp();
      return;
    }
    this.#count(3);
    if (!this.#isPlain) return;
    this.#at = LINE_END.lastIndex;
    this.#beginLine();
    this.#skipEmptyLines();
  }

  /** Of blanks and comments. */
  #skipEmptyLines(): void {
    for (;;) {
      this.#skipBlanks();
      this.#indent = this.#at - this.#lineStart;
      if (this.#is("#")) {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      }
      if (!this.#is("\n")) break;
      this.#count(3);
      if (!this.#isPlain) return;
      this.#at += 1;
      this.#beginLine();
    }
    if (this.#at === this.#text.length) this.#indent = -1;
  }

  /** Lines in the midst of a flow collection have a greater indent than what it belongs to. */
  #skipFlowSpace(indent: number): void {
    this.#skipBlanks();
    while (this.#is("\n")) {
      this.#count(2);
      this.#at += 1;
      this.#beginLine();
      this.#skipBlanks();
      if (this.#at - this.#lineStart <= indent) this.#giveUp();
    }
  }

  #skipBlanks(): void {
    while (this.#is(" ")) this.#at += 1;
  }

  #beginLine(): void {
    this.#line += 1;
    this.#lineStart = this.#at;
  }
}
