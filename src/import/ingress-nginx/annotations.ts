import { type Found, isAbsent, type JsonReader } from "../json-value.ts";

const PREFIX = "nginx.ingress.kubernetes.io/";

/** Annotations of an Ingress that this controller reads; an empty one is none. */
export class Annotations {
  readonly #reader: JsonReader;
  readonly #owner: Found;

  constructor(reader: JsonReader, ingress: Found) {
    this.#reader = reader;
    this.#owner = reader.under(ingress, "metadata", "annotations");
  }

  text(name: string): string | undefined {
    const found = this.#reader.under(this.#owner, `${PREFIX}${name}`);
    return this.#reader.text(found)?.trim() || undefined;
  }

  /** As Go's `strconv.ParseBool`; anything else is as if it were not there. */
  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
    return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
  }

  has(name: string): boolean {
    return !isAbsent(this.#reader.under(this.#owner, `${PREFIX}${name}`));
  }
}
