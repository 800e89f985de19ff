import { err, ok, type Result } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";
import type { Difference } from "../difference.ts";
import type { Imported } from "../imported.ts";
import { type Found, isAbsent, isObject, JsonReader, rootsOf } from "../json-value.ts";
import { NameGiver } from "../policy-name.ts";
import type { WrittenGroup, WrittenPolicy } from "../written-document.ts";
import { readCors, type SpringCors } from "./spring-cors.ts";
import { isBelow, springPath } from "./spring-path.ts";
import { springPolicy } from "./spring-policy.ts";
import { property } from "./spring-property.ts";

/**
 * Reads `application.yml` of Spring Cloud Gateway: `globalcors` and the `cors` of routes. Spring asks the patterns in
 * order, routes first, and goes by the first that matches; here the longest path does.
 */
export function importSpringCloudGateway(
  inputs: readonly unknown[],
): Result<Imported, readonly string[]> {
  const reader = new JsonReader();
  const roots = rootsOf(inputs);
  for (const root of roots) reader.object(root);
  const plain = roots.filter((root) => profileOf(root) === undefined);
  const active = plain.length > 0 ? plain : roots;
  const names = new NameGiver();
  const policies: WrittenPolicy[] = [];
  const groups: WrittenGroup[] = [];
  const differences: Difference[] = roots.filter((root) => !active.includes(root)).map(ofProfile);
  const taken: string[] = [];
  for (const cors of readCors(active, reader)) {
    const name = names.give(cors.called);
    reader.object(cors.found);
    const made = springPolicy(name, finder(cors, reader), reader);
    const path = springPath(cors.pattern);
    const note = noteOf(cors, path, taken);
    if (path !== undefined) taken.push(path);
    policies.push(made.policy);
    groups.push({
      name,
      match: path === undefined || note !== undefined ? [] : [{ path }],
      policies: [name],
    });
    const { place } = cors.found;
    differences.push(...misspelt(cors, name), ...made.differences);
    if (note !== undefined) differences.push({ place, policy: name, text: note });
  }
  if (reader.errors.length > 0) return err(reader.errors);
  if (policies.length === 0) {
    return err([
      "/: there is no CORS configuration of Spring Cloud Gateway: neither `globalcors` nor a `cors` of a route",
    ]);
  }
  return ok({ document: { policies, apiGroups: groups }, differences });
}

function noteOf(
  { pattern }: SpringCors,
  path: string | undefined,
  before: readonly string[],
): string | undefined {
  if (path === undefined) {
    return `${quote(pattern)} is no prefix of paths: until Envoy names the group, its requests fall under another, or none`;
  }
  const upper = before.find((each) => isBelow(each, path));
  if (upper === undefined) return undefined;
  return `${quote(pattern)} never applied, since ${quote(upper)} was asked before: the group matches nothing`;
}

/** Where a property of the configuration stands. */
function finder({ found, isRelaxed }: SpringCors, reader: JsonReader): (key: string) => Found {
  return (key) => (isRelaxed ? property(found, [key]) : reader.under(found, key));
}

const KEYS = /^(?:allow|exposed|max)/i;

function misspelt({ found, isRelaxed }: SpringCors, policy: string): readonly Difference[] {
  if (isRelaxed || !isObject(found.value)) return [];
  const keys = Object.keys(found.value).filter((key) => KEYS.test(key) && /[-_]/.test(key));
  return keys.map((key) => {
    const text = `${quote(key)} is left out: in the metadata of a route only camel case is read`;
    return { place: found.place, policy, text };
  });
}

function profileOf(root: Found): string | undefined {
  const found = ["config.activate.onProfile", "profiles"]
    .map((path) => property(root, ["spring", ...path.split(".")]))
    .find((each) => !isAbsent(each) && !isObject(each.value));
  return found === undefined ? undefined : String(found.value);
}

function ofProfile(root: Found): Difference {
  const text = `the document of the profile ${quote(`${profileOf(root)}`)} is left out: import it on its own`;
  return { place: root.place, policy: undefined, text };
}
