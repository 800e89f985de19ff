/** Where something stands: file as the operator named it, line and column counted from 1. */
export type Place = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /**
   * Of a document inside of a scalar whose lines are not those of the file (folded, or with escapes): the place in that
   * text. `line` and `column` are then the scalar's.
   */
  readonly inner?: { readonly line: number; readonly column: number };
};

/** A parsed value with its place, before anyone asks what it means. Aliases are already followed. */
export type Node = ScalarNode | ListNode | MapNode;

export type ScalarNode = {
  readonly kind: "scalar";
  readonly place: Place;
  /** By the YAML 1.2 core schema. */
  readonly value: string | number | boolean | null;
  /** As written, without quotes; empty for an absent value. */
  readonly text: string;
};

export type ListNode = {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly Node[];
};

export type MapNode = {
  readonly kind: "map";
  readonly place: Place;
  /** In the order written; a key that stands twice is here twice. */
  readonly entries: readonly MapEntry[];
};

export type MapEntry = { readonly key: string; readonly place: Place; readonly value: Node };
