import { describe, expect, test } from "vitest";
import { policySchema } from "../../src/policy/schema.ts";
import { DOCUMENT_FIELDS } from "../../src/policy/vocabulary/document-fields.ts";
import type { Fields, Shape } from "../../src/policy/vocabulary/field.ts";
import { compileObject, WEB } from "./compile-object.ts";

/** The keywords of JSON Schema that are used, and what each says of a value; another keyword is none of these. */
type Schema = {
  $schema?: string;
  title?: string;
  description?: string;
  type?: "string" | "boolean" | "integer" | "array" | "object";
  enum?: readonly unknown[];
  enumDescriptions?: readonly string[];
  default?: unknown;
  examples?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: boolean;
  minProperties?: number;
  required?: readonly string[];
};

const TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** A validator of just these keywords, read off JSON Schema 2020-12 "Validation". */
function accepts(schema: Schema, value: unknown): boolean {
  return isTyped(schema, value) && isChosen(schema, value) && isWithin(schema, value);
}

function isTyped({ type }: Schema, value: unknown): boolean {
  return type === undefined || TYPES[type]?.(value) === true;
}

function isChosen(schema: Schema, value: unknown): boolean {
  return (
    (schema.enum?.includes(value) ?? true) &&
    (schema.const === undefined || schema.const === value) &&
    (schema.anyOf?.some((each) => accepts(each, value)) ?? true)
  );
}

function isWithin(schema: Schema, value: unknown): boolean {
  if (typeof value === "number") {
    return value >= (schema.minimum ?? value) && value <= (schema.maximum ?? value);
  }
  if (typeof value === "string") {
    const { minLength = 0, maxLength = value.length, pattern = "" } = schema;
    const isSized = value.length >= minLength && value.length <= maxLength;
    return isSized && new RegExp(pattern, "u").test(value);
  }
  if (Array.isArray(value)) return acceptsItems(schema, value);
  return typeof value !== "object" || acceptsProperties(schema, value ?? {});
}

function acceptsItems({ items = {}, maxItems, uniqueItems }: Schema, value: unknown[]): boolean {
  const isUnique = uniqueItems !== true || new Set(value).size === value.length;
  const isShort = value.length <= (maxItems ?? value.length);
  return isUnique && isShort && value.every((item) => accepts(items, item));
}

function acceptsProperties(schema: Schema, value: object): boolean {
  const entries = Object.entries(value);
  const { required = [], minProperties = 0, properties = {}, additionalProperties } = schema;
  return (
    entries.length >= minProperties &&
    required.every((key) => key in value) &&
    entries.every(([key, each]) => {
      const property = properties[key];
      return property === undefined ? additionalProperties !== false : accepts(property, each);
    })
  );
}

const schema = policySchema() as Schema;

