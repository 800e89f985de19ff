import { createReadStream } from "node:fs";
import { err, ok, type Result } from "../cors/result.ts";

/** Bytes as they come, such as standard input. */
export type Input = AsyncIterable<Uint8Array>;

export const NO_INPUT: Input = {
  async *[Symbol.asyncIterator]() {},
};

/** The text of a file, or of the input where the path is `-`: at most `limit` bytes. The error is a phrase for people. */
export async function readInput(
  path: string,
  input: Input,
  limit: number,
): Promise<Result<string, string>> {
  const bytes = await readBytes(path, input, limit);
  return bytes.ok ? ok(new TextDecoder().decode(bytes.value)) : bytes;
}

/** The same, before it is known to be text. */
export async function readBytes(
  path: string,
  input: Input,
  limit: number,
): Promise<Result<Uint8Array, string>> {
  try {
    const bytes = await readAll(path === "-" ? input : createReadStream(path), limit);
    return bytes === undefined ? err(`it has more than ${limit} bytes`) : ok(bytes);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

/** All bytes; undefined where there are more than `limit`: the rest is not read. Throws what the input throws. */
export async function readAll(input: Input, limit: number): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input) {
    length += piece.length;
    if (length > limit) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
