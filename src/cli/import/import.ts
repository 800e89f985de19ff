import { writeFile } from "node:fs/promises";
import type { Difference } from "../../import/difference.ts";
import { IMPORTERS } from "../../import/importers.ts";
import { settle } from "../../import/settle.ts";
import { printable, quote } from "../../policy/quote.ts";
import { libraries } from "../../source/libraries.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import type { Input } from "../read-input.ts";
import { fileName, readInputs } from "./read-inputs.ts";
import { renderDocument } from "./render-document.ts";

export type ImportFlags = {
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
};

/** `corsd import`: what another product is configured by, as a policy document, and what it will do otherwise. */
export async function importCommand(
  kind: string,
  files: readonly string[],
  flags: ImportFlags,
  { output, input }: { readonly output: Output; readonly input: Input },
): Promise<number> {
  const importer = IMPORTERS.get(kind);
  if (importer === undefined) {
    output.err(`error: ${quote(kind)} is no kind; write ${[...IMPORTERS.keys()].join(", ")}\n`);
    return EXIT.usage;
  }
  const inputs = await readInputs(files, input);
  if (!inputs.ok) return failed(inputs.error, output);
  const read = importer(inputs.value);
  if (!read.ok) return failed([...read.error, ...otherKinds(inputs.value)], output);
  const imported = settle(read.value, libraries);
  const text =
    flags.json === true
      ? `${JSON.stringify(imported, null, 2)}\n`
      : renderDocument(imported, kind, files.map(fileName));
  const fault = await deliver(text, flags, output);
  if (fault !== undefined) return failed([fault], output);
  if (flags.json !== true) output.err(report(imported.differences));
  return EXIT.fine;
}

/** The likeliest mistake is another product's file: says whose it is. */
function otherKinds(inputs: readonly unknown[]): readonly string[] {
  const kinds = [...IMPORTERS].filter(([, importer]) => importer(inputs).ok).map(([kind]) => kind);
  return kinds.map((kind) => `it can be read as ${kind}: write \`corsd import ${kind}\``);
}

function failed(lines: readonly string[], output: Output): number {
  for (const line of lines) output.err(`${printable(line)}\n`);
  return EXIT.failed;
}

/** Gives why it could not be written. */
async function deliver(
  text: string,
  { output: file, force }: ImportFlags,
  output: Output,
): Promise<string | undefined> {
  if (file === undefined) {
    output.out(text);
    return undefined;
  }
  try {
    await writeFile(file, text, { flag: force === true ? "w" : "wx" });
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "EEXIST"
      ? `${file}: there is such a file; take another name, or replace it with --force`
      : `${file}: cannot be written: ${message}`;
  }
}

function report(differences: readonly Difference[]): string {
  if (differences.length === 0) return "no behaviour is known to differ\n";
  const many =
    differences.length === 1 ? "1 behaviour differs" : `${differences.length} behaviours differ`;
  return `${many}:\n${differences.map((each) => `  ${printable(line(each))}\n`).join("")}`;
}

function line({ place, policy, text }: Difference): string {
  const where = place === "" ? "/" : place;
  return policy === undefined ? `${where}: ${text}` : `policy \`${policy}\`, ${where}: ${text}`;
}
