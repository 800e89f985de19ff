// The vocabulary of a policy document as data: decoding reads keys by it (unknown ones are compared with it), and the
// JSON Schema for editors is written from it, so the two cannot drift apart.

/** What a value may look like, as far as a schema can say it. */
export type Shape =
  | {
      readonly kind: "text";
      readonly maxLength: number;
      readonly pattern?: string;
      /** True where an empty text means something. */
      readonly empty?: boolean;
    }
  | { readonly kind: "flag" }
  /** `false`, where it stands for "there is none". */
  | { readonly kind: "none" }
  /** A text, number or flag, taken as it is written. */
  | { readonly kind: "plain" }
  /** `meanings`: what each of the words does, in the same order. */
  | {
      readonly kind: "choice";
      readonly of: readonly string[];
      readonly meanings: readonly string[];
    }
  | { readonly kind: "whole"; readonly min: number; readonly max: number }
  | { readonly kind: "duration" }
  /** `star`: the text `*` may stand in place of the list. */
  | {
      readonly kind: "list";
      readonly item: Shape;
      readonly star: boolean;
      readonly maxItems?: number;
      readonly unique?: boolean;
    }
  | { readonly kind: "object"; readonly fields: Fields; readonly minKeys?: number }
  /** A map whose keys are names that the writer chooses. */
  | { readonly kind: "named"; readonly value: Shape }
  | { readonly kind: "either"; readonly of: readonly Shape[] };

/** A value as a schema shows it. */
export type Sample =
  | string
  | number
  | boolean
  | readonly Sample[]
  | { readonly [key: string]: Sample };

export type Field = {
  /** What an editor shows beside the key: what it does, and what it means to leave it out. */
  readonly description: string;
  readonly shape: Shape;
  /** What leaving it out means, where that is the same under every preset. */
  readonly fallback?: Sample;
  /** Values to begin from. Each is one that decoding takes. */
  readonly examples?: readonly Sample[];
  readonly required?: boolean;
};

export type Fields = Readonly<Record<string, Field>>;

/** The keys of an object, each with its field. */
export type Table<K extends string> = Readonly<Record<K, Field>>;

/** One of some words, each with what it does. */
export function choice<T extends string>(
  of: readonly T[],
  meanings: Readonly<Record<T, string>>,
): Shape {
  return { kind: "choice", of, meanings: of.map((word) => meanings[word]) };
}
