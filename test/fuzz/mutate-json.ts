import type { Random } from "./random.ts";

/** What `JSON.parse` can give. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

const ODD: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1e308,
  0.1,
  "",
  "\0",
  "\u202e",
  "\ud800",
  "*",
  "__proto__",
  "null",
  "a".repeat(5000),
  [],
  {},
  [[]],
  [null],
  { "@type": "type.googleapis.com/x" },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "hasOwnProperty": null}'),
];
const KEYS = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "",
  "@type",
  "name",
  "length",
];

/** One change, somewhere: another value, a key or item less, more, twice, or of another name. */
export function mutateJson(random: Random, value: Json): Json {
  if (random.oneIn(12) || typeof value !== "object" || value === null)
    return oddValue(random, value);
  return Array.isArray(value) ? mutateList(random, value) : mutateObject(random, value as Members);
}

type Members = { readonly [key: string]: Json };

function oddValue(random: Random, value: Json): Json {
  switch (random.below(4)) {
    case 0:
      return [value];
    case 1:
      return { [random.pick(KEYS)]: value };
    case 2: {
      let nested: Json = value;
      for (let depth = random.pick([5, 70, 400]); depth > 0; depth -= 1) {
        nested = depth % 2 === 0 ? [nested] : { a: nested };
      }
      return nested;
    }
    default:
      return random.pick(ODD);
  }
}

function mutateList(random: Random, value: readonly Json[]): Json {
  const list = [...value];
  const at = random.below(list.length + 1);
  const item = list[at];
  if (item === undefined) return [...list, random.pick(ODD)];
  list.splice(at, 1, ...mutateItem(random, item));
  return list;
}

function mutateItem(random: Random, item: Json): Json[] {
  switch (random.below(5)) {
    case 0:
      return [];
    case 1:
      return Array.from({ length: random.pick([2, 2, 30]) }, () => item);
    default:
      return [mutateJson(random, item)];
  }
}

function mutateObject(random: Random, value: Members): Json {
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const [key, item] = entries[at] ?? [random.pick(KEYS), random.pick(ODD)];
  entries.splice(at, 1, ...mutateEntry(random, key, item));
  // As a parser does it: `__proto__` is a key like any other.
  return Object.fromEntries(entries);
}

function mutateEntry(random: Random, key: string, item: Json): [string, Json][] {
  switch (random.below(6)) {
    case 0:
      return [];
    case 1:
      return [[random.pick(KEYS), item]];
    case 2:
      return [
        [key, item],
        [random.pick(KEYS), item],
      ];
    default:
      return [[key, mutateJson(random, item)]];
  }
}
