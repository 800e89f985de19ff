import { ownOrigins } from "../cors/chain.ts";
import { admittedText } from "../policy/pattern-text.ts";
import type { ResolvedPolicy } from "../policy/resolve-document.ts";
import { type Edit, type EditedKey, listedNames } from "./edit.ts";

/** What is to be changed in one policy. */
export type EditedPolicy = {
  readonly resolved: ResolvedPolicy<unknown>;
  readonly edits: readonly Edit[];
};

/** Entries of a list that are shown in front of a new one. */
const SHOWN = 3;

/** The changed part of the document as YAML, with enough around it to find the place. */
export function snippetOf(policies: readonly EditedPolicy[]): string {
  return `${policies.flatMap(policyLines).join("\n")}\n`;
}

function policyLines(
  { resolved, edits }: EditedPolicy,
  index: number,
  all: readonly EditedPolicy[],
): readonly string[] {
  const { file } = resolved.written.at.place;
  const isSameFile = file === all[index - 1]?.resolved.written.at.place.file;
  const keys = [...new Set(edits.map(({ key }) => key))];
  return [
    ...(isSameFile ? [] : [`# ${file}:${resolved.written.at.place.line}`, "policies:"]),
    `  - name: ${scalar(resolved.policy.name)}`,
    ...keys.flatMap((key) => keyLines(resolved, key, edits)),
  ];
}

function keyLines(
  resolved: ResolvedPolicy<unknown>,
  key: EditedKey,
  edits: readonly Edit[],
): readonly string[] {
  if (key === "requireOrigin") return ["    requireOrigin: false # changed"];
  const { count, last } = entriesOf(resolved, key);
  const hidden = count - SHOWN;
  const added = edits.filter((edit) => edit.key === key);
  return [
    `    ${key}:`,
    ...(hidden > 0 ? [`      # … ${hidden} more`] : []),
    ...last.map((entry) => `      - ${scalar(entry)}`),
    ...added.map(({ value }) => `      - ${scalar(value)} # add this`),
  ];
}

type Entries = { readonly count: number; readonly last: readonly string[] };

/** What stands in the list, or what leaving it out means; as it is compared, so a default port may be left out. */
function entriesOf({ policy }: ResolvedPolicy<unknown>, key: EditedKey): Entries {
  switch (key) {
    case "allowOrigins": {
      const origins = ownOrigins(policy);
      return { count: origins.length, last: origins.slice(-SHOWN).map(admittedText) };
    }
    case "allowMethods":
      return lastOf(listedNames(policy.methods));
    case "allowHeaders":
      return lastOf(listedNames(policy.headers));
    default:
      return lastOf([...new Set(policy.httpVersions)]);
  }
}

function lastOf(entries: readonly string[]): Entries {
  return { count: entries.length, last: entries.slice(-SHOWN) };
}

const PLAIN = /^[A-Za-z][A-Za-z0-9.:/_-]*$/;
// Words that some reader of YAML takes for something else than a text.
const WORD = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A text as a YAML scalar; JSON's form of a text is one of YAML's. */
function scalar(text: string): string {
  return PLAIN.test(text) && !text.endsWith(":") && !WORD.test(text) ? text : JSON.stringify(text);
}
