import type { Snapshot } from "../cors/snapshot.ts";
import type { PackedDocument } from "./packed-document.ts";
import { type Parcels, share } from "./parcel.ts";
import { snapshotSteps } from "./snapshot-steps.ts";
import { inSlices } from "./steps.ts";

/** A document without errors, as it is sent to another process, which shares no memory. */
export type PostedDocument = {
  readonly origins: Posted<PackedDocument["origins"]>;
  readonly policies: Posted<PackedDocument["policies"]>;
  readonly applications: Posted<PackedDocument["applications"]>;
  readonly groups: Posted<NonNullable<PackedDocument["groups"]>> | undefined;
};

type Posted<Packed> =
  Packed extends Parcels<infer Item> ? readonly Uint8Array[] & { readonly holds?: Item } : never;

export function postDocument({
  origins,
  policies,
  applications,
  groups,
}: PackedDocument): PostedDocument {
  return {
    origins: post(origins),
    policies: post(policies),
    applications: post(applications),
    groups: groups && post(groups),
  };
}

/** Makes what runs of a document that {@link postDocument} made, in slices. */
export function openPosted(
  { origins, policies, applications, groups }: PostedDocument,
  revision: string,
): Promise<Snapshot> {
  const packed: PackedDocument = {
    origins: origins.map(share),
    policies: policies.map(share),
    applications: applications.map(share),
    groups: groups?.map(share),
  };
  return inSlices(snapshotSteps(packed, revision));
}

function post<Item>(parcels: Parcels<Item>): readonly Uint8Array[] & { readonly holds?: Item } {
  return parcels.map((parcel) => Uint8Array.from(parcel));
}
