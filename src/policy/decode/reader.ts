import type { At, Written } from "../document.ts";
import type { MapNode } from "../node.ts";
import type { Problem } from "../problem.ts";
import type { ProblemCode } from "../problem-code.ts";
import { MAX_PROBLEMS, TOO_MANY } from "../problem-limit.ts";
import { quote } from "../quote.ts";
import { atOf, describe, MAX_VALUE, pointerTo, type Spot, writtenOf } from "../spot.ts";
import type { Fields } from "../vocabulary/field.ts";
import { suggest } from "./suggest.ts";

/** What is wrong somewhere: see {@link Problem}. */
export type Finding = {
  readonly code: ProblemCode;
  readonly value: string;
  readonly message: string;
  readonly fix: string;
};

type Range = { readonly min: number; readonly max: number };

/**
 * Reads nodes as what they should be, and remembers what they are not. Every method gives undefined for a value that
 * is not there and for one that it has reported; so reading goes on, and all problems come out together.
 */
export class Reader {
  readonly #problems: Problem[] = [];

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** True where no further problem is taken, so that nothing more need be read. */
  get full(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  report({ place, pointer }: At, finding: Finding): void {
    if (this.full) return;
    const said = this.#problems.length === MAX_PROBLEMS - 1 ? TOO_MANY : finding;
    const value = said.value.slice(0, MAX_VALUE);
    this.#problems.push({ ...place, severity: "error", pointer, ...said, value });
  }

  /** Reports a value of the wrong type; `expected` completes "expected …". */
  refuse(spot: Spot, expected: string, fix: string): void {
    const { node } = spot;
    if (node.kind === "scalar" && node.value === null) {
      this.report(atOf(spot), nullFinding(node.text));
      return;
    }
    const message = `expected ${expected}, found ${describe(node)}`;
    this.report(atOf(spot), { code: "wrong-type", value: writtenOf(node), message, fix });
  }

  /** Text of 1 to `maxLength` characters. */
  text(spot: Spot | undefined, maxLength: number): Written<string> | undefined {
    const written = this.string(spot);
    if (written === undefined) return undefined;
    const { value, at } = written;
    if (value === "") {
      const fix = "write a value, or leave the key out";
      this.report(at, { code: "value-empty", value, message: "the text is empty", fix });
      return undefined;
    }
    if (value.length > maxLength) {
      const message = `${quote(value)} has ${value.length} characters`;
      const fix = `write at most ${maxLength}`;
      this.report(at, { code: "value-too-long", value, message, fix });
      return undefined;
    }
    return written;
  }

  /** Text of any length. */
  string(spot: Spot | undefined): Written<string> | undefined {
    if (spot === undefined) return undefined;
    const { node } = spot;
    if (node.kind === "scalar" && typeof node.value === "string") {
      return { value: node.value, text: node.text, at: atOf(spot) };
    }
    const isPlain = node.kind === "scalar" && node.value !== null;
    this.refuse(spot, "a text", isPlain ? `quote it: \`"${node.text}"\`` : "write a text");
    return undefined;
  }

  flag(spot: Spot | undefined): Written<boolean> | undefined {
    if (spot === undefined) return undefined;
    const { node } = spot;
    if (node.kind === "scalar" && typeof node.value === "boolean") {
      return { value: node.value, text: node.text, at: atOf(spot) };
    }
    const meant = FLAG_WORDS.get(writtenOf(node).toLowerCase());
    const fix = meant === undefined ? "write `true` or `false`" : `write \`${meant}\``;
    this.refuse(spot, "`true` or `false`", fix);
    return undefined;
  }

  choice<T extends string>(spot: Spot | undefined, known: readonly T[]): Written<T> | undefined {
    const written = this.string(spot);
    if (written === undefined) return undefined;
    const { value, text, at } = written;
    const chosen = known.find((each) => each === value);
    if (chosen !== undefined) return { value: chosen, text, at };
    const message = `${quote(value)} is none of ${listing(known)}`;
    const { name, near } = suggest(value, known);
    const fix = near ? `write \`${name}\`` : "write one of them";
    this.report(at, { code: "unknown-value", value, message, fix });
    return undefined;
  }

  /** A whole number within the range. */
  whole(spot: Spot | undefined, { min, max }: Range): number | undefined {
    if (spot === undefined) return undefined;
    const { node } = spot;
    const fix = min === max ? `write \`${min}\`` : `write a whole number from ${min} to ${max}`;
    if (node.kind !== "scalar" || typeof node.value !== "number") {
      this.refuse(spot, "a number", fix);
      return undefined;
    }
    const { value, text } = node;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    const range = min === max ? `not \`${min}\`` : `not a whole number from ${min} to ${max}`;
    const message = `${quote(text)} is ${range}`;
    this.report(atOf(spot), { code: "number-out-of-range", value: text, message, fix });
    return undefined;
  }

  list(spot: Spot | undefined): readonly Spot[] | undefined {
    if (spot === undefined) return undefined;
    const { node, pointer } = spot;
    if (node.kind === "list") {
      return node.items.map((item, index) => ({ node: item, pointer: `${pointer}/${index}` }));
    }
    this.refuse(spot, "a list", "write a list: `[…]`, or one entry a line, each after `- `");
    return undefined;
  }

  /** The values of a map by their keys; says which keys are unknown, there twice, or missing. */
  object<K extends string>(
    spot: Spot,
    fields: Readonly<Record<K, Fields[string]>>,
  ): ReadonlyMap<K, Spot> | undefined {
    const { node, pointer } = spot;
    if (node.kind !== "map") {
      this.refuse(spot, "a map of keys to values", "write `key: value`, one a line");
      return undefined;
    }
    const found = this.#knownEntries(node, pointer, fields);
    for (const key of keysOf(fields)) {
      if (fields[key].required !== true || found.has(key)) continue;
      const message = `\`${key}\` is missing`;
      this.report(atOf(spot), { code: "missing-key", value: "", message, fix: `add \`${key}\`` });
    }
    return found;
  }

  #knownEntries<K extends string>(
    node: MapNode,
    pointer: string,
    fields: Readonly<Record<K, Fields[string]>>,
  ): ReadonlyMap<K, Spot> {
    const found = new Map<K, Spot>();
    const seen = new Map<string, number>();
    for (const { key, place, value } of node.entries) {
      if (this.full) break;
      const at = { place, pointer: pointerTo(pointer, key) };
      const line = seen.get(key);
      if (line !== undefined) {
        const message = `the key ${quote(key)} stands already in line ${line}`;
        this.report(at, { code: "duplicate-key", value: key, message, fix: "keep one of them" });
      } else if (isKey(fields, key)) {
        found.set(key, { node: value, pointer: at.pointer });
      } else {
        this.report(at, unknownKey(key, keysOf(fields)));
      }
      seen.set(key, line ?? place.line);
    }
    return found;
  }
}

