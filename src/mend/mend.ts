import { decide } from "../cors/decide.ts";
import { readOrigin } from "../cors/origin.ts";
import type { Policy } from "../cors/policy.ts";
import type { Request } from "../cors/request.ts";
import { err, ok, type Result } from "../cors/result.ts";
import type { Snapshot } from "../cors/snapshot.ts";
import { parseOriginPattern } from "../policy/decode/written-pattern.ts";
import type { Libraries } from "../policy/libraries.ts";
import { quote } from "../policy/quote.ts";
import type { ResolvedDocument, ResolvedGroup } from "../policy/resolve-document.ts";
import { MAX_HEADER_NAME_LENGTH, MAX_LIST_TEXT_LENGTH } from "../policy/vocabulary/limits.ts";
import { cautionsOf } from "./cautions.ts";
import { type Change, changesOf } from "./changes.ts";
import { draftOf, settle, wholeExchange } from "./draft.ts";
import { applyEdit, type Edit } from "./edit.ts";
import { grantsOf } from "./grants.ts";
import { needOf } from "./need.ts";
import { OriginView } from "./origin-view.ts";
import { type EditedPolicy, snippetOf } from "./snippet.ts";

/** The smallest change of a document that lets a request through. */
export type Mend =
  /** Nothing is refused, and the browser finds all it asked for in the answer. */
  | { readonly kind: "allowed" }
  | {
      readonly kind: "change";
      /** All of them are needed. */
      readonly changes: readonly Change[];
      /** YAML of the changed part. */
      readonly snippet: string;
      /** Everything that is admitted anew, as `corsd diff` says it; for other requests too. */
      readonly grants: readonly string[];
      /** What is dangerous about it; often empty. */
      readonly cautions: readonly string[];
    }
  /** No change of the document does it: what to do instead. */
  | { readonly kind: "impossible"; readonly because: string };

/** The document in force: as it was resolved, as it runs, and what its origins are read with. */
export type InForce = {
  readonly document: ResolvedDocument<unknown>;
  readonly snapshot: Snapshot;
  readonly libraries: Libraries;
};

/**
 * Most policies of a group that are tried as the one to list an origin: the one that needs least besides is taken, the
 * first of several.
 */
const MAX_HOSTS = 16;

/**
 * The smallest change of the document with which the requests of one exchange are all granted: an actual request, or a
 * preflight, whose actual request is looked at too where it is not given. The change is made in memory and decided on
 * before it is proposed. The work is one pass over the origins of the groups that have a changed policy (100,000 in some
 * ten milliseconds), whatever else the document has.
 */
export function mend(inForce: InForce, requests: readonly Request[]): Mend {
  const { document, snapshot } = inForce;
  const exchange = wholeExchange(requests);
  for (const request of exchange) {
    const decision = decide(snapshot, request);
    const need = needOf(decision, request);
    if (need.kind === "impossible") return need;
    if (need.kind === "nothing") continue;
    const group = document.groups.find(({ name }) => name === decision.group);
    return group === undefined ? UNKNOWN : mendGroup(inForce, group, exchange);
  }
  return { kind: "allowed" };
}

/** The snapshot is of another document: a caller that lets a reload come in between is told, not wrongly advised. */
const UNKNOWN: Mend = {
  kind: "impossible",
  because: "the document has changed meanwhile; ask again",
};

const TOO_LONG: Mend = {
  kind: "impossible",
  because: "a list of the policy would become too long, or a name in it is; ask for fewer headers",
};

function mendGroup(
  { document, libraries }: InForce,
  group: ResolvedGroup<unknown>,
  exchange: readonly Request[],
): Mend {
  const view = new OriginView(exchange);
  const draft = draftOf(group, view);
  if (draft === undefined) return UNKNOWN;
  const origin = exchange[0]?.origin;
  const [first, ...others] = draft.policies
    .slice(0, MAX_HOSTS)
    .map((policy) =>
      settle(draft, exchange, { policy: policy.name, origin: listable(origin, policy, libraries) }),
    ) as [Attempt, ...Attempt[]];
  const best = others.reduce((before, each) => (isSmaller(each, before) ? each : before), first);
  if (!best.ok) return { kind: "impossible", because: best.error };
  const edits = best.value;
  const policies = group.members.flatMap((resolved): readonly EditedPolicy[] => {
    const own = edits.filter(({ policy }) => policy === resolved.policy.name);
    return own.length === 0 ? [] : [{ resolved, edits: own }];
  });
  if (policies.some((edited) => isTooLong(edited, view))) return TOO_LONG;
  return {
    kind: "change",
    changes: policies.flatMap(({ resolved, edits: own }) => changesOf(resolved, own)),
    snippet: snippetOf(policies),
    grants: grantsOf(document, edits, view),
    cautions: cautionsOf(policies, document.groups),
  };
}

type Attempt = Result<readonly Edit[], string>;

function isSmaller(a: Attempt, b: Attempt): boolean {
  return a.ok && (!b.ok || a.value.length < b.value.length);
}

/** The origin as an entry of this policy's list, or why it can be none. */
function listable(
  header: string | undefined,
  { name, access }: Policy,
  libraries: Libraries,
): Result<string, string> {
  const origin = readOrigin(header);
  if (origin.kind !== "tuple") {
    if (access.kind !== "credentialed") return ok("null");
    return err(
      `\`null\` cannot be admitted with the credentials of policy ${quote(name)}, since any page can have that origin; serve the page over https, outside of a sandboxed frame`,
    );
  }
  const { canonical } = origin.origin;
  const pattern = parseOriginPattern(canonical, libraries);
  if (pattern.ok) return ok(canonical);
  return err(`${pattern.error.message}, so no document can list it; correct what sends it`);
}

/** What a document's reader refuses as too long. */
function isTooLong({ resolved, edits }: EditedPolicy, view: OriginView): boolean {
  const { methods, headers } = edits.reduce(applyEdit, view.policy(resolved.policy));
  const isLongName = ({ key, value }: Edit): boolean =>
    key === "allowHeaders" && value.length > MAX_HEADER_NAME_LENGTH;
  return edits.some(isLongName) || [methods, headers].some(isLongList);
}

function isLongList(list: Policy["methods"]): boolean {
  return list.kind === "listed" && list.text.length > MAX_LIST_TEXT_LENGTH;
}
