import { type Document, parseAllDocuments } from "yaml";
import { err, ok, type Result } from "../../cors/result.ts";
import { MAX_DOCUMENT_BYTES } from "../../source/parse.ts";
import { type Input, readBytes } from "../read-input.ts";

/** In bytes: the dump of an Envoy in a mesh of thousands of services fits. */
export const MAX_INPUT_BYTES: number = 128 * 1024 * 1024;

/** A file as people know it: `-` is standard input. */
export function fileName(file: string): string {
  return file === "-" ? "standard input" : file;
}

/** The YAML or JSON documents of files, in order; of one file there may be several. Errors: one line each. */
export async function readInputs(
  files: readonly string[],
  input: Input,
): Promise<Result<readonly unknown[], readonly string[]>> {
  const values: unknown[] = [];
  const errors: string[] = [];
  for (const file of files) {
    const read = await readDocumentsOf(file, input);
    if (read.ok) values.push(...read.value);
    else errors.push(...read.error.map((message) => `${fileName(file)}: ${message}`));
  }
  return errors.length === 0 ? ok(values) : err(errors);
}

async function readDocumentsOf(
  file: string,
  input: Input,
): Promise<Result<readonly unknown[], readonly string[]>> {
  const bytes = await readBytes(file, input, MAX_INPUT_BYTES);
  if (!bytes.ok) return err([`cannot be read: ${bytes.error}`]);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.value);
    // The YAML parser keeps a place for each value, and takes a second for a few MiB. What is longer is made by a program.
    return bytes.value.length > MAX_DOCUMENT_BYTES ? readJson(text) : readText(text);
  } catch (error) {
    // No UTF-8; aliases that stand for too much; nested too deep for the parser, which goes down by recursion.
    return err([`cannot be read: ${messageOf(error)}`]);
  }
}

function readJson(text: string): Result<readonly unknown[], readonly string[]> {
  try {
    return ok([JSON.parse(text)]);
  } catch {
    return err([`has more than ${MAX_DOCUMENT_BYTES} bytes, and is not JSON`]);
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
