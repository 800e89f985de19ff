import type { At, PolicyDocument, Written, WrittenApplication, WrittenGroup } from "../document.ts";
import { quote } from "../quote.ts";
import type { Reader } from "./reader.ts";
import { suggest } from "./suggest.ts";

/** Which names are known for certain; where something could not be read, a missing name says nothing. */
export type Known = { readonly policies: boolean; readonly groups: boolean };

/** Reports names that stand for nothing, and gives the document without them. */
export function checkReferences(
  reader: Reader,
  document: PolicyDocument,
  known: Known,
): PolicyDocument {
  const policies = namesOf(document.policies);
  const groups = document.groups && namesOf(document.groups);
  const reportPolicy = known.policies ? reporter(reader, "policy", "policies") : ignore;
  const reportGroup = reporter(reader, "API group", "apiGroups");
  return {
    policies: document.policies,
    applications: document.applications.map((application) =>
      known.groups ? checkApplication(reader, application, groups, reportGroup) : application,
    ),
    groups: document.groups?.map((group): WrittenGroup => {
      return { ...group, policies: keepKnown(group.policies, policies, reportPolicy) };
    }),
  };
}

/** Keeps the first of each name, over all files, and reports the others. */
export function keepFirsts<T extends { readonly name: Written<string> }>(
  reader: Reader,
  items: readonly T[],
): readonly T[] {
  const firsts = new Map<string, At>();
  return items.filter(({ name: { value, at } }) => {
    const first = firsts.get(value);
    if (first === undefined) {
      if (value !== "") firsts.set(value, at);
      return true;
    }
    const { file, line } = first.place;
    const message = `the name ${quote(value)} stands already in ${quote(file)}, line ${line}`;
    reader.report(at, { code: "name-duplicate", value, message, fix: "write another name" });
    return false;
  });
}

type Report = (written: Written<string>, names: ReadonlySet<string>) => void;

function ignore(): void {
  // Something that was not readable may bear the name.
}

function checkApplication(
  reader: Reader,
  application: WrittenApplication,
  groups: ReadonlySet<string> | undefined,
  report: Report,
): WrittenApplication {
  const { apiGroups } = application;
  if (apiGroups?.kind !== "listed") return application;
  if (groups !== undefined) {
    const items = keepKnown(apiGroups.items, groups, report);
    return { ...application, apiGroups: { ...apiGroups, items } };
  }
  if (apiGroups.items.length > 0) {
    reader.report(apiGroups.at, {
      code: "reference-unknown",
      value: "[…]",
      message: "there are no `apiGroups` that an application could name",
      fix: 'leave the key out, or write `"*"`',
    });
  }
  return { ...application, apiGroups: { ...apiGroups, items: [] } };
}

function keepKnown(
  items: readonly Written<string>[],
  names: ReadonlySet<string>,
  report: Report,
): readonly Written<string>[] {
  return items.filter((each) => {
    if (names.has(each.value)) return true;
    report(each, names);
    return false;
  });
}

/** Most names that are compared with all others; a hostile document could name thousands among thousands. */
const MAX_SUGGESTIONS = 100;

/** Reports a name of nothing; `what` is the thing, `key` where things of its kind are written. */
function reporter(reader: Reader, what: string, key: string): Report {
  let left = MAX_SUGGESTIONS;
  return ({ value, at }, names) => {
    const { name, near } = suggest(value, left > 0 ? [...names] : []);
    left -= 1;
    const fix = near ? `write ${quote(name)}` : `add it to \`${key}\`, or remove it here`;
    const message = `there is no ${what} ${quote(value)}`;
    reader.report(at, { code: "reference-unknown", value, message, fix });
  };
}

function namesOf(items: readonly { readonly name: Written<string> }[]): ReadonlySet<string> {
  return new Set(items.map(({ name }) => name.value));
}
