import type { Written } from "../document.ts";
import { quote } from "../quote.ts";
import { atOf, type Spot, writtenOf } from "../spot.ts";
import { NAME_PATTERN } from "../vocabulary/limits.ts";
import type { Reader } from "./reader.ts";

const NAME = new RegExp(NAME_PATTERN, "u");

/**
 * Reads the name of `owner`. An invalid one is reported and still given, so that references to it find it; empty where
 * there is none.
 */
export function decodeName(reader: Reader, spot: Spot | undefined, owner: Spot): Written<string> {
  if (spot === undefined) return { value: "", text: "", at: atOf(owner) };
  const at = atOf(spot);
  const written = reader.string(spot);
  if (written === undefined) return { value: writtenOf(spot.node), text: "", at };
  const { value } = written;
  if (!NAME.test(value)) {
    const message = `${quote(value)} is not a name`;
    reader.report(at, { code: "name-invalid", value, message, fix: fixOf(value) });
  }
  return written;
}

function fixOf(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replaceAll(/^[._-]+|[._-]+$/g, "");
  if (NAME.test(name)) return `write \`${name}\``;
  return "use 1 to 63 of a-z, 0-9, `.`, `_` and `-`, with a letter or digit at both ends";
}
