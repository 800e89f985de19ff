import { createHash } from "node:crypto";
import { compileDocument } from "../policy/compile.ts";
import type { Problem } from "../policy/problem.ts";
import type { ProblemCode } from "../policy/problem-code.ts";
import { libraries } from "./libraries.ts";
import { parseFiles, type ReadResult, readFiles } from "./load.ts";
import type { Attempt } from "./store.ts";

/** What the policy files hold, before anyone asks what it means. */
export type Contents = ReadResult & {
  /** Names what was read and what could not be: equal contents have an equal digest. */
  readonly digest: string;
};

/** As much of SHA-256 as names a document: 64 bits, in hexadecimal. */
const REVISION_LENGTH = 16;

/** Reads the policy files. Never throws for what they are like. */
export async function readContents(paths: readonly string[]): Promise<Contents> {
  const read = await readFiles(paths);
  const hash = createHash("sha256");
  for (const { file, bytes } of read.files) {
    // With its length before it, no name or content can pass for another's beginning.
    hash.update(`${JSON.stringify(file)} ${bytes.length}\n`).update(bytes);
  }
  if (read.problems.length > 0) hash.update(JSON.stringify(read.problems));
  return { ...read, digest: hash.digest("hex").slice(0, REVISION_LENGTH) };
}

/** What the contents mean: a document that can be used, or everything that is wrong with it. */
export function examine(contents: Contents): Attempt {
  const { digest, files, problems: faults } = contents;
  const revision = faults.length === 0 ? digest : undefined;
  try {
    const parsed = parseFiles(contents);
    const compiled = compileDocument(parsed.files, digest, libraries);
    const { document, snapshot } = compiled;
    const found = parsed.complete ? compiled.problems : compiled.problems.filter(isOfOneFile);
    const problems = [...parsed.problems, ...found];
    const usable = snapshot !== undefined && problems.every((one) => one.severity !== "error");
    return { digest, revision, problems, loaded: usable ? { document, snapshot } : undefined };
  } catch (error) {
    // A bug of ours that this document brings out must not end a server that runs on the one before.
    const problems = [...faults, bug(files[0]?.file, error)];
    return { digest, revision, problems, loaded: undefined };
  }
}

/** What cannot be told while a file is missing: it may hold what the others lack. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set<ProblemCode>([
  "policies-missing",
  "reference-unknown",
  "policy-admits-nobody",
  "policy-unattached",
]);

function isOfOneFile({ code }: Problem): boolean {
  return !OF_THE_WHOLE.has(code);
}

function bug(file: string | undefined, error: unknown): Problem {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return {
    file: file ?? "",
    line: 1,
    column: 1,
    pointer: "",
    severity: "error",
    code: "internal-error",
    value: stack,
    message: `corsd failed on this document: ${message}`,
    fix: "report it as a bug, with the document",
  };
}
