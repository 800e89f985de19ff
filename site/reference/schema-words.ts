/** A part of the JSON Schema. */
export type Schema = object;

/** The keywords of JSON Schema that the vocabulary uses. */
type Keywords = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Keywords[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: Keywords;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly uniqueItems?: boolean;
};

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "`true` or `false`",
  integer: "whole number",
  object: "map",
};

/** What a value may be, in words. */
export function typeOf(schema: Schema): string {
  const keywords: Keywords = schema;
  if (keywords.anyOf !== undefined) return keywords.anyOf.map(typeOf).join(", or ");
  if (keywords.const !== undefined) return `\`"${keywords.const}"\``;
  if (keywords.enum !== undefined) return keywords.enum.map((word) => `\`${word}\``).join(", ");
  if (keywords.items !== undefined) return `list of ${itemType(keywords.items)}`;
  return TYPES[keywords.type ?? ""] ?? "anything";
}

function itemType(items: Keywords): string {
  if (items.type === "object") return "maps";
  return items.enum === undefined ? "texts" : typeOf(items);
}

/** How large, how long and how many, in words. */
export function boundsOf(schema: Schema): string {
  return bounds(schema).join("; ");
}

function bounds(keywords: Keywords): readonly string[] {
  const { minimum, maximum, maxLength, pattern, items, maxItems, uniqueItems } = keywords;
  return [
    ...(keywords.anyOf ?? []).flatMap(bounds),
    ...(minimum === undefined ? [] : [`${minimum} to ${maximum?.toLocaleString("en")}`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength.toLocaleString("en")} characters`]),
    ...(pattern === undefined ? [] : [`\`${pattern}\``]),
    ...(maxItems === undefined ? [] : [`at most ${maxItems} entries`]),
    ...(uniqueItems === true ? ["no entry twice"] : []),
    ...(keywords.minProperties === undefined ? [] : ["at least one key"]),
    ...(items === undefined ? [] : bounds(items).map((bound) => `each ${bound}`)),
  ];
}
