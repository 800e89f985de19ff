import { err, ok, type Result } from "../../cors/result.ts";
import type { Difference } from "../difference.ts";
import type { Imported } from "../imported.ts";
import { type Found, JsonReader, rootsOf } from "../json-value.ts";
import { NameGiver } from "../policy-name.ts";
import type { WrittenGroup, WrittenPolicy } from "../written-document.ts";
import { type CorsPlugin, type KongRoute, readKong } from "./kong-entities.ts";
import { type KongMatch, matchOf, mayOverlap } from "./kong-match.ts";
import { kongPolicy } from "./kong-policy.ts";

/**
 * Reads declarative configurations of Kong (`deck gateway dump`, DB-less). Of all cors plugins that concern a request Kong
 * runs one: that of the route, else of the service, else the global one. So every route is a group with one policy.
 */
export function importKong(inputs: readonly unknown[]): Result<Imported, readonly string[]> {
  const reader = new JsonReader();
  const { plugins: all, routes } = readKong(rootsOf(inputs), reader);
  const plugins = all.filter(({ scope }) => scope.kind !== "consumer");
  const names = new NameGiver();
  const named = plugins.map((plugin) => ({ plugin, name: names.give(plugin.called) }));
  const made = named.map(({ plugin, name }) => kongPolicy(plugin, name, reader));
  if (reader.errors.length > 0) return err(reader.errors);
  if (plugins.length === 0) return err(["/: there is no cors plugin that is enabled"]);
  const nameOf = (plugin: CorsPlugin | undefined): string | undefined =>
    named.find((each) => each.plugin === plugin)?.name;
  const matched = routes.map((route) => ({ route, match: matchOf(route) }));
  return ok({
    document: {
      preset: "fetch",
      policies: made.map(({ policy }): WrittenPolicy => policy),
      apiGroups: groupsOf(matched, plugins, nameOf),
    },
    differences: [
      ...SEGMENTS.filter(() => routes.some(({ paths }) => paths.length > 0)),
      ...all.filter(({ scope }) => scope.kind === "consumer").map(({ found }) => ofConsumer(found)),
      ...made.flatMap(({ differences }) => differences),
      ...matched.flatMap(({ route, match }) => {
        const policy = nameOf(pluginOf(route, plugins));
        return policy === undefined ? [] : match.notes.map((note) => ({ ...note, policy }));
      }),
    ],
  });
}

const SEGMENTS: readonly Difference[] = [
  {
    place: "paths",
    policy: undefined,
    text: "a path is a prefix by whole segments: `/orders` no longer stands for `/orders2`, and `/orders/` now for `/orders` too",
  },
];

/** Kong runs cors before it knows who asks. */
function ofConsumer({ place }: Found): Difference {
  const text = "a cors plugin of a consumer is never run by Kong; it is left out";
  return { place, policy: undefined, text };
}

type Matched = { readonly route: KongRoute; readonly match: KongMatch };

function groupsOf(
  matched: readonly Matched[],
  plugins: readonly CorsPlugin[],
  nameOf: (plugin: CorsPlugin | undefined) => string | undefined,
): readonly WrittenGroup[] {
  const names = new NameGiver();
  const everywhere = plugins.find(({ scope }) => scope.kind === "global");
  const isOwn = ({ route }: Matched): boolean => pluginOf(route, plugins) !== everywhere;
  const own = matched.filter(isOwn).flatMap(({ match }) => match.entries);
  // Any other route needs a group only where a shorter path of these would take its requests.
  const groups = matched
    .filter((each) => isOwn(each) || mayOverlap(each.match.entries, own))
    .map(({ route, match }): WrittenGroup => {
      const policy = nameOf(pluginOf(route, plugins));
      const policies = policy === undefined ? [] : [policy];
      return { name: names.give(route.called), match: match.entries, policies };
    });
  const policy = nameOf(everywhere);
  if (policy === undefined) return groups;
  return [
    ...groups,
    { name: names.give("everything"), match: [{ path: "/" }], policies: [policy] },
  ];
}

/** The plugin that Kong runs on a route. */
function pluginOf(route: KongRoute, plugins: readonly CorsPlugin[]): CorsPlugin | undefined {
  return (
    plugins.find(({ scope }) => scope.kind === "route" && scope.of === route) ??
    plugins.find(({ scope }) => scope.kind === "service" && scope.of === route.service) ??
    plugins.find(({ scope }) => scope.kind === "global")
  );
}
