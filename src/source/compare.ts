import type { Problem } from "../policy/problem.ts";
import { type Contents, unexamined } from "./examine.ts";
import type { Judge } from "./judge.ts";
import type { PackedDocument } from "./packed-document.ts";
import { unpackSteps } from "./parcel.ts";
import { inSlices } from "./steps.ts";

/** What a document would do that is not in force. */
export type Comparison = {
  /** Errors and warnings; the file is {@link COMPARED_FILE}. */
  readonly problems: readonly Problem[];
  /** What would behave differently, in lines for people; undefined where it cannot come into force. */
  readonly changes: readonly string[] | undefined;
};

/** Stands for the name of a document that is no file. */
export const COMPARED_FILE = "pasted";

/** Compares a document with the one in force. Nothing changes. Never throws for what it is like. */
export async function compare(
  bytes: Uint8Array,
  inForce: PackedDocument,
  judge: Pick<Judge, "judge">,
): Promise<Comparison> {
  const files = [{ file: COMPARED_FILE, bytes }];
  // The digest names contents to a store; these never reach one.
  const contents: Contents = { files, problems: [], digest: "" };
  try {
    const judged = await judge.judge(contents, inForce);
    const problems = await inSlices(unpackSteps(judged.problems));
    if (judged.packed === undefined) return { problems, changes: undefined };
    return { problems, changes: await judged.changes };
  } catch (error) {
    return { problems: unexamined(contents, error), changes: undefined };
  }
}
