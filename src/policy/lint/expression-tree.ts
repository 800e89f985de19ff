/** What an expression can match, read from its text far enough to make examples of it. */
export type Tree =
  /** One literal character. */
  | { readonly kind: "char"; readonly char: string }
  /** One of several characters, of those that a canonical origin can hold. */
  | { readonly kind: "class"; readonly chars: string }
  | { readonly kind: "sequence"; readonly items: readonly Tree[] }
  | { readonly kind: "choice"; readonly items: readonly Tree[] }
  | {
      readonly kind: "repeat";
      readonly item: Tree;
      readonly min: number;
      readonly max: number;
    };

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

/** Every character of a canonical origin (RFC 6454 section 7.1, in lower case). */
export const ORIGIN_CHARACTERS: string = `${LOWER}${DIGITS}-_.:/[]+`;

const EMPTY: Tree = { kind: "sequence", items: [] };
const ANYTHING: Tree = { kind: "class", chars: ORIGIN_CHARACTERS };

/**
 * Reads an RE2 expression that is known to compile; of another text it makes some tree. What is rare in an origin (`\p{…}`, octal escapes) is read as any
 * character: whoever makes an example of the tree asks the compiled expression whether it matches.
 */
export function readExpression(source: string): Tree {
  return new Reader(source).choice();
}

class Reader {
  readonly #source: string;
  #at = 0;
  #foldsCase = false;

  constructor(source: string) {
    this.#source = source;
  }

  choice(): Tree {
    const outside = this.#foldsCase;
    const items = [this.#sequence()];
    while (this.#take("|")) items.push(this.#sequence());
    this.#foldsCase = outside;
    return one("choice", items);
  }

  #sequence(): Tree {
    const items: Tree[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#peek())) {
      items.push(this.#repeated(this.#atom()));
    }
    return one("sequence", items);
  }

  #atom(): Tree {
    const char = this.#next();
    switch (char) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "class", chars: this.#class() };
      case ".":
        return ANYTHING;
      case "^":
      case "$":
        return EMPTY;
      case "\\":
        return this.#escape();
      default:
        return this.#literal(char);
    }
  }

  #literal(char: string): Tree {
    return { kind: "char", char: this.#foldsCase ? char.toLowerCase() : char };
  }

  #repeated(item: Tree): Tree {
    const match = this.#match(/[*+?]|\{([0-9]+)(,?)([0-9]*)\}/y);
    if (match === undefined) return item;
    this.#take("?");
    const [sign = "", least = "", comma = "", most = ""] = match;
    const min = sign.startsWith("{") ? Number(least) : Number(sign === "+");
    return this.#repeated({ kind: "repeat", item, min, max: maximum(sign, min, comma, most) });
  }

  #group(): Tree {
    const flags = this.#match(/\?(?:P?<[A-Za-z0-9_]+>|([a-zA-Z]*)(?:-[a-zA-Z]+)?([:)]))/y);
    const outside = this.#foldsCase;
    if (flags?.[1]?.includes("i")) this.#foldsCase = true;
    if (flags?.[2] === ")") return EMPTY;
    const tree = this.choice();
    this.#foldsCase = outside;
    this.#take(")");
    return tree;
  }

  #escape(): Tree {
    const char = this.#next();
    if ("AzbB".includes(char)) return EMPTY;
    if (char === "Q") return this.#quoted();
    if (/[pP]/.test(char)) {
      this.#match(/\{[^}]*\}|./y);
      return ANYTHING;
    }
    if (/[0-9]/.test(char)) return ANYTHING;
    const named = namedClass(char);
    return named === undefined
      ? this.#literal(this.#unescaped(char))
      : { kind: "class", chars: named };
  }

  #quoted(): Tree {
    const text = this.#until("\\E");
    return one(
      "sequence",
      [...text].map((char) => this.#literal(char)),
    );
  }

  /** A character after a backslash; `\x2e` and `\x{2e}` name it by its code. */
  #unescaped(char: string): string {
    if (char !== "x") return char;
    const digits = this.#take("{") ? this.#until("}") : this.#next() + this.#next();
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  /** The text in front of a mark, which is passed, or all the rest. */
  #until(mark: string): string {
    const start = this.#at;
    const found = this.#source.indexOf(mark, start);
    const end = found < 0 ? this.#source.length : found;
    this.#at = end + mark.length;
    return this.#source.slice(start, end);
  }

  #class(): string {
    const negated = this.#take("^");
    const chars = new Set<string>();
    do {
      for (const char of this.#classItem()) chars.add(this.#foldsCase ? char.toLowerCase() : char);
    } while (this.#at < this.#source.length && !this.#take("]"));
    return [...ORIGIN_CHARACTERS].filter((char) => chars.has(char) !== negated).join("");
  }

  #classItem(): Iterable<string> {
    const posix = this.#match(/\[:\^?[a-z]+:\]/y);
    if (posix !== undefined) return posixClass(posix[0]);
    const first = this.#classChar();
    if (typeof first !== "string") return first.chars;
    if (this.#match(/-(?=[^\]])/y) === undefined) return first;
    const last = this.#classChar();
    return typeof last === "string" ? range(first, last) : last.chars;
  }

  #classChar(): string | { readonly chars: string } {
    const char = this.#next();
    if (char !== "\\") return char;
    const escaped = this.#next();
    const named = namedClass(escaped);
    return named === undefined ? this.#unescaped(escaped) : { chars: named };
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #next(): string {
    const char = this.#peek();
    this.#at += 1;
    return char;
  }

  #take(char: string): boolean {
    const there = this.#peek() === char;
    if (there) this.#at += 1;
    return there;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source) ?? undefined;
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }
}

function one(kind: "sequence" | "choice", items: readonly Tree[]): Tree {
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind, items };
}

function maximum(sign: string, min: number, comma: string, most: string): number {
  if (sign === "?") return 1;
  if (sign === "*" || sign === "+") return Number.POSITIVE_INFINITY;
  if (comma === "") return min;
  return most === "" ? Number.POSITIVE_INFINITY : Number(most);
}

function namedClass(char: string): string | undefined {
  switch (char) {
    case "d":
      return DIGITS;
    case "w":
      return `${LOWER}${DIGITS}_`;
    case "s":
      return "";
    case "D":
      return without(DIGITS);
    case "W":
      return without(`${LOWER}${DIGITS}_`);
    case "S":
      return ORIGIN_CHARACTERS;
    default:
      return undefined;
  }
}

const POSIX: ReadonlyMap<string, string> = new Map([
  ["alnum", `${LOWER}${DIGITS}`],
  ["alpha", LOWER],
  ["digit", DIGITS],
  ["lower", LOWER],
  ["word", `${LOWER}${DIGITS}_`],
  ["xdigit", `${DIGITS}abcdef`],
  ["punct", "-_.:/[]+"],
  ["upper", ""],
  ["blank", ""],
  ["cntrl", ""],
  ["space", ""],
]);

/** `[:ascii:]`, `[:graph:]` and `[:print:]` hold every character of an origin. */
function posixClass(text: string): string {
  const chars = POSIX.get(text.replaceAll(/[^a-z]/g, "")) ?? ORIGIN_CHARACTERS;
  return text.includes("^") ? without(chars) : chars;
}

function without(chars: string): string {
  return [...ORIGIN_CHARACTERS].filter((char) => !chars.includes(char)).join("");
}

/** The characters of a range that matter here. Upper case is kept for expressions that fold case. */
function range(first: string, last: string): readonly string[] {
  return [...ORIGIN_CHARACTERS, ...LOWER.toUpperCase()].filter(
    (char) => char >= first && char <= last,
  );
}
