import type { AdmittedOrigin } from "../cors/origin-pattern.ts";
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
};

/** Canonical texts, those of expressions with their `~`. */
export type PackedOrigins = readonly string[];

export function packDocument({ policies, applications, groups }: PolicyDocument): PackedDocument {
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
  };
}

function packOrigins(list: WrittenOrigins): PackedOrigins {
  return list.kind === "any" ? ["*"] : list.items.map(({ value }) => patternText(value));
}

/** A document as it comes out: lists of origins as they are looked up. */
export type UnpackedDocument = PolicyDocument<readonly AdmittedOrigin[]>;

/** Throws for an expression that was in no document without errors. */
export function* unpackDocument(
  packed: PackedDocument,
  libraries: Pick<Libraries, "compileExpression">,
): Steps<UnpackedDocument> {
  const policies: UnpackedDocument["policies"][number][] = [];
  for (const { allowOrigins, ...policy } of yield* unpackSteps(packed.policies)) {
    const origins = allowOrigins && (yield* unpackOrigins(allowOrigins, libraries));
    policies.push({ ...policy, allowOrigins: origins });
  }
  const applications: UnpackedDocument["applications"][number][] = [];
  for (const application of yield* unpackSteps(packed.applications)) {
    const origins = yield* unpackOrigins(application.origins, libraries);
    applications.push({ ...application, origins });
  }
  const groups = packed.groups && (yield* unpackSteps(packed.groups));
  return { policies, applications, groups };
}

/** Every host was judged when the document was; only expressions are made anew, a step for each. */
function* unpackOrigins(
  texts: PackedOrigins,
  { compileExpression }: Pick<Libraries, "compileExpression">,
): Steps<readonly AdmittedOrigin[]> {
  yield;
  if (!texts.some(isExpression)) return texts;
  const origins: AdmittedOrigin[] = [];
  for (const text of texts) {
    if (!isExpression(text)) {
      origins.push(text);
      continue;
    }
    const compiled = compileExpression(text.slice(1));
    if (!compiled.ok) throw new Error(`${text} was an expression and is none`);
    origins.push(compiled.value);
    yield;
  }
  return origins;
}

function isExpression(text: string): boolean {
  return text.startsWith("~");
}
