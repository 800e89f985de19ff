import type { AdmittedOrigin, OriginPattern } from "../cors/origin-pattern.ts";
import type { Steps } from "../cors/steps.ts";
import type {
  PolicyDocument,
  WrittenApplication,
  WrittenGroup,
  WrittenOrigins,
  WrittenPolicy,
} from "../policy/document.ts";
import type { Libraries } from "../policy/libraries.ts";
import { patternText } from "../policy/pattern-text.ts";
import { type Parcels, pack, unpackSteps } from "./parcel.ts";

/**
 * A document without errors in a form that can be posted between threads and kept: expressions hold functions, and
 * 100,000 origins with their places take 100 MB as objects and half a second to be posted, but 5 MB and no time as
 * texts. Unpacked it has all but the places of its origins.
 */
export type PackedDocument = {
  readonly policies: Parcels<WrittenPolicy<PackedOrigins>>;
  readonly applications: Parcels<WrittenApplication<PackedOrigins>>;
  readonly groups: Parcels<WrittenGroup> | undefined;
  /** All lists of origins, those of policies first, in pieces. */
  readonly origins: Parcels<OriginPiece>;
};

/** How many of the next pieces a list is. */
export type PackedOrigins = number;

/** Canonical texts, those of expressions with their `~`. */
type OriginPiece = readonly string[];

/** Most origins of one piece, so that a list of any length is unpacked in small steps. */
const PIECE_LENGTH = 500;

export function packDocument({ policies, applications, groups }: PolicyDocument): PackedDocument {
  const pieces: OriginPiece[] = [];
  const packOrigins = (list: WrittenOrigins): PackedOrigins => {
    const before = pieces.length;
    const items = list.kind === "any" ? [ANY] : list.items.map(({ value }) => value);
    for (let start = 0; start < items.length; start += PIECE_LENGTH) {
      pieces.push(items.slice(start, start + PIECE_LENGTH).map(patternText));
    }
    return pieces.length - before;
  };
  return {
    policies: pack(
      policies.map((each) => ({
        ...each,
        allowOrigins: each.allowOrigins && packOrigins(each.allowOrigins),
      })),
    ),
    applications: pack(
      applications.map((each) => ({ ...each, origins: packOrigins(each.origins) })),
    ),
    groups: groups && pack(groups),
    origins: pack(pieces),
  };
}

const ANY: OriginPattern = { kind: "any" };

/** A document as it comes out: lists of origins as they are looked up. */
export type UnpackedDocument = PolicyDocument<readonly AdmittedOrigin[]>;

/** Throws for an expression that was in no document without errors. */
export function* unpackDocument(
  packed: PackedDocument,
  libraries: Pick<Libraries, "compileExpression">,
): Steps<UnpackedDocument> {
  const pieces = yield* unpackSteps(packed.origins);
  let taken = 0;
  const read = (count: PackedOrigins): Steps<readonly AdmittedOrigin[]> => {
    taken += count;
    return unpackOrigins(pieces.slice(taken - count, taken), libraries);
  };
  const policies: UnpackedDocument["policies"][number][] = [];
  for (const { allowOrigins, ...policy } of yield* unpackSteps(packed.policies)) {
    const origins = allowOrigins === undefined ? undefined : yield* read(allowOrigins);
    policies.push({ ...policy, allowOrigins: origins });
  }
  const applications: UnpackedDocument["applications"][number][] = [];
  for (const application of yield* unpackSteps(packed.applications)) {
    const origins = yield* read(application.origins);
    applications.push({ ...application, origins });
  }
  const groups = packed.groups && (yield* unpackSteps(packed.groups));
  return { policies, applications, groups };
}

/** Every host was judged when the document was; only expressions are made anew, a step for each. */
function* unpackOrigins(
  pieces: readonly OriginPiece[],
  { compileExpression }: Pick<Libraries, "compileExpression">,
): Steps<readonly AdmittedOrigin[]> {
  const origins: AdmittedOrigin[] = [];
  for (const piece of pieces) {
    yield;
    for (const text of piece) {
      if (!text.startsWith("~")) {
        origins.push(text);
        continue;
      }
      const compiled = compileExpression(text.slice(1));
      if (!compiled.ok) throw new Error(`${text} was an expression and is none`);
      origins.push(compiled.value);
      yield;
    }
  }
  return origins;
}
