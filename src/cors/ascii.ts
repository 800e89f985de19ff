const UPPER = /[A-Z]/;
const RUN = /[A-Z]+/g;

/**
 * A to Z in lower case and nothing else changed. `toLowerCase` alone would make letters of other alphabets into ASCII
 * ones (the Kelvin sign into `k`), and so one host into another.
 */
export function lowerAscii(text: string): string {
  // Most texts have none: to look costs a tenth of a replacement.
  return UPPER.test(text) ? text.replaceAll(RUN, (letters) => letters.toLowerCase()) : text;
}