describe("policySchema", () => {
  test("says what it is", () => {
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      additionalProperties: false,
    });
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  /** Every object of the table beside the part of the schema that was made of it. */
  function objects(
    fields: Fields,
    part: Schema | undefined,
  ): readonly [Fields, Schema | undefined][] {
    const inner = Object.entries(fields).flatMap(([key, { shape }]) => {
      const property = part?.properties?.[key];
      const [within, place]: [Shape, Schema | undefined] =
        shape.kind === "list" ? [shape.item, property?.items] : [shape, property];
      return within.kind === "object" ? objects(within.fields, place) : [];
    });
    return [[fields, part], ...inner];
  }

  test("has a description for every field that decoding knows, and no other field", () => {
    const all = objects(DOCUMENT_FIELDS, schema);
    expect(all).toHaveLength(7);
    for (const [fields, part] of all) {
      const described = Object.entries(part?.properties ?? {}).map(([key, { description }]) => [
        key,
        description,
      ]);
      expect(described).toEqual(
        Object.entries(fields).map(([key, field]) => [key, field.description]),
      );
      expect(part?.additionalProperties).toBe(false);
    }
  });

  type Property = {
    readonly path: string;
    readonly part: Schema;
    readonly isRequired: boolean;
    readonly wrap: (value: unknown) => object;
  };

  /** Every property, with the smallest document that holds a value in its place. */
  function properties(part: Schema, path: string, wrap: Property["wrap"]): readonly Property[] {
    return Object.entries(part.properties ?? {}).flatMap(([key, property]) => {
      const rest = Object.fromEntries(
        (part.required ?? []).filter((each) => each !== key).map((each) => [each, FILLERS[each]]),
      );
      const own = (value: unknown): object => wrap({ ...rest, [key]: value });
      const inner = property.items?.properties === undefined ? property : property.items;
      const within = inner === property ? own : (value: unknown): object => own([value]);
      const isRequired = part.required?.includes(key) === true;
      const at = `${path}/${key}`;
      return [
        { path: at, part: property, isRequired, wrap: own },
        ...properties(inner, at, within),
      ];
    });
  }
  const FILLERS: Record<string, unknown> = {
    name: "n",
    origins: ["https://m.example"],
    policies: [],
  };
  const all = properties(schema, "", (value) => ({ policies: [WEB], ...(value as object) }));
  const optional = all.filter(({ isRequired }) => !isRequired);
  const leaves = all.filter(({ part }) => part.properties === undefined);
  /** Where words or flags can be chosen there is nothing to show an example of. */
  const isClosed = ({ part }: Property): boolean =>
    part.enum !== undefined || part.type === "boolean";

  test("there are as many properties as rows in the tables", () => {
    expect(all).toHaveLength(49);
  });

  test.each(all)("$path: its description is a sentence that helps", ({ part }) => {
    expect(part.description).toMatch(/^[A-Z].{30,}\.$/s);
  });

  // Of a description that is left out there is nothing to say.
  const told = optional.filter(({ path }) => path !== "/policies/description");
  test.each(told)("$path: what leaving it out means is said", ({ part }) => {
    expect(part.default ?? part.description).toEqual(
      part.default ?? expect.stringMatching(/[Ll]eft out( itself)?: .|that are left out keep/),
    );
  });

  test.each(leaves.filter((each) => !isClosed(each) && each.path !== "/version"))(
    "$path: examples are shown",
    ({ part }) => {
      expect(part.examples?.length).toBeGreaterThan(0);
    },
  );

  const samples = all.flatMap(({ path, part, wrap }) =>
    [...(part.examples ?? []), ...(part.default === undefined ? [] : [part.default])].map(
      (sample) => ({ path, sample, part, wrap }),
    ),
  );
  /** What a document is told that has the sample alone: its parts are not there, or it means nothing yet. */
  const ALONE = ["reference-unknown", "policies-missing", "name-duplicate"];
  test.each(samples)("$path: $sample is taken", ({ sample, part, wrap }) => {
    expect(accepts(part, sample)).toBe(true);
    const codes = compileObject(wrap(sample)).problems.flatMap(({ severity, code }) =>
      severity === "error" && !ALONE.includes(code) ? [code] : [],
    );
    expect(codes).toEqual([]);
  });

  /** Every part of the schema with words to choose from. */
  function choices(part: Schema): readonly Schema[] {
    const inner = [part.items, ...(part.anyOf ?? []), ...Object.values(part.properties ?? {})];
    const found = inner.flatMap((each) => (each === undefined ? [] : choices(each)));
    return part.enum === undefined ? found : [part, ...found];
  }
  test.each(choices(schema))("each of $enum is described", ({ enum: words, enumDescriptions }) => {
    expect(enumDescriptions).toHaveLength(words?.length ?? 0);
    for (const text of enumDescriptions ?? []) expect(text).toMatch(/^[A-Z].{10,}\.$/);
  });

  const policy = (more: object) => ({ policies: [{ ...WEB, ...more }] });
  const group = {
    name: "g",
    match: [{ host: "*.example.com", path: "/a", route: "r" }],
    policies: ["web"],
  };
  const accepted: readonly [string, object][] = [
    ["the smallest", { policies: [WEB] }],
    ["a version and a preset", { version: 1, preset: "fetch", policies: [WEB] }],
    [
      "lists",
      policy({ allowMethods: ["GET"], allowHeaders: ["x-a"], exposeHeaders: ["*"], tags: ["a:b"] }),
    ],
    [
      "stars",
      policy({ allowOrigins: "*", allowMethods: "*", allowHeaders: "*", exposeHeaders: "*" }),
    ],
    ["a time as a number", policy({ maxAge: 600 })],
    ["a time as a text", policy({ maxAge: "15m" })],
    ["no header", policy({ maxAge: -1 })],
    ["no header as a text", policy({ maxAge: "-1" })],
    [
      "switches",
      policy({
        enabled: true,
        mode: "shadow",
        preflight: "continue",
        webSocket: "check",
        httpVersions: ["HTTP/2"],
      }),
    ],
    ["behavior", policy({ behavior: { preflightStatus: 204, refusalStatus: { origin: 404 } } })],
    [
      "groups and applications",
      {
        policies: [WEB],
        apiGroups: [group],
        applications: [{ name: "m", origins: ["https://m.example"], apiGroups: ["g"] }],
      },
    ],
    [
      "an application of every group",
      { policies: [WEB], applications: [{ name: "m", origins: "*", apiGroups: "*" }] },
    ],
  ];
  test.each(accepted)("takes what decoding takes: %s", (_, document) => {
    expect(compileObject(document).problems.filter(({ severity }) => severity === "error")).toEqual(
      [],
    );
    expect(accepts(schema, document)).toBe(true);
  });

  const refused: readonly [string, object][] = [
    ["another version", { version: 2, policies: [WEB] }],
    ["an unknown key", policy({ allowOrigin: "*" })],
    ["no name", { policies: [{ allowOrigins: "*" }] }],
    ["a name in upper case", policy({ name: "WEB" })],
    ["a long name", policy({ name: "a".repeat(64) })],
    ["null", policy({ allowOrigins: null })],
    ["a text for a list", policy({ allowOrigins: "https://a.example" })],
    ["an empty text", policy({ allowHeaders: [""] })],
    ["a text for a flag", policy({ enabled: "true" })],
    ["an unknown mode", policy({ mode: "off" })],
    ["a time below -1", policy({ maxAge: -2 })],
    ["a time that is not whole", policy({ maxAge: 1.5 })],
    ["a time without a number", policy({ maxAge: "soon" })],
    ["a status out of range", policy({ behavior: { preflightStatus: 300 } })],
    ["an unknown status", policy({ behavior: { refusalStatus: { other: 404 } } })],
    ["many tags", policy({ tags: Array.from({ length: 17 }, (_, i) => `t${i}`) })],
    ["an empty entry", { policies: [WEB], apiGroups: [{ ...group, match: [{}] }] }],
    ["a relative path", { policies: [WEB], apiGroups: [{ ...group, match: [{ path: "a" }] }] }],
    [
      "a policy twice in a group",
      { policies: [WEB], apiGroups: [{ ...group, policies: ["web", "web"] }] },
    ],
    ["a group without policies", { policies: [WEB], apiGroups: [{ name: "g" }] }],
  ];
  test.each(refused)("refuses what decoding refuses: %s", (_, document) => {
    expect(compileObject(document).problems.map(({ severity }) => severity)).toContain("error");
    expect(accepts(schema, document)).toBe(false);
  });
});
