import { type Attachment, attachmentsIn } from "./attachment.ts";
import type { DocumentFacts } from "./document-facts.ts";
import type { Setup } from "./dump/setup.ts";
import type { MatchExpression } from "./dump/string-matcher.ts";
import type { Version } from "./dump/version.ts";
import { findClusters } from "./find/find-cluster.ts";
import { findForwarding } from "./find/find-forwarding.ts";
import { findGroups } from "./find/find-groups.ts";
import { findManager } from "./find/find-manager.ts";
import { findMessages } from "./find/find-messages.ts";
import { findMutation } from "./find/find-mutation.ts";
import { findOrder } from "./find/find-order.ts";
import { findPreflights } from "./find/find-preflights.ts";
import { findPresence } from "./find/find-presence.ts";
import { findRequestOnly } from "./find/find-request-only.ts";
import { findSkip } from "./find/find-skip.ts";
import { findVersion } from "./find/find-version.ts";
import type { Finding } from "./finding.ts";

export type Circumstances = {
  /** What the policy document asks for; undefined: not known. */
  readonly document: DocumentFacts | undefined;
  /** Names of corsd's clusters; empty: corsd's filters are told by what they look like. */
  readonly clusters: readonly string[];
  /** Of Envoy, where the configuration does not say it. */
  readonly version: Version | undefined;
};

/** Everything in the configuration of an Envoy that does not go with corsd: errors first, else in its order. */
export function diagnose(
  setup: Setup,
  { document, clusters, version = setup.version }: Circumstances,
  matches: MatchExpression,
): readonly Finding[] {
  const attachments = attachmentsIn(setup.managers, clusters);
  const found = [
    ...findPresence(setup, attachments),
    ...attachments.flatMap((attachment) => findIn(attachment, document, matches)),
    ...(document === undefined ? [] : findGroups(attachments, document)),
    ...findClusters(attachments, setup.clusters),
    ...(version === undefined ? [] : findVersion(version, attachments, document)),
  ];
  return [
    ...found.filter(({ severity }) => severity === "error"),
    ...found.filter(({ severity }) => severity === "warning"),
  ];
}

function findIn(
  attachment: Attachment,
  document: DocumentFacts | undefined,
  matches: MatchExpression,
): readonly Finding[] {
  return [
    ...findOrder(attachment),
    ...findMessages(attachment, document),
    ...findRequestOnly(attachment),
    ...findMutation(attachment, matches),
    ...findForwarding(attachment, document, matches),
    ...findSkip(attachment, document),
    ...findPreflights(attachment, document, matches),
    ...findManager(attachment),
  ];
}
