import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Judged, judgeDocument } from "../policy/compile.ts";
import type { Problem } from "../policy/problem.ts";
import type { ProblemCode } from "../policy/problem-code.ts";
import { libraries } from "./libraries.ts";
import { parseFiles, type ReadResult, readFiles } from "./load.ts";

/** What the policy files hold, before anyone asks what it means. */
export type Contents = ReadResult & {
  /** Names what was read and what could not be: equal contents have an equal digest. */
  readonly digest: string;
};

/** As much of SHA-256 as names a document: 64 bits, in hexadecimal. */
const REVISION_LENGTH = 16;

/** Bytes that are hashed in one go: a millisecond or two without special instructions. */
const HASHED_AT_ONCE = 512 * 1024;

/** Reads the policy files. Never throws for what they are like. */
export async function readContents(paths: readonly string[]): Promise<Contents> {
  const read = await readFiles(paths);
  const hash = createHash("sha256");
  for (const { file, bytes } of read.files) {
    // With its length before it, no name or content can pass for another's beginning.
    hash.update(`${JSON.stringify(file)} ${bytes.length}\n`);
    for (let start = 0; start < bytes.length; start += HASHED_AT_ONCE) {
      if (start > 0) await nextTurn();
      hash.update(bytes.subarray(start, start + HASHED_AT_ONCE));
    }
  }
  if (read.problems.length > 0) hash.update(JSON.stringify(read.problems));
  return { ...read, digest: hash.digest("hex").slice(0, REVISION_LENGTH) };
}

/** Names the document: the digest, or undefined where not all could be read. */
export function revisionOf({ digest, problems }: Contents): string | undefined {
  return problems.length === 0 ? digest : undefined;
}

/** What came of reading the policy files once. */
export type Attempt = {
  /** Names what was read and what could not be. */
  readonly digest: string;
  /** Names the document: the digest, or undefined where not all could be read. */
  readonly revision: string | undefined;
  /** Errors and warnings of every file. */
  readonly problems: readonly Problem[];
  /** Undefined where the files have an error. */
  readonly loaded: Loaded | undefined;
};

/** A document without errors. */
export type Loaded = Pick<Judged, "document" | "resolved">;

/** What the contents mean: a document that can be used, or everything that is wrong with it. */
export function examine(contents: Contents): Attempt {
  const { digest } = contents;
  const revision = revisionOf(contents);
  try {
    const parsed = parseFiles(contents);
    const judged = judgeDocument(parsed.files, libraries, parsed.complete);
    const { document, resolved } = judged;
    const problems = [...parsed.problems, ...judged.problems];
    const usable = judged.usable && problems.every((one) => one.severity !== "error");
    return { digest, revision, problems, loaded: usable ? { document, resolved } : undefined };
  } catch (error) {
    // A bug of ours that this document brings out must not end a server that runs on the one before.
    return { digest, revision, problems: unexamined(contents, error), loaded: undefined };
  }
}

/** What to say of contents that could not be examined, for a reason that is not theirs. */
export function unexamined({ files, problems }: Contents, error: unknown): readonly Problem[] {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const problem: Problem = {
    file: files[0]?.file ?? "",
    line: 1,
    column: 1,
    pointer: "",
    severity: "error",
    code: "internal-error" satisfies ProblemCode,
    value: stack,
    message: `corsd failed on this document: ${message}`,
    fix: "report it as a bug, with the document, or write a smaller one",
  };
  return [...problems, problem];
}
