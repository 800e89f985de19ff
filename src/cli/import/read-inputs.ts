import { createReadStream } from "node:fs";
import { type Document, parseAllDocuments } from "yaml";
import { err, ok, type Result } from "../../cors/result.ts";
import { MAX_DOCUMENT_BYTES } from "../../source/parse.ts";
import { readAll } from "../read-input.ts";

/** The YAML or JSON documents of files, in order; of one file there may be several. Errors: one line each. */
export async function readInputs(
  files: readonly string[],
): Promise<Result<readonly unknown[], readonly string[]>> {
  const values: unknown[] = [];
  const errors: string[] = [];
  for (const file of files) {
    const read = await readInput(file);
    if (read.ok) values.push(...read.value);
    else errors.push(...read.error.map((message) => `${file}: ${message}`));
  }
  return errors.length === 0 ? ok(values) : err(errors);
}

async function readInput(file: string): Promise<Result<readonly unknown[], readonly string[]>> {
  try {
    const bytes = await readAll(createReadStream(file), MAX_DOCUMENT_BYTES);
    if (bytes === undefined) return err([`has more than ${MAX_DOCUMENT_BYTES} bytes`]);
    return readText(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    // No such file; no UTF-8; aliases that stand for too much; nested too deep for the parser, which goes down by recursion.
    return err([`cannot be read: ${messageOf(error)}`]);
  }
}

function readText(text: string): Result<readonly unknown[], readonly string[]> {
  const parsed = parseAllDocuments(text, { logLevel: "silent" });
  const documents: readonly Document[] = Array.isArray(parsed) ? parsed : [];
  // One fault of the text makes many more behind it.
  const fault = documents.flatMap(({ errors }) => errors)[0];
  if (fault !== undefined) return err([firstLine(fault.message)]);
  // What stands between two `---`, or behind the last, may be nothing.
  const values = documents.map((each): unknown => each.toJS()).filter((value) => value !== null);
  return values.length === 0 ? err(["there is nothing in it"]) : ok(values);
}

/** The parser adds the place in the text, and the text itself below. */
function firstLine(message: string): string {
  return message.replace(/:?\n.*$/s, "");
}

function messageOf(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}
