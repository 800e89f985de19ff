import {
  type ApplicationIndex,
  type Chain,
  indexApplications,
  indexPolicies,
  linkChain,
  type PolicyIndex,
} from "../cors/chain.ts";
import type { KnownIndexes } from "../cors/layered-index.ts";
import type { Policy } from "../cors/policy.ts";
import type { Group, Snapshot } from "../cors/snapshot.ts";
import { atOnce, type Steps } from "../cors/steps.ts";
import { decodeDocument, type FileNode } from "./decode/decode.ts";
import type { PolicyDocument } from "./document.ts";
import type { Libraries } from "./libraries.ts";
import { lintRelations, lintValues } from "./lint/lint.ts";
import { type Problem, printableProblem } from "./problem.ts";
import { limitProblems } from "./problem-limit.ts";
import {
  activeMembers,
  hasShadow,
  type ResolvedApplication,
  type ResolvedDocument,
  type ResolvedGroup,
  resolveDocument,
} from "./resolve-document.ts";
import { compileScope, type ScopedGroup } from "./scope/scope.ts";

/** A document as it was understood, and what is wrong with it. */
export type Judged = {
  /** Errors and warnings, by file, line and column. */
  readonly problems: readonly Problem[];
  /** What could be understood. */
  readonly document: PolicyDocument;
  readonly resolved: ResolvedDocument;
  /** False where there is an error: a document is used whole or not at all. */
  readonly usable: boolean;
};

export type Compiled = Judged & {
  /** Undefined where the document is not usable. */
  readonly snapshot: Snapshot | undefined;
};

/** From parsed files to the running form: {@link judgeDocument}. The revision names their content. */
export function compileDocument(
  files: readonly FileNode[],
  revision: string,
  libraries: Libraries,
  complete = true,
): Compiled {
  const judged = judgeDocument(files, libraries, complete);
  const snapshot = judged.usable ? compileSnapshot(judged.resolved, revision) : undefined;
  return { ...judged, snapshot };
}

/**
 * Understands and judges parsed files, in name order. Values that decode are judged even where others do not, so that one
 * report holds every problem; relations are not, since a part that is missing would look like a mistake of its own.
 * `complete`: these are all of the document's files; others could not be read if not, and then it is not usable.
 */
export function judgeDocument(
  files: readonly FileNode[],
  libraries: Libraries,
  complete = true,
): Judged {
  const { document, problems: faults } = decodeDocument(files, libraries, complete);
  const resolved = resolveDocument(document);
  const isWhole = complete && faults.length === 0;
  const found = [
    ...faults,
    ...lintValues(resolved, libraries),
    ...(isWhole ? lintRelations(resolved) : []),
  ];
  const problems = inOrder(limitProblems(inOrder(found, files)), files).map(printableProblem);
  const usable = isWhole && problems.every(({ severity }) => severity === "warning");
  return { problems, document, resolved, usable };
}

function inOrder(problems: readonly Problem[], files: readonly FileNode[]): readonly Problem[] {
  const ranks = new Map(files.map(({ file }, rank) => [file, rank]));
  const rank = ({ file }: Problem): number => Number(ranks.get(file));
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

/** The running form of a document without errors. */
export function compileSnapshot(resolved: ResolvedDocument<unknown>, revision: string): Snapshot {
  return atOnce(compileSteps(resolved, revision));
}

/** {@link compileSnapshot} for who has other work to do in between. */
export function* compileSteps(
  resolved: ResolvedDocument<unknown>,
  revision: string,
): Steps<Snapshot> {
  const links = new Links();
  const groups: ScopedGroup[] = [];
  for (const group of resolved.groups) {
    groups.push({ group: yield* links.group(group), match: group.match });
    yield;
  }
  const members = resolved.groups.flatMap((group) => activeMembers(group, "rehearsed"));
  return {
    revision,
    needs: {
      route: resolved.groups.some(({ match }) => match.some(({ route }) => route !== undefined)),
      httpVersion: members.some(({ policy }) => policy.httpVersions !== undefined),
    },
    select: compileScope(groups),
  };
}

/** Links groups over indexes that are made once: many groups have the same policies, and all have some applications. */
class Links {
  readonly #policies: Map<string, PolicyIndex> = new Map();
  readonly #applications: Map<readonly ResolvedApplication<unknown>[], ApplicationIndex> =
    new Map();
  readonly #long: KnownIndexes = new Map();

  *group(group: ResolvedGroup<unknown>): Steps<Group> {
    return {
      name: group.name,
      enforced: yield* this.#chain(group, "enforcing"),
      rehearsed: hasShadow(group) ? yield* this.#chain(group, "rehearsed") : undefined,
    };
  }

  *#chain(
    group: ResolvedGroup<unknown>,
    modes: "enforcing" | "rehearsed",
  ): Steps<Chain | undefined> {
    const policies = activeMembers(group, modes).map(({ policy }) => policy);
    const [first, ...rest] = policies;
    if (first === undefined) return undefined;
    const applications: ApplicationIndex[] = [];
    for (const list of [group.applications, group.everywhere]) {
      if (list.length > 0) applications.push(yield* this.#admitted(list));
    }
    return linkChain([first, ...rest], yield* this.#admits(policies), applications);
  }

  *#admits(policies: readonly Policy[]): Steps<PolicyIndex> {
    // Names hold no blank, so a list of them is its own key.
    const key = policies.map(({ name }) => name).join(" ");
    const index = this.#policies.get(key) ?? (yield* indexPolicies(policies, this.#long));
    this.#policies.set(key, index);
    return index;
  }

  *#admitted(list: readonly ResolvedApplication<unknown>[]): Steps<ApplicationIndex> {
    const applications = list.map(({ application }) => application);
    const index =
      this.#applications.get(list) ?? (yield* indexApplications(applications, this.#long));
    this.#applications.set(list, index);
    return index;
  }
}
