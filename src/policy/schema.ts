import { MAX_MAX_AGE } from "./decode/max-age.ts";
import { DOCUMENT_FIELDS } from "./vocabulary/document-fields.ts";
import type { Field, Fields, Shape } from "./vocabulary/field.ts";

/** A schema, or a part of one, as a JSON value. */
export type Json = string | number | boolean | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * JSON Schema (2020-12) of one file of a policy document, for editors. It is made of the table that decoding reads keys
 * by. It says what a file may look like; what it means is only known when it is loaded (`corsd check`).
 */
export function policySchema(): JsonObject {
  return fileSchema(
    "corsd policy document",
    "Which origins may call which APIs from a browser.",
    DOCUMENT_FIELDS,
  );
}

/** JSON Schema (2020-12) of a file with these keys. */
export function fileSchema(title: string, description: string, fields: Fields): JsonObject {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    description,
    ...objectSchema(fields, undefined),
  };
}

function objectSchema(fields: Fields, minKeys: number | undefined): JsonObject {
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => field.required === true).map(([key]) => key);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([key, field]) => [key, fieldSchema(field)])),
    additionalProperties: false,
    ...present("minProperties", minKeys),
    ...(required.length === 0 ? {} : { required }),
  };
}

function fieldSchema({ description, shape, fallback, examples }: Field): JsonObject {
  return {
    description,
    ...shapeSchema(shape),
    ...present("default", fallback),
    ...present("examples", examples),
  };
}

function shapeSchema(shape: Shape): JsonObject {
  switch (shape.kind) {
    case "text":
      return {
        type: "string",
        ...present("minLength", shape.empty === true ? undefined : 1),
        maxLength: shape.maxLength,
        ...present("pattern", shape.pattern),
      };
    case "flag":
      return { type: "boolean" };
    case "none":
      return { const: false };
    case "plain":
      return { type: ["string", "number", "boolean"] };
    case "named":
      return { type: "object", additionalProperties: shapeSchema(shape.value) };
    case "either":
      return { anyOf: shape.of.map(shapeSchema) };
    case "choice":
      // Not of JSON Schema, which lets be what it does not know: editors show it beside each word.
      return { enum: shape.of, enumDescriptions: shape.meanings };
    case "whole":
      return { type: "integer", minimum: shape.min, maximum: shape.max };
    case "duration":
      return {
        anyOf: [
          { type: "integer", minimum: -1, maximum: MAX_MAX_AGE },
          { type: "string", pattern: "^(-1|[0-9]{1,12}[smhd]?)$" },
        ],
      };
    case "list":
      return shape.star ? { anyOf: [{ const: "*" }, listSchema(shape)] } : listSchema(shape);
    case "object":
      return objectSchema(shape.fields, shape.minKeys);
  }
}

function listSchema({ item, maxItems, unique }: Extract<Shape, { kind: "list" }>): JsonObject {
  return {
    type: "array",
    items: shapeSchema(item),
    ...present("maxItems", maxItems),
    ...present("uniqueItems", unique),
  };
}

/** A keyword that is there only if it says something. */
function present(keyword: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [keyword]: value };
}
