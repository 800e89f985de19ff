import { defaultPort } from "../../cors/origin.ts";
import { ORIGIN_CHARACTERS, type Tree } from "./expression-tree.ts";

/** Two slashes stand in every canonical origin, and no third one. */
const SLASHES = 2;

/**
 * Why an expression can match no canonical origin, as a phrase, or undefined where it may. Only what certainly holds
 * for every text that it matches is said.
 */
export function neverMatches(tree: Tree): string | undefined {
  if (required(tree, (char) => /[A-Z]/.test(char)) > 0) {
    return "it asks for upper case, and origins are compared in lower case";
  }
  if (required(tree, (char) => char === "/") > SLASHES) {
    return "it asks for a slash behind the host, and an origin has none there";
  }
  if (!mayContain(tree, "/")) return "it has no `://`, and it is compared with the whole origin";
  if (required(tree, (char) => !ORIGIN_CHARACTERS.includes(char)) > 0) {
    return "it asks for a character that no origin holds";
  }
  const port = requiredDefaultPort(tree);
  return port === undefined
    ? undefined
    : `it asks for \`:${port}\`, the default port, which origins leave out`;
}

/** How many characters of a kind stand in every text that the tree matches, at least. */
function required(tree: Tree, holds: (char: string) => boolean): number {
  switch (tree.kind) {
    case "char":
      return Number(holds(tree.char));
    case "class":
      return 0;
    case "sequence":
      return tree.items.reduce((sum, item) => sum + required(item, holds), 0);
    case "choice":
      return Math.min(...tree.items.map((item) => required(item, holds)));
    case "repeat":
      return tree.min * required(tree.item, holds);
  }
}

function mayContain(tree: Tree, char: string): boolean {
  switch (tree.kind) {
    case "char":
      return tree.char === char;
    case "class":
      return tree.chars.includes(char);
    case "sequence":
    case "choice":
      return tree.items.some((item) => mayContain(item, char));
    case "repeat":
      return mayContain(tree.item, char);
  }
}

/** The default port that every text ends with; undefined where the scheme or the port is not spelled out. */
function requiredDefaultPort(tree: Tree): number | undefined {
  const text = spelled(tree);
  const scheme = /^([a-z]+):\/\//.exec(text)?.[1] ?? "";
  const port = defaultPort(scheme);
  return port !== undefined && text.endsWith(`:${port}`) ? port : undefined;
}

/** The literal characters at the top, with a blank for everything else. */
function spelled(tree: Tree): string {
  if (tree.kind === "sequence") return tree.items.map(spelled).join("");
  return tree.kind === "char" ? tree.char : " ";
}
