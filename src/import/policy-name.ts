import { MAX_NAME_LENGTH } from "../policy/vocabulary/limits.ts";

/**
 * Makes names that a document takes out of any text, each once. Policies, applications and groups have names of their
 * own: one giver for each.
 */
export class NameGiver {
  readonly #given: Set<string> = new Set();

  /** The text in lower case, with `-` for what no name holds; numbered where it was given before. */
  give(text: string): string {
    const base = nameFrom(text, MAX_NAME_LENGTH) || "unnamed";
    let name = base;
    for (let number = 2; this.#given.has(name); number += 1) {
      const end = `-${number}`;
      name = nameFrom(base, MAX_NAME_LENGTH - end.length) + end;
    }
    this.#given.add(name);
    return name;
  }
}

/** The longest name of at most so many characters; empty where nothing of the text can stand in one. */
function nameFrom(text: string, length: number): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "")
    .slice(0, length)
    .replace(/[._-]+$/, "");
}
