/**
 * A to Z in lower case and nothing else changed. `toLowerCase` alone would make letters of other alphabets into ASCII
 * ones (the Kelvin sign into `k`), and so one host into another.
 */
export function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
