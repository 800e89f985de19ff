import type { Policy } from "../cors/policy.ts";
import { quote } from "../policy/quote.ts";
import type { ResolvedPolicy } from "../policy/resolve-document.ts";
import { type Edit, type EditedKey, listedNames } from "./edit.ts";
import { placeOf } from "./written.ts";

/** One value that is to be added to the document, or set in it. */
export type Change = {
  readonly file: string;
  /** Of the value that is changed, or of the policy where it is not written yet; both counted from 1. */
  readonly line: number;
  readonly column: number;
  /** JSON Pointer of what is added, as an `add` of RFC 6902 takes it: `-` stands for the end of a list. */
  readonly pointer: string;
  readonly value: string | boolean | readonly string[];
  /** What to do, as an instruction. */
  readonly text: string;
};

/** What to write for the edits of one policy, key by key. */
export function changesOf(
  { written, policy }: ResolvedPolicy<unknown>,
  edits: readonly Edit[],
): readonly Change[] {
  const keys = [...new Set(edits.map(({ key }) => key))];
  return keys.flatMap((key): readonly Change[] => {
    const values = edits.filter((edit) => edit.key === key).map(({ value }) => value);
    const { place, pointer } = placeOf(written, key);
    const { file, line, column } = place;
    const at = { file, line, column };
    const where = `of policy ${quote(policy.name)}`;
    if (key === "requireOrigin") {
      return [
        { ...at, pointer, value: false, text: `set \`requireOrigin\` ${where} to \`false\`` },
      ];
    }
    if (written[key] !== undefined) {
      return values.map((value) => ({
        ...at,
        pointer: `${pointer}/-`,
        value,
        text: `add ${quote(value)} to \`${key}\` ${where}`,
      }));
    }
    const whole = [...defaultsOf(policy, key), ...values];
    const meaning = whole.length === values.length ? "" : ", which has what leaving it out means";
    return [
      {
        ...at,
        pointer,
        value: whole,
        text: `write \`${key}\` ${where}: ${whole.map(quote).join(", ")}${meaning}`,
      },
    ];
  });
}

/** What a key that is left out stands for: once it is written, that has to be in it. */
export function defaultsOf(policy: Policy, key: EditedKey): readonly string[] {
  return key === "allowMethods" ? listedNames(policy.methods) : [];
}
