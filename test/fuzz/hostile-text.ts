import type { Random } from "./random.ts";

// Texts of one byte a character, as they stand in a header: almost right, or not at all.

/** What stands for itself in no header, or reads otherwise elsewhere. */
const ODD = [
  ..."\0\t\n\r\v\f\x1b\x7f\x80\xa0\xad\xe9\xff",
  "\r\n",
  " ",
  "  ",
  // UTF-8: the Kelvin sign, a long s, a Cyrillic a, a byte order mark, an overlong slash.
  ..."\xe2\x84\xaa|\xc5\xbf|\xd0\xb0|\xef\xbb\xbf|\xc0\xaf".split("|"),
  ..."%00|%2e|%2f|%5c|%0d%0a|%zz".split("|"),
  ..."/ \\ @ # ? , ; : . .. :// * ~ [ ] null".split(" "),
  "https://",
  ":443",
  ":0443",
  ":80",
  ":99999",
  ".evil.example",
  "xn--",
];

/** One small change, anywhere. */
export function nearly(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const head = text.slice(0, at);
  const tail = text.slice(at);
  switch (random.below(7)) {
    case 0:
      return head + random.pick(ODD) + tail;
    case 1:
      return head + random.pick(ODD) + tail.slice(1);
    case 2:
      return head + tail.slice(1);
    case 3:
      return head + tail.slice(0, 1).toUpperCase() + tail.slice(1);
    case 4:
      return `${text}${random.pick(ODD)}${text}`;
    case 5:
      return head + String.fromCharCode(random.below(256)) + tail.slice(1);
    default:
      return head + tail.slice(0, 1).repeat(2) + tail;
  }
}

/** Lengths at and around limits, seldom very long. */
export function hostileLength(random: Random): number {
  if (random.oneIn(400)) return random.pick([65_536, 262_144, 1_048_576]);
  const limit = random.pick([16, 64, 128, 253, 256, 512, 4096, 8192, 8192]);
  return random.oneIn(2) ? limit + random.between(-2, 2) : limit - random.below(limit / 8);
}

const UNITS = [
  // Blanks are what is trimmed: they have more weight.
  ..."    \t\t",
  ..." \t,;:/.%-*a",
  ..."a, |x-a,|%2e|%2e%2e/|../|./|//|\\\\|a.|:1|, |\0|\xff".split("|"),
];

/** The same again and again: what takes a program that looks at it twice very long. */
export function longText(random: Random): string {
  const unit = random.pick(UNITS);
  const length = hostileLength(random);
  const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  switch (random.below(5)) {
    case 0:
      return text;
    case 1:
    case 2:
      return `a${text.slice(2)}b`;
    case 3:
      return `${text}${random.pick(ODD)}`;
    default:
      return `${text}${random.pick(UNITS).repeat(random.below(200))}x`;
  }
}

/** One of these as it is, almost so, or something else. */
export function hostile(random: Random, good: readonly string[]): string {
  let text = random.pick(good);
  if (random.oneIn(40)) return longText(random);
  if (random.oneIn(25)) return random.bytes(random.below(40)).toString("latin1");
  for (let more = random.below(4); more > 1; more -= 1) text = nearly(random, text);
  return text;
}
