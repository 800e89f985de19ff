/** Longest piece of an operator's text in a message; the whole of it stands in the file. */
const MAX_QUOTED = 100;

// Control and format characters, line separators and lone surrogates: they would disturb a terminal or a log line.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The operator's text in backticks: cut, and with everything unprintable written as an escape. */
export function quote(text: string): string {
  return `\`${printable(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text)}\``;
}

/** The text with everything unprintable written as an escape. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`,
  );
}
