import { ORIGIN_CHARACTERS, type Tree } from "./expression-tree.ts";

/**
 * A text that an expression may match. `marks` has a character for each of the text's: `f`ree where it came from a
 * repeated class or from a large one, so that the author neither spelled it out nor listed a few values; else `l`isted.
 */
export type Sample = { readonly text: string; readonly marks: string };

/** Most examples made of one expression: what an operator writes by hand needs far fewer. */
export const MAX_SAMPLES = 256;

/** A class of at most this many characters lists values (`[1-3]`, `[0-9]`); a larger one stands for anything. */
const LISTED_CLASS = 10;

const NOTHING: Sample = { text: "", marks: "" };

// What a stranger would put there: a label, nothing, a label in front, a name that can be bought behind.
const FILLINGS = ["a", "1", "", "a.", ".com", "com"];

/**
 * Examples of what a tree matches, the plainest first. They are examples and not all: each is to be tried with the
 * compiled expression, and that none of them shows a thing does not prove its absence.
 */
export function sampleTree(tree: Tree): readonly Sample[] {
  switch (tree.kind) {
    case "char":
      return [{ text: tree.char, marks: "l" }];
    case "class":
      return sampleClass(tree.chars);
    case "sequence":
      return tree.items.map(sampleTree).reduce(joinSamples, [NOTHING]);
    case "choice":
      return tree.items.flatMap(sampleTree).slice(0, MAX_SAMPLES);
    case "repeat":
      return tree.item.kind === "class"
        ? sampleClassRepeat(tree.item.chars, tree.min, tree.max)
        : sampleRepeat(tree.item, tree.min);
  }
}

/** An unescaped dot is first a dot, since that is what its author meant, and then a letter. */
function sampleClass(chars: string): readonly Sample[] {
  const marks = chars.length > LISTED_CLASS ? "f" : "l";
  const shown = chars === ORIGIN_CHARACTERS ? ".x" : chars.slice(0, 2);
  return [...shown].map((text) => ({ text, marks }));
}

function sampleClassRepeat(chars: string, min: number, max: number): readonly Sample[] {
  const mark = max > 1 || chars.length > LISTED_CLASS ? "f" : "l";
  const first = chars.charAt(0);
  const texts = [...FILLINGS, first]
    .filter((filling) => [...filling].every((char) => chars.includes(char)))
    .map((filling) => filling.padStart(min, first))
    .filter((text) => text.length <= max);
  return [...new Set(texts)].map((text) => ({ text, marks: mark.repeat(text.length) }));
}

function sampleRepeat(item: Tree, min: number): readonly Sample[] {
  const times = Math.max(min, 1);
  const repeated = sampleTree(item).map(({ text, marks }) => ({
    text: text.repeat(times),
    marks: marks.repeat(times),
  }));
  return min === 0 ? [...repeated.slice(0, MAX_SAMPLES - 1), NOTHING] : repeated;
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
