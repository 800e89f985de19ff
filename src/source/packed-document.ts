import type { OriginPattern } from "../cors/origin-pattern.ts";
import type { Steps } from "../cors/steps.ts";
import { parseOriginPattern } from "../policy/decode/written-pattern.ts";
import type {
  At,
  PolicyDocument,
  Written,
  WrittenApplication,
  WrittenGroup,
  WrittenList,
  WrittenPolicy,
} from "../policy/document.ts";
import type { Libraries } from "../policy/libraries.ts";
import { type Parcels, pack, unpackSteps } from "./parcel.ts";

/**
 * A document without errors in a form that can be posted between threads and kept: expressions hold functions, and
 * 100,000 origins with their places take 100 MB as objects and half a second to be posted, but 5 MB and no time as
 * texts. Unpacked, each origin has the place of its list; all else is as it was.
 */
export type PackedDocument = {
  readonly policies: Parcels<PackedPolicy>;
  readonly applications: Parcels<PackedApplication>;
  readonly groups: Parcels<WrittenGroup> | undefined;
};

type PackedOrigins =
  | { readonly kind: "any"; readonly at: At }
  | { readonly kind: "listed"; readonly texts: readonly string[]; readonly at: At };

type PackedPolicy = Omit<WrittenPolicy, "allowOrigins"> & {
  readonly allowOrigins: PackedOrigins | undefined;
};

type PackedApplication = Omit<WrittenApplication, "origins"> & { readonly origins: PackedOrigins };

/** Origins that are parsed in one step: half a millisecond. */
const ORIGINS_A_STEP = 250;

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

/** Throws for an origin that was not in a document without errors. */
export function* unpackDocument(
  packed: PackedDocument,
  libraries: Libraries,
): Steps<PolicyDocument> {
  // Each host was judged when the document was; that takes longer than all else here.
  const trusting = { ...libraries, serializeHost: (host: string): string => host };
  const policies: WrittenPolicy[] = [];
  for (const { allowOrigins, ...policy } of yield* unpackSteps(packed.policies)) {
    const origins = allowOrigins && (yield* unpackOrigins(allowOrigins, trusting));
    policies.push({ ...policy, allowOrigins: origins });
    yield;
  }
  const applications: WrittenApplication[] = [];
  for (const application of yield* unpackSteps(packed.applications)) {
    const origins = yield* unpackOrigins(application.origins, trusting);
    applications.push({ ...application, origins });
    yield;
  }
  const groups = packed.groups && (yield* unpackSteps(packed.groups));
  return { policies, applications, groups };
}

function packOrigins(list: WrittenList<OriginPattern>): PackedOrigins {
  if (list.kind === "any") return list;
  return { kind: "listed", texts: list.items.map(({ text }) => text), at: list.at };
}

function* unpackOrigins(
  list: PackedOrigins,
  libraries: Libraries,
): Steps<WrittenList<OriginPattern>> {
  if (list.kind === "any") return list;
  const { texts, at } = list;
  const items: Written<OriginPattern>[] = [];
  for (const text of texts) {
    const parsed = parseOriginPattern(text, libraries);
    if (!parsed.ok) throw new Error(`${text} was an origin and is none`);
    items.push({ value: parsed.value, text, at });
    // To compile an expression takes as long as many origins.
    if (text.startsWith("~") || items.length % ORIGINS_A_STEP === 0) yield;
  }
  return { kind: "listed", items, at };
}
