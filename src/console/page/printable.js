// Control and format characters, line separators and lone surrogates: they would hide or turn round what is beside
// them (Unicode Technical Report 36, section 3.6). The same as in the server's own messages.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const UNPRINTABLE_IN_LINES = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** @param {string} character */
function escaped(character) {
  return `\\u{${Number(character.codePointAt(0)).toString(16)}}`;
}

/**
 * A text on one line, with everything unprintable written as an escape.
 *
 * @param {string} text
 */
export function printable(text) {
  return text.replace(UNPRINTABLE, escaped);
}

/**
 * The same for a text of several lines.
 *
 * @param {string} text
 */
export function printableLines(text) {
  return text.replace(UNPRINTABLE_IN_LINES, escaped);
}
