import type { ErrorCode, YAMLError } from "yaml";
import { printable, quote } from "../policy/quote.ts";
import type { TextFile } from "./text-file.ts";

const FIXES: Partial<Record<ErrorCode, string>> = {
  BAD_SCALAR_START: "quote the value",
  BLOCK_AS_IMPLICIT_KEY: "quote the value, or begin a new line for the inner key",
  MISSING_CHAR: "add what is missing",
  TAB_AS_INDENT: "indent with blanks",
  BAD_INDENT: "line it up with its neighbours",
  BAD_DQ_ESCAPE: "use single quotes where `\\` stands for itself",
  RESOURCE_EXHAUSTION: "write it flatter",
};

/** Reports what the YAML parser says is wrong, one problem a place: the first says most. */
export function reportSyntax(source: TextFile, errors: readonly YAMLError[]): void {
  const seen = new Set<number>();
  for (const { code, message, pos } of errors) {
    const [offset] = pos;
    if (seen.has(offset)) continue;
    seen.add(offset);
    if (isBareStar({ code, message })) {
      reportUnquoted(source, offset, "", "*");
      continue;
    }
    source.report(offset, "", {
      code: code === "RESOURCE_EXHAUSTION" ? "yaml-too-deep" : "yaml-syntax",
      value: source.restOfLine(offset),
      message: `this is not YAML: ${phraseOf(message)}`,
      fix: FIXES[code] ?? "correct it, or quote the text that is meant",
    });
  }
}

/** True where `*` stands alone without quotes: for YAML it is an alias with no name. */
export function isBareStar({ code, message }: Pick<YAMLError, "code" | "message">): boolean {
  return code === "BAD_ALIAS" && message.startsWith("Alias");
}

/** Reports a text that begins with `*` and that YAML reads as an alias. */
export function reportUnquoted(
  source: TextFile,
  offset: number,
  pointer: string,
  text: string,
): void {
  source.report(offset, pointer, {
    code: "yaml-unquoted",
    value: text,
    message: `${quote(text)} without quotes is an alias to YAML`,
    fix: `quote it: ${quote(`"${text}"`)}`,
  });
}

/** Longest phrase of the parser, in characters: it may hold a whole token of the text. */
const MAX_PHRASE = 200;

function phraseOf(message: string): string {
  const [line = ""] = message.split("\n", 1);
  const phrase = `${line.slice(0, 1).toLowerCase()}${line.slice(1)}`.replace(/\.$/, "");
  return printable(phrase.length > MAX_PHRASE ? `${phrase.slice(0, MAX_PHRASE)}…` : phrase);
}
