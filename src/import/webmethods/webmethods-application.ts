import type { Difference } from "../difference.ts";
import type { Found, JsonReader } from "../json-value.ts";
import { notesOf, patternsOf } from "../origin-list.ts";
import { NameGiver } from "../policy-name.ts";
import type { WrittenApplication, WrittenGroup } from "../written-document.ts";
import { webmethodsOrigin } from "./webmethods-policy.ts";

/** A group as it was made, and what it was made of. */
export type ApiGroup = {
  readonly group: WrittenGroup;
  /** The id of its API. */
  readonly id: string | undefined;
  readonly differences: readonly Difference[];
};

type Application = {
  /** Undefined for one without origins. */
  readonly application: WrittenApplication | undefined;
  readonly differences: readonly Difference[];
};

export function readApplications(
  applications: readonly Found[],
  groups: readonly ApiGroup[],
  reader: JsonReader,
): readonly Application[] {
  const names = new NameGiver();
  return applications.map((found) => {
    const name = names.give(reader.text(reader.under(found, "name")) ?? "application");
    return readApplication(found, name, groups, reader);
  });
}

function readApplication(
  found: Found,
  name: string,
  groups: readonly ApiGroup[],
  reader: JsonReader,
): Application {
  const origins = (reader.texts(reader.under(found, "jsOrigins")) ?? []).map(webmethodsOrigin);
  const consumed = reader.texts(reader.under(found, "consumingAPIs")) ?? [];
  const isSuspended = reader.flag(reader.under(found, "isSuspended")) === true;
  const difference = (text: string): Difference => {
    return { place: found.place, policy: undefined, text };
  };
  if (origins.length === 0) return { application: undefined, differences: [] };
  if (isSuspended) {
    const text = "the application is suspended, so its JavaScript origins are left out";
    return { application: undefined, differences: [difference(text)] };
  }
  const apiGroups = groups
    .filter(({ id }) => id !== undefined && consumed.includes(id))
    .map(({ group }) => group.name);
  const patterns = patternsOf(origins);
  const nowhere = "the application consumes no API among the files, so no group admits it";
  return {
    application: { name, origins: patterns === "*" ? ["*"] : patterns, apiGroups },
    differences: [...notesOf(origins), ...(apiGroups.length === 0 ? [nowhere] : [])].map(
      difference,
    ),
  };
}
