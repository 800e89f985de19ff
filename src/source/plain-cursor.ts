import type { Place, ScalarNode } from "../policy/node.ts";

// A key of more than 1024 characters is no key.
const KEY = /([A-Za-z_][A-Za-z0-9_-]{0,100}):(?=[ \n]|$)/y;
const LINE_END = / *(?: #.*)?(?:\n|$)/y;

/** A place in a text of plain YAML, and what stands there: see plain-yaml.ts. */
export class PlainCursor {
  readonly #file: string;
  readonly text: string;
  /** At the end of the text once given up, so that every loop ends. */
  at = 0;
  /** Counted from 1. */
  #line = 1;
  #lineStart = 0;
  /** Column of the first character of this line, from 0; -1 behind the last line. */
  indent = 0;
  #tokensLeft: number;
  /** False once given up. */
  isPlain = true;

  constructor(file: string, text: string, maxTokens: number) {
    this.#file = file;
    this.text = text;
    this.#tokensLeft = maxTokens;
  }

  /** A key with its colon. */
  isKey(): boolean {
    KEY.lastIndex = this.at;
    return KEY.test(this.text);
  }

  /** Goes behind the colon. */
  key(): string {
    if (!this.isKey()) return this.giveUp().text;
    const key = this.text.slice(this.at, KEY.lastIndex - 1);
    this.at = KEY.lastIndex;
    return key;
  }

  /** The text is not plain YAML; what comes back stands for any part of its tree. */
  giveUp(): ScalarNode {
    this.isPlain = false;
    this.at = this.text.length;
    this.indent = -1;
    return { kind: "scalar", place: this.place(this.at), value: null, text: "" };
  }

  /** Tokens of the YAML parser, so many at most. */
  count(tokens: number): void {
    this.#tokensLeft -= tokens;
    if (this.#tokensLeft < 0) this.giveUp();
  }

  place(offset: number): Place {
    return { file: this.#file, line: this.#line, column: offset - this.#lineStart + 1 };
  }

  is(char: string): boolean {
    return this.text[this.at] === char;
  }

  /** From 0. */
  column(): number {
    return this.at - this.#lineStart;
  }

  isFlow(): boolean {
    return this.is("[") || this.is("{");
  }

  isQuote(): boolean {
    return this.is('"') || this.is("'");
  }

  /** A dash that begins an entry. */
  isDash(): boolean {
    const next = this.text[this.at + 1];
    return this.is("-") && (next === " " || next === "\n");
  }

  isLineEnd(): boolean {
    LINE_END.lastIndex = this.at;
    return LINE_END.test(this.text);
  }

  /** Goes on to the next line that says something. */
  endLine(): void {
    if (!this.isLineEnd()) {
      this.giveUp();
      return;
    }
    this.count(3);
    if (!this.isPlain) return;
    this.at = LINE_END.lastIndex;
    this.#beginLine();
    this.skipEmptyLines();
  }

  /** Of blanks and comments. */
  skipEmptyLines(): void {
    for (;;) {
      this.skipBlanks();
      this.indent = this.column();
      if (this.is("#")) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      }
      if (!this.is("\n")) break;
      this.count(3);
      if (!this.isPlain) return;
      this.at += 1;
      this.#beginLine();
    }
    if (this.at === this.text.length) this.indent = -1;
  }

  /** Lines in the midst of a flow collection have a greater indent than what it belongs to. */
  skipFlowSpace(indent: number): void {
    this.skipBlanks();
    while (this.is("\n")) {
      this.count(2);
      this.at += 1;
      this.#beginLine();
      this.skipBlanks();
      if (this.column() <= indent) this.giveUp();
    }
  }

  skipBlanks(): void {
    while (this.is(" ")) this.at += 1;
  }

  #beginLine(): void {
    this.#line += 1;
    this.#lineStart = this.at;
  }
}
