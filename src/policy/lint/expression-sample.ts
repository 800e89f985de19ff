import type { Tree } from "./expression-tree.ts";

/**
 * A text that an expression may match. `marks` has a character for each of the text's: `f`ree where it came from a
 * repeated class, from a large one or from a repeated choice, so that the author neither spelled it out nor listed a few
 * values; else `l`isted. A character that an optional dot in front of it may join to another label counts as free too.
 */
export type Sample = { readonly text: string; readonly marks: string };

/** Most examples made of one expression: what an operator writes by hand needs far fewer. */
export const MAX_SAMPLES = 256;

/** A class of at most this many characters lists values (`[1-3]`, `[0-9]`); a larger one stands for anything. */
const LISTED_CLASS = 10;

const NOTHING: Sample = { text: "", marks: "" };

/** Stands for a dot that was left out, until it is known what it would have stood between; no origin holds it. */
const GAP: Sample = { text: "\0", marks: "f" };

// What a stranger would put there: a label, nothing, a label in front, a name that can be bought behind.
const FILLINGS = ["a", "1", "", "a.", ".com", "com"];

/**
 * Examples of what a tree matches, the plainest first. They are examples and not all: each is to be tried with the
 * compiled expression, and that none of them shows a thing does not prove its absence.
 */
export function sampleTree(tree: Tree): readonly Sample[] {
  return samplesOf(tree).map(closeGaps);
}

function samplesOf(tree: Tree): readonly Sample[] {
  switch (tree.kind) {
    case "char":
      return [{ text: tree.char, marks: "l" }];
    case "class":
      return sampleClass(tree.chars);
    case "sequence":
      return tree.items.map(samplesOf).reduce(joinSamples, [NOTHING]);
    case "choice":
      return markGaps(tree.items.flatMap(samplesOf).slice(0, MAX_SAMPLES));
    case "repeat":
      return tree.item.kind === "class"
        ? sampleClassRepeat(tree.item.chars, tree.min, tree.max)
        : sampleRepeat(tree.item, tree.min, tree.max);
  }
}

/** An unescaped dot is first a dot, since that is what its author meant, and then another character. */
function sampleClass(chars: string): readonly Sample[] {
  const marks = chars.length > LISTED_CLASS ? "f" : "l";
  const isWide = marks === "f" && chars.includes(".");
  const shown = isWide ? `.${chars.includes("x") ? "x" : chars.charAt(0)}` : chars.slice(0, 2);
  return [...shown].map((text) => ({ text, marks }));
}

function sampleClassRepeat(chars: string, min: number, max: number): readonly Sample[] {
  const mark = max > 1 || chars.length > LISTED_CLASS ? "f" : "l";
  const first = chars.charAt(0);
  const texts = [...FILLINGS, first]
    .filter((filling) => [...filling].every((char) => chars.includes(char)))
    .map((filling) => filling.padStart(min, first))
    .filter((text) => text.length <= max);
  return [...new Set(texts)].map((text) =>
    text === "" && chars.includes(".") ? GAP : { text, marks: mark.repeat(text.length) },
  );
}

function sampleRepeat(item: Tree, min: number, max: number): readonly Sample[] {
  const times = Math.max(min, 1);
  const isFree = max > 1 && varies(item);
  const repeated = samplesOf(item).map(({ text, marks }) => ({
    text: text.repeat(times),
    marks: (isFree ? "f".repeat(text.length) : marks).repeat(times),
  }));
  if (min > 0) return repeated;
  return markGaps([...repeated.slice(0, MAX_SAMPLES - 1), NOTHING]);
}

/** Nothing, where it could be a dot. */
function markGaps(samples: readonly Sample[]): readonly Sample[] {
  const mayBeDot = samples.some(({ text }) => text === ".");
  return mayBeDot ? samples.map((sample) => (sample.text === "" ? GAP : sample)) : samples;
}

/** True where a repetition can make more than the same text several times. */
function varies(tree: Tree): boolean {
  switch (tree.kind) {
    case "char":
      return false;
    case "class":
    case "choice":
      return true;
    case "sequence":
      return tree.items.some(varies);
    case "repeat":
      return tree.min !== tree.max || varies(tree.item);
  }
}

/** Every pair while there are few; else each of one with the plainest of the other. */
function joinSamples(heads: readonly Sample[], tails: readonly Sample[]): readonly Sample[] {
  const every = heads.length * tails.length <= MAX_SAMPLES;
  return heads
    .flatMap((head, i) =>
      tails.filter((_, j) => every || i === 0 || j === 0).map((tail) => join(head, tail)),
    )
    .slice(0, MAX_SAMPLES);
}

function join(head: Sample, tail: Sample): Sample {
  return { text: head.text + tail.text, marks: head.marks + tail.marks };
}

/** Takes the gaps out: where one joins two labels, the author spelled neither the one name nor the other. */
function closeGaps({ text, marks }: Sample): Sample {
  let closed = NOTHING;
  let start = 0;
  for (const piece of text.split(GAP.text)) {
    const joins = LABEL_END.test(closed.text) && LABEL_START.test(piece);
    const piecewise = marks.slice(start, start + piece.length);
    closed = join(closed, { text: piece, marks: joins ? `f${piecewise.slice(1)}` : piecewise });
    start += piece.length + GAP.text.length;
  }
  return closed;
}

const LABEL_END = /[a-z0-9_-]$/;
const LABEL_START = /^[a-z0-9_-]/;
