import type { MapEntry, Node, ScalarNode } from "../policy/node.ts";
import { PlainCursor } from "./plain-cursor.ts";
import { plainEnd, plainValue, quotedEnd, unquoted } from "./plain-scalar.ts";

// YAML as policy documents are written: maps and lists in block and flow form, texts, numbers and comments; JSON too.
// A text that is only this is read here, many times as fast as the YAML parser does it and in a fraction of the memory:
// docs/decisions/0008-plain-yaml.md. All else is left to the parser, mistakes included. So the rule for this file is:
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
  return ODD.test(text)
    ? undefined
    : new PlainYaml(new PlainCursor(file, text, maxTokens)).document();
}

class PlainYaml {
  readonly #cursor: PlainCursor;

  constructor(cursor: PlainCursor) {
    this.#cursor = cursor;
  }

  document(): Node | undefined {
    // What begins and ends a document, and a last line without an end.
    this.#cursor.count(6);
    this.#cursor.skipEmptyLines();
    if (this.#cursor.indent === 0 && this.#cursor.text.startsWith("---\n", this.#cursor.at)) {
      this.#cursor.at += "---".length;
      this.#cursor.endLine();
    }
    const root = this.#cursor.isFlow() ? this.#inline(-1, 0) : this.#block(this.#cursor.indent, 1);
    return this.#cursor.isPlain && this.#cursor.at === this.#cursor.text.length ? root : undefined;
  }

  /** A list or map whose first entry is here, and the others in lines of the same indent. */
  #block(indent: number, depth: number): Node {
    if (depth > MAX_DEPTH) return this.#cursor.giveUp();
    return this.#cursor.isDash() ? this.#list(indent, depth) : this.#map(indent, depth);
  }

  #list(indent: number, depth: number): Node {
    const place = this.#cursor.place(this.#cursor.at);
    const items: Node[] = [];
    do {
      this.#cursor.count(3);
      this.#cursor.at += 1;
      items.push(
        this.#cursor.isLineEnd() ? this.#below(indent + 1, depth) : this.#item(indent, depth),
      );
    } while (this.#goesOn(indent) && this.#cursor.isDash());
    return { kind: "list", place, items };
  }

  /** What stands in the line of its dash: a collection may begin there, in a column of its own. */
  #item(indent: number, depth: number): Node {
    this.#cursor.skipBlanks();
    return this.#cursor.isDash() || this.#cursor.isKey()
      ? this.#block(this.#cursor.column(), depth + 1)
      : this.#inline(indent, depth);
  }

  #map(indent: number, depth: number): Node {
    const place = this.#cursor.place(this.#cursor.at);
    const entries: MapEntry[] = [];
    do {
      this.#cursor.count(5);
      entries.push(this.#entry(indent, depth));
    } while (this.#goesOn(indent) && !this.#cursor.isDash());
    return { kind: "map", place, entries };
  }

  #goesOn(indent: number): boolean {
    return this.#cursor.isPlain && this.#cursor.indent === indent;
  }

  #entry(indent: number, depth: number): MapEntry {
    const place = this.#cursor.place(this.#cursor.at);
    const key = this.#cursor.key();
    if (!this.#cursor.isLineEnd()) {
      this.#cursor.skipBlanks();
      return { key, place, value: this.#inline(indent, depth) };
    }
    // A list may have the indent of its key.
    return { key, place, value: this.#below(indent, depth) };
  }

  /** What stands in the lines below: a list with this indent, or anything with a greater one. */
  #below(indent: number, depth: number): Node {
    this.#cursor.endLine();
    const isBelow =
      this.#cursor.indent > indent || (this.#cursor.indent === indent && this.#cursor.isDash());
    if (!isBelow) return this.#cursor.giveUp();
    return this.#cursor.isFlow()
      ? this.#inline(indent, depth)
      : this.#block(this.#cursor.indent, depth + 1);
  }

  /** A text or a flow collection, and the end of its line. `indent`: of the entry that it belongs to. */
  #inline(indent: number, depth: number): Node {
    const node = this.#cursor.isFlow() ? this.#flow(indent, depth + 1) : this.#scalar(false);
    this.#cursor.endLine();
    return node;
  }

  #flow(indent: number, depth: number): Node {
    if (depth > MAX_DEPTH) return this.#cursor.giveUp();
    const place = this.#cursor.place(this.#cursor.at);
    const isMap = this.#cursor.is("{");
    const close = isMap ? "}" : "]";
    this.#cursor.count(4);
    const items: Node[] = [];
    const entries: MapEntry[] = [];
    this.#cursor.at += 1;
    this.#cursor.skipFlowSpace(indent);
    while (!this.#cursor.is(close) && this.#cursor.isPlain) {
      this.#cursor.count(isMap ? 6 : 3);
      if (isMap) entries.push(this.#flowEntry(indent, depth));
      else items.push(this.#flowNode(indent, depth));
      if (this.#cursor.is(close)) break;
      if (!this.#cursor.is(",")) this.#cursor.giveUp();
      this.#cursor.at += 1;
      this.#cursor.skipFlowSpace(indent);
      // A comma behind the last one is fine for the parser.
      if (this.#cursor.is(close)) this.#cursor.giveUp();
    }
    if (this.#cursor.isPlain) this.#cursor.at += 1;
    return isMap ? { kind: "map", place, entries } : { kind: "list", place, items };
  }

  #flowEntry(indent: number, depth: number): MapEntry {
    const place = this.#cursor.place(this.#cursor.at);
    const key = this.#cursor.isQuote() ? this.#quotedKey() : this.#cursor.key();
    this.#cursor.skipFlowSpace(indent);
    return { key, place, value: this.#flowNode(indent, depth) };
  }

  #quotedKey(): string {
    const { text } = this.#scalar(true);
    if (text.length > 100 || !this.#cursor.is(":")) this.#cursor.giveUp();
    else this.#cursor.at += 1;
    return text;
  }

  /** One part of a flow collection, with the space behind it. */
  #flowNode(indent: number, depth: number): Node {
    const node = this.#cursor.isFlow() ? this.#flow(indent, depth + 1) : this.#scalar(true);
    this.#cursor.skipFlowSpace(indent);
    return node;
  }

  #scalar(inFlow: boolean): ScalarNode {
    const start = this.#cursor.at;
    const isQuoted = this.#cursor.isQuote();
    this.#cursor.count(2);
    const end = isQuoted
      ? quotedEnd(this.#cursor.text, start)
      : plainEnd(this.#cursor.text, start, inFlow);
    const written = this.#cursor.text.slice(start, end);
    const value = isQuoted ? unquoted(written) : plainValue(written);
    if (value === undefined) return this.#cursor.giveUp();
    this.#cursor.at = end;
    const text = isQuoted ? String(value) : written;
    return { kind: "scalar", place: this.#cursor.place(start), value, text };
  }
}
