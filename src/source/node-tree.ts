import type { Alias, ParsedNode, Scalar } from "yaml";
import type { ListNode, MapEntry, MapNode, Node, ScalarNode } from "../policy/node.ts";
import { pointerTo } from "../policy/spot.ts";
import { yamlPackage } from "./packages.ts";
import type { TextFile } from "./text-file.ts";
import { reportUnquoted } from "./yaml-syntax.ts";

/** What a node counts besides its text when aliases are expanded, in bytes: it takes memory and time even if empty. */
const NODE_WEIGHT = 8;

/** The tags of the core schema (YAML 1.2, chapter 10.3); another tag would ask for a meaning that we do not know. */
const CORE_TAGS: ReadonlySet<string> = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

type Anchored = { readonly node: Node; readonly weight: number };

/**
 * Turns the parser's nodes into ours, aliases followed. An aliased node is shared, not copied, and `weight` says how
 * large the tree would be if it were copied: a few lines of aliases can stand for billions of nodes.
 */
export class NodeTree {
  readonly #source: TextFile;
  readonly #yaml = yamlPackage();
  readonly #anchors: Map<string, Anchored | "open"> = new Map();
  #weight = 0;
  #aliased = 0;

  constructor(source: TextFile) {
    this.#source = source;
  }

  /** Bytes that aliases add to the text, in UTF-8. */
  get aliased(): number {
    return this.#aliased;
  }

  /** `offset` is where an absent node would stand. */
  read(node: ParsedNode | null, offset: number, pointer: string): Node {
    if (node === null) return this.#scalar(offset, null, "");
    if (this.#yaml.isAlias(node)) return this.#followed(node, pointer);
    const { anchor } = node;
    if (anchor === undefined) return this.#own(node, pointer);
    const before = this.#weight;
    this.#anchors.set(anchor, "open");
    const read = this.#own(node, pointer);
    this.#anchors.set(anchor, { node: read, weight: this.#weight - before });
    return read;
  }

  #followed(alias: Alias.Parsed, pointer: string): Node {
    const [offset] = alias.range;
    const anchored = this.#anchors.get(alias.source);
    if (anchored === undefined) {
      const text = `*${alias.source}`;
      reportUnquoted(this.#source, offset, pointer, text);
      return this.#scalar(offset, text, text);
    }
    if (anchored === "open") {
      this.#source.report(offset, pointer, {
        code: "yaml-alias",
        value: `*${alias.source}`,
        message: "the alias stands inside of what it stands for",
        fix: "write the value out",
      });
      return this.#scalar(offset, "", "");
    }
    this.#weight += anchored.weight;
    this.#aliased += anchored.weight;
    return anchored.node;
  }

  #own(node: Exclude<ParsedNode, Alias.Parsed>, pointer: string): Node {
    const [offset] = node.range;
    const tag = node.tag ?? "";
    if (tag !== "" && !CORE_TAGS.has(tag)) {
      this.#source.report(offset, pointer, {
        code: "yaml-tag",
        value: tag,
        message: "a YAML tag stands in front of the value",
        fix: "remove the tag",
      });
    }
    if (this.#yaml.isScalar(node)) return this.#scalar(offset, scalarValue(node), scalarText(node));
    this.#weight += NODE_WEIGHT;
    const place = this.#source.place(offset);
    if (this.#yaml.isSeq(node)) {
      const items = node.items.map((item, index) => this.read(item, offset, `${pointer}/${index}`));
      return { kind: "list", place, items } satisfies ListNode;
    }
    const entries = node.items.flatMap(({ key, value }) => this.#entry(key, value, pointer) ?? []);
    return { kind: "map", place, entries } satisfies MapNode;
  }

  #entry(key: ParsedNode, value: ParsedNode | null, pointer: string): MapEntry | undefined {
    const [offset, end] = key.range;
    if (!this.#yaml.isScalar(key)) {
      this.#source.report(offset, pointer, {
        code: "yaml-key",
        value: this.#source.restOfLine(offset),
        message: "a key is a list, a map or an alias",
        fix: "write a text as the key",
      });
      return undefined;
    }
    const text = scalarText(key);
    this.#weight += NODE_WEIGHT + Buffer.byteLength(text);
    const node = this.read(value, end, pointerTo(pointer, text));
    return { key: text, place: this.#source.place(offset), value: node };
  }

  #scalar(offset: number, value: ScalarNode["value"], text: string): ScalarNode {
    this.#weight += NODE_WEIGHT + Buffer.byteLength(text);
    return { kind: "scalar", place: this.#source.place(offset), value, text };
  }
}

function scalarValue(scalar: Scalar.Parsed): ScalarNode["value"] {
  const { value } = scalar;
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    default:
      // No tag is resolved beyond those of the core schema, which has no other values.
      return null;
  }
}

function scalarText(scalar: Scalar.Parsed): string {
  return typeof scalar.value === "string" ? scalar.value : scalar.source;
}
