import { err, ok, type Result } from "../../cors/result.ts";
import { quote } from "../../policy/quote.ts";
import type { Difference } from "../difference.ts";
import type { Imported } from "../imported.ts";
import { isAbsent, JsonReader, rootsOf } from "../json-value.ts";
import { NameGiver } from "../policy-name.ts";
import type { WrittenGroup, WrittenPolicy } from "../written-document.ts";
import { type GraviteeApi, type GraviteePath, readApi } from "./gravitee-api.ts";
import { graviteePolicy } from "./gravitee-policy.ts";

/** Reads API definitions of Gravitee, version 2 and 4: each is a policy and a group. */
export function importGravitee(inputs: readonly unknown[]): Result<Imported, readonly string[]> {
  const reader = new JsonReader();
  const apis = rootsOf(inputs).flatMap((root) => readApi(root, reader) ?? []);
  const names = new NameGiver();
  const groups: WrittenGroup[] = [];
  const policies: WrittenPolicy[] = [];
  const differences: Difference[] = [];
  for (const api of apis.filter(({ cors, paths }) => !isAbsent(cors) || paths.length > 0)) {
    const name = names.give(api.called);
    // An API without CORS has a group too: one with a shorter path would take its requests.
    const made = isAbsent(api.cors) ? [] : [graviteePolicy(api.cors, name, reader)];
    policies.push(...made.map(({ policy }) => policy));
    const matched = matchOf(api, name);
    groups.push({ name, match: matched.match, policies: made.map(({ policy }) => policy.name) });
    differences.push(...made.flatMap((each) => each.differences), ...matched.differences);
  }
  if (reader.errors.length > 0) return err(reader.errors);
  if (policies.length === 0) return err(["/: there is no API with `cors`"]);
  return ok({ document: { preset: "gravitee", policies, apiGroups: groups }, differences });
}

type Matched = {
  readonly match: WrittenGroup["match"];
  readonly differences: readonly Difference[];
};

function matchOf({ paths }: GraviteeApi, policy: string): Matched {
  const isPlain = ({ host }: GraviteePath): boolean => host === undefined || !/:[0-9]+$/.test(host);
  return {
    match: paths.filter(isPlain).map(({ host, path }) => {
      return host === undefined ? { path } : { host, path };
    }),
    differences: paths
      .filter((each) => !isPlain(each))
      .map(({ place, host, path }) => {
        const where = quote(`${host}${path}`);
        return {
          place,
          policy,
          text: `requests to ${where} fall under another group, or none: a host has no port here`,
        };
      }),
  };
}
