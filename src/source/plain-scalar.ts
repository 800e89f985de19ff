import type { ScalarNode } from "../policy/node.ts";

// The texts of plain YAML: see plain-yaml.ts. A value is undefined where it is left to the YAML parser.

/** Where the plain text that begins at `start` ends, trailing blanks left out. It never goes beyond its line. */
export function plainEnd(text: string, start: number, inFlow: boolean): number {
  let end = start;
  for (let at = start; at < text.length; at += 1) {
    switch (text[at]) {
      case " ":
        continue;
      case "\n":
        return end;
      case "#":
        if (end < at) return end;
        break;
      case ":":
        if (endsKey(text[at + 1], inFlow)) return end;
        break;
      case ",":
      case "[":
      case "]":
      case "{":
      case "}":
        if (inFlow) return end;
        break;
      default:
    }
    end = at + 1;
  }
  return end;
}

/** True for what makes the colon in front of it the end of a key. */
function endsKey(next: string | undefined, inFlow: boolean): boolean {
  return next === undefined || " \n".includes(next) || (inFlow && ",[]{}".includes(next));
}

/** Where the quoted text that begins at `start` ends; at its start if it does not end in its line. */
export function quotedEnd(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "\\" && quote === '"') at += 1;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== "'") return at + 1;
      at += 1;
    }
  }
  return start;
}

/** The value of a text with its quotes. */
export function unquoted(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("'")) return inner.replaceAll("''", "'");
  if (!inner.includes("\\")) return quoted === "" ? undefined : inner;
  // YAML knows more escapes than JSON, and these mean the same in both.
  const isJson = !/\\[^\\"/bfnrt]/.test(inner.replaceAll("\\\\", ""));
  return isJson ? String(JSON.parse(quoted)) : undefined;
}

// What no other character of YAML stands in front of. A minus is one of a number only.
const START = /^(?:[A-Za-z0-9/_~^$(\\]|-[0-9])/;

/** By the core schema (YAML 1.2, chapter 10.3). */
export function plainValue(text: string): ScalarNode["value"] | undefined {
  if (!START.test(text)) return undefined;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (/^-?(?:0|[1-9][0-9]{0,14})$/.test(text)) return Number(text);
  // Another number, as `0x1f` or `1.5e3`, and what only looks like one.
  return /^-?[0-9][0-9a-fox_.+-]*$/i.test(text) && !/^[0-9]+[smhd]$/.test(text) ? undefined : text;
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...["~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
]);
