import type { DocumentFacts } from "../../doctor/document-facts.ts";
import { activeMembers, type ResolvedDocument } from "../../policy/resolve-document.ts";

/** What a document asks of the deployment. Shadow policies count: they are to be enforced one day. */
export function documentFacts({ groups }: ResolvedDocument): DocumentFacts {
  const policies = groups
    .flatMap((group) => activeMembers(group, "rehearsed"))
    .map(({ policy }) => policy);
  return {
    groups: new Map(
      groups.map(({ name, match }) => [
        name,
        {
          routes: match.flatMap(({ route }) => route ?? []),
          hasOtherMatches: match.some(({ route }) => route === undefined),
        },
      ]),
    ),
    needsRouteName: groups.some(({ match }) => match.some(({ route }) => route !== undefined)),
    needsHttpVersion: policies.some(({ httpVersions }) => httpVersions !== undefined),
    requiresOrigin: policies.some(({ requireOrigin }) => requireOrigin),
    continuesPreflights: policies.some(({ preflight }) => preflight === "continue"),
    exposesEverything: policies.some(
      ({ exposed, access }) => exposed.kind === "any" && access.kind === "credentialed",
    ),
    isOpen: policies.every(({ access }) => access.kind === "anyone"),
  };
}
