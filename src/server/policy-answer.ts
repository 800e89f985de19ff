import type { PolicyQuery } from "../admin/site.ts";
import type { Steps } from "../cors/steps.ts";
import {
  describeApplication,
  describeGroup,
  describePolicy,
  type Plain,
  type PlainObject,
} from "../policy/describe.ts";
import { plainProblem } from "../policy/problem.ts";
import type { RunningDocument } from "../source/snapshot-steps.ts";
import type { Source } from "../source/source.ts";
import { inSlices } from "../source/steps.ts";

/**
 * The policy in force as JSON: what is known of it, and the document as it is understood; with a tag only policies that
 * have it, and the groups that they are in. A document of 100,000 origins takes half a second, so it is written in
 * slices. With a limit what can be long is cut, and its length told beside it.
 */
export async function answerPolicy(source: Source, { tag, limit }: PolicyQuery): Promise<string> {
  const { revision, since, isStale, problems } = source.status();
  const document = await source.document();
  const { groups, policies, applications } = selected(document, tag);
  const head = JSON.stringify({
    revision,
    loadedAt: new Date(since).toISOString(),
    stale: isStale,
    ...(limit === undefined ? {} : { problemCount: problems.length }),
    problems: problems.slice(0, limit).map(plainProblem),
  });
  const steps = write(head, [
    ["apiGroups", groups.map((group) => () => describeGroup(group))],
    [
      "policies",
      policies.map((policy) => () => withLimit(describePolicy(policy), "allowOrigins", limit)),
    ],
    [
      "applications",
      applications.map((each) => () => withLimit(describeApplication(each), "origins", limit)),
    ],
  ]);
  return inSlices(steps);
}

function withLimit(
  described: PlainObject,
  key: "allowOrigins" | "origins",
  limit: number | undefined,
): Plain {
  const { [key]: list } = described;
  if (limit === undefined || !Array.isArray(list)) return described;
  return { ...described, [key]: list.slice(0, limit), originCount: list.length };
}

type List = readonly [key: string, items: readonly (() => Plain)[]];

/** Adds these lists to an object that is written, a step for each item. */
function* write(object: string, lists: readonly List[]): Steps<string> {
  let text = object.slice(0, -1);
  for (const [key, items] of lists) {
    const written: string[] = [];
    for (const describe of items) {
      written.push(JSON.stringify(describe()));
      yield;
    }
    text += `,${JSON.stringify(key)}:[${written.join(",")}]`;
  }
  return `${text}}`;
}

function selected(document: RunningDocument, tag: string | undefined): RunningDocument {
  if (tag === undefined) return document;
  const isTagged = ({ written }: RunningDocument["policies"][number]): boolean =>
    written.tags.includes(tag);
  const groups = document.groups.filter(({ members }) => members.some(isTagged));
  return {
    groups,
    policies: document.policies.filter(isTagged),
    applications: document.applications.filter((application) =>
      groups.some((group) => isOf(group, application)),
    ),
  };
}

function isOf(
  { applications, everywhere }: RunningDocument["groups"][number],
  application: RunningDocument["applications"][number],
): boolean {
  return applications.includes(application) || everywhere.includes(application);
}
