import type { AdmittedOrigin } from "../cors/origin-pattern.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import type { Steps } from "../cors/steps.ts";
import { compileSteps } from "../policy/compile.ts";
import { type ResolvedDocument, resolveSteps } from "../policy/resolve-document.ts";
import { libraries } from "./libraries.ts";
import { type PackedDocument, unpackDocument } from "./packed-document.ts";

/** A document that runs or could: references followed, lists of origins as they are looked up. */
export type RunningDocument = ResolvedDocument<readonly AdmittedOrigin[]>;

export function* runningSteps(packed: PackedDocument): Steps<RunningDocument> {
  const document = yield* unpackDocument(packed, libraries);
  return yield* resolveSteps(document, (origins) => origins);
}

/** Makes what runs of a document that was judged to be good. */
export function* snapshotSteps(packed: PackedDocument, revision: string): Steps<Snapshot> {
  return yield* compileSteps(yield* runningSteps(packed), revision);
}
