/** The first command of a line for a POSIX shell, as its words; what it would substitute stays as it is written. */
export function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const quoted = readQuoted(text, at);
    if (quoted !== undefined) {
      word = (word ?? "") + quoted.value;
      at = quoted.end;
      continue;
    }
    const character = text.charAt(at);
    if (ENDS.has(character)) break;
    if (BLANKS.has(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
    at += 1;
  }
  return word === undefined ? words : [...words, word];
}

const BLANKS: ReadonlySet<string> = new Set([" ", "\t"]);
// A pipe, a redirection or the next command: none of it is the request.
const ENDS: ReadonlySet<string> = new Set(["|", ";", "&", "<", ">", "\n"]);

type Piece = { readonly value: string; readonly end: number };

/** What begins here with a quote or a backslash, read to its end; a quote that nothing closes goes on to the end. */
function readQuoted(text: string, at: number): Piece | undefined {
  switch (text.charAt(at)) {
    case "'":
      return readSingle(text, at + 1);
    case '"':
      return readEscaped(text, at + 1, '"', doubleEscape);
    case "$":
      return text.charAt(at + 1) === "'" ? readEscaped(text, at + 2, "'", ansiEscape) : undefined;
    case "\\":
      return { value: text.charAt(at + 1).replace("\n", ""), end: at + 2 };
    default:
      return undefined;
  }
}

function readSingle(text: string, start: number): Piece {
  const closing = text.indexOf("'", start);
  const end = closing < 0 ? text.length : closing;
  return { value: text.slice(start, end), end: end + 1 };
}

/** `readEscape` reads what stands behind a backslash. */
function readEscaped(
  text: string,
  start: number,
  quote: string,
  readEscape: (text: string, at: number) => Piece,
): Piece {
  let value = "";
  let at = start;
  while (at < text.length && text.charAt(at) !== quote) {
    const piece =
      text.charAt(at) === "\\" ? readEscape(text, at + 1) : { value: text.charAt(at), end: at + 1 };
    value += piece.value;
    at = piece.end;
  }
  return { value, end: at + 1 };
}

// POSIX shell, "Double-Quotes": a backslash before anything else stands for itself.
function doubleEscape(text: string, at: number): Piece {
  const character = text.charAt(at);
  if (character === "\n") return { value: "", end: at + 1 };
  return { value: /[$`"\\!]/.test(character) ? character : `\\${character}`, end: at + 1 };
}

const ANSI: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\n": "" };
const ANSI_CODE = /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4}))/;

/** Of bash's `$'…'` the escapes that browsers write: `\'`, `\\`, `\n`, `\r`, `\t`, `\xHH` and `\uHHHH`. */
function ansiEscape(text: string, at: number): Piece {
  const code = ANSI_CODE.exec(text.slice(at, at + 5));
  if (code !== null) {
    const [whole, byte, unit] = code;
    return {
      value: String.fromCharCode(Number.parseInt(byte ?? String(unit), 16)),
      end: at + whole.length,
    };
  }
  const character = text.charAt(at);
  return { value: ANSI[character] ?? character, end: at + 1 };
}

/** A command as browsers write it for Windows' `cmd`, with its carets taken away: then it reads as for a shell. */
export function withoutCarets(text: string): string {
  return text.replace(/\^(\n|.)/g, (_, escaped: string) => (escaped === "\n" ? "" : escaped));
}
