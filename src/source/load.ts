import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { err, ok, type Result } from "../cors/result.ts";
import type { FileNode } from "../policy/decode/decode.ts";
import type { Finding } from "../policy/decode/reader.ts";
import type { Problem } from "../policy/problem.ts";
import { quote } from "../policy/quote.ts";
import { MAX_DOCUMENT_BYTES, parseBytes } from "./parse.ts";
import { placeOutside, type Wrapping } from "./wrapping.ts";

/** A policy file as it was read; `file` is its path as the operator named it (a folder's with the name behind). */
export type SourceFile = {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** How the bytes stand in the file, where they are not all of it. */
  readonly wrapping?: Wrapping;
};

export type ReadResult = {
  readonly files: readonly SourceFile[];
  /** One for each path or file that could not be read. */
  readonly problems: readonly Problem[];
};

export type LoadResult = {
  /** Those whose text could be read, in order. */
  readonly files: readonly FileNode[];
  /** True where these are all. */
  readonly complete: boolean;
  readonly problems: readonly Problem[];
};

/** The files of a folder that count. `..data` of a Kubernetes ConfigMap begins with a dot, as editors' files do. */
export const POLICY_FILE: RegExp = /^[^.].*\.(?:yaml|yml|json)$/;

/** Parses files as read: the bytes of all, and what the aliases of all stand for, are held to one limit. */
export function parseFiles({ files, problems }: ReadResult): LoadResult {
  let left = files.reduce((bytes, each) => bytes - each.bytes.byteLength, MAX_DOCUMENT_BYTES);
  const parsed = files.map(({ file, bytes, wrapping }) => {
    const one = parseBytes(file, bytes, left);
    left -= one.aliased;
    return { file, ...(wrapping === undefined ? one : placeOutside(one, wrapping)) };
  });
  const nodes = parsed.flatMap(({ file, root }) => (root === undefined ? [] : [{ file, root }]));
  return {
    files: nodes,
    complete: problems.length === 0 && nodes.length === files.length,
    problems: [...problems, ...parsed.flatMap((each) => each.problems)],
  };
}

/**
 * Reads the policy files that the paths stand for: a file, or of a folder its `*.yaml`, `*.yml` and `*.json` in name
 * order, not those of folders in it and none that begins with a dot. Never throws for what the files are like.
 */
export async function readFiles(paths: readonly string[]): Promise<ReadResult> {
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  let left = MAX_DOCUMENT_BYTES;
  if (paths.length === 0) problems.push(at("", NO_PATH));
  for (const path of paths) {
    const names = await namesOf(path);
    if (!names.ok) problems.push(names.error);
    for (const file of names.ok ? names.value : []) {
      const read = await readOne(file, left);
      if (!read.ok) {
        problems.push(read.error);
        continue;
      }
      if (read.value === undefined) continue;
      files.push({ file, bytes: read.value });
      left -= read.value.byteLength;
    }
  }
  return { files, problems };
}

/** The files that one path stands for. */
async function namesOf(path: string): Promise<Result<readonly string[], Problem>> {
  try {
    if (!(await stat(path)).isDirectory()) return ok([path]);
    const names = (await readdir(path)).filter((name) => POLICY_FILE.test(name)).toSorted();
    if (names.length === 0) return err(at(path, NO_FILES));
    return ok(names.map((name) => join(path, name)));
  } catch (error) {
    return err(at(path, unreadable(path, error)));
  }
}

/** The bytes of a file; undefined for a folder inside of a folder. `left`: how many bytes are still taken. */
async function readOne(
  file: string,
  left: number,
): Promise<Result<Uint8Array | undefined, Problem>> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) return ok(undefined);
    // A pipe or a device could keep us waiting for ever.
    if (!stats.isFile()) return err(at(file, NO_FILE));
    if (stats.size > left) return err(at(file, TOO_LARGE));
    return ok(await readFile(file));
  } catch (error) {
    return err(at(file, unreadable(file, error)));
  }
}

function at(file: string, finding: Finding): Problem {
  return { file, line: 1, column: 1, pointer: "", severity: "error", ...finding };
}

function unreadable(path: string, error: unknown): Finding {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  if (code === "ENOENT" || code === "ENOTDIR") {
    const message = `there is nothing at ${quote(path)}`;
    return {
      code: "path-missing",
      value: path,
      message,
      fix: "correct the path, or put a file there",
    };
  }
  const message = `${quote(path)} cannot be read (${code})`;
  return {
    code: "path-unreadable",
    value: path,
    message,
    fix: "let the user of this process read it",
  };
}

const NO_PATH: Finding = {
  code: "path-missing",
  value: "",
  message: "no policy file is named",
  fix: "name a file or a folder",
};

const NO_FILE: Finding = {
  code: "path-unreadable",
  value: "",
  message: "this is neither a file nor a folder",
  fix: "name a plain file",
};

const TOO_LARGE: Finding = {
  code: "document-too-large",
  value: "",
  message: `with this file the document has more than ${MAX_DOCUMENT_BYTES} bytes`,
  fix: `keep all files together to ${MAX_DOCUMENT_BYTES} bytes`,
};

const NO_FILES: Finding = {
  code: "path-empty",
  value: "",
  message: "the folder has no policy file",
  fix: "put a `*.yaml`, `*.yml` or `*.json` file there",
};