// What people write for a flag in YAML 1.1 or in quotes.
const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["on", true],
  ["y", true],
  ["1", true],
  ["true", true],
  ["no", false],
  ["off", false],
  ["n", false],
  ["0", false],
  ["false", false],
]);

/** An empty template variable must not open an API, so null never stands for a default. */
function nullFinding(text: string): Finding {
  if (text === "") {
    const fix = "write a value, or leave the key out";
    return { code: "null-value", value: text, message: "the value is empty", fix };
  }
  const message = `${quote(text)} without quotes means no value`;
  const fix = `quote it if the text is meant: \`"${text}"\`; else leave it out`;
  return { code: "null-value", value: text, message, fix };
}

function unknownKey(key: string, known: readonly string[]): Finding {
  const { name, near } = suggest(key, known);
  const message = `unknown key ${quote(key)}`;
  const fix = near ? `write \`${name}\`` : `remove it; the nearest known key is \`${name}\``;
  return { code: "unknown-key", value: key, message, fix };
}

function listing(known: readonly string[]): string {
  return known.map((each) => `\`${each}\``).join(", ");
}

function isKey<K extends string>(fields: Readonly<Record<K, unknown>>, key: string): key is K {
  return Object.hasOwn(fields, key);
}

function keysOf<K extends string>(fields: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(fields).filter((key): key is K => isKey(fields, key));
}
