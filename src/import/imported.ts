import type { Result } from "../cors/result.ts";
import type { Difference } from "./difference.ts";
import type { WrittenDocument } from "./written-document.ts";

export type Imported = {
  readonly document: WrittenDocument;
  readonly differences: readonly Difference[];
};

/** Reads the parsed JSON or YAML documents of the input files, in order. Errors: one line each, place first. */
export type Importer = (inputs: readonly unknown[]) => Result<Imported, readonly string[]>;
