import type { Snapshot } from "../cors/snapshot.ts";
import type { Steps } from "../cors/steps.ts";
import { compileSteps } from "../policy/compile.ts";
import { resolveSteps } from "../policy/resolve-document.ts";
import { libraries } from "./libraries.ts";
import { type PackedDocument, unpackDocument } from "./packed-document.ts";

/** Makes what runs of a document that was judged to be good. */
export function* snapshotSteps(packed: PackedDocument, revision: string): Steps<Snapshot> {
  const document = yield* unpackDocument(packed, libraries);
  const resolved = yield* resolveSteps(document, (origins) => origins);
  return yield* compileSteps(resolved, revision);
}
