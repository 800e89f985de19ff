import { quote } from "../policy/quote.ts";
import { pointerTo } from "../policy/spot.ts";

/** A value of the input and where it stands: a JSON Pointer, behind `#2` and so on where there are several inputs. */
export type Found = { readonly value: unknown; readonly place: string };

/** The roots of the inputs. */
export function rootsOf(inputs: readonly unknown[]): readonly Found[] {
  const isOne = inputs.length === 1;
  return inputs.map((value, index) => ({ value, place: isOne ? "" : `#${index + 1}` }));
}

/** A null is nothing: all products that are read here take it for a key that is left out. */
export function isAbsent({ value }: Found): boolean {
  return value === undefined || value === null;
}

/** The text that it is; empty for anything else. */
export function textIn({ value }: Found): string {
  return typeof value === "string" ? value : "";
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads values as what they should be, and remembers what they are not. Every method gives undefined for a value that is
 * absent and for one that it has reported, so that all errors come out together.
 */
export class JsonReader {
  readonly #errors: Set<string> = new Set();

  /** One line each, the place first; each once. */
  get errors(): readonly string[] {
    return [...this.#errors];
  }

  report({ place }: Found, message: string): void {
    this.#errors.add(`${place === "" ? "/" : place}: ${message}`);
  }

  /** What stands under these keys, one below the other; absent where one of them is. */
  under(found: Found, ...keys: readonly string[]): Found {
    let at = found;
    for (const key of keys) {
      const place = pointerTo(at.place, key);
      const owner = this.object(at);
      const value = owner !== undefined && Object.hasOwn(owner, key) ? owner[key] : undefined;
      at = { value, place };
    }
    return at;
  }

  object(found: Found): Readonly<Record<string, unknown>> | undefined {
    if (isObject(found.value)) return found.value;
    this.#refuse(found, "a map of keys to values");
    return undefined;
  }

  /** The values of a map by their keys. */
  entries(found: Found): readonly (readonly [string, Found])[] {
    return Object.entries(this.object(found) ?? {}).map(([key, value]) => [
      key,
      { value, place: pointerTo(found.place, key) },
    ]);
  }

  /** The entries of a list; none where there is no list. */
  items(found: Found): readonly Found[] {
    if (Array.isArray(found.value)) {
      return found.value.map((value, index) => ({ value, place: `${found.place}/${index}` }));
    }
    this.#refuse(found, "a list");
    return [];
  }

  text(found: Found): string | undefined {
    if (typeof found.value === "string") return found.value;
    this.#refuse(found, "a text");
    return undefined;
  }

  /** A list of texts; an entry that is none is reported and left out. */
  texts(found: Found): readonly string[] | undefined {
    if (isAbsent(found)) return undefined;
    return this.items(found).flatMap((item) => {
      if (isAbsent(item)) this.report(item, "expected a text, found nothing");
      return this.text(item) ?? [];
    });
  }

  flag(found: Found): boolean | undefined {
    if (typeof found.value === "boolean") return found.value;
    this.#refuse(found, "true or false");
    return undefined;
  }

  number(found: Found): number | undefined {
    if (typeof found.value === "number") return found.value;
    this.#refuse(found, "a number");
    return undefined;
  }

  #refuse(found: Found, expected: string): void {
    if (!isAbsent(found))
      this.report(found, `expected ${expected}, found ${describe(found.value)}`);
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "a map";
  return `the ${typeof value === "string" ? "text" : typeof value} ${quote(String(value))}`;
}
