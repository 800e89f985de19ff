import { quote } from "../../policy/quote.ts";
import type { ResolvedDocument, ResolvedGroup } from "../../policy/resolve-document.ts";
import type { Loss } from "../loss.ts";
import type { PerFilterConfig } from "./cors-policy.ts";
import { exportGroup } from "./export-group.ts";
import { type RoutedGroup, type VirtualHost, virtualHosts } from "./virtual-hosts.ts";

/** What Envoy's native filter `envoy.filters.http.cors` is given to do the same, as far as it can. */
export type EnvoyExport = {
  /** A part of `envoy.config.route.v3.RouteConfiguration`. */
  readonly route_config: {
    readonly ignore_port_in_host_matching: true;
    readonly virtual_hosts: readonly VirtualHost[];
  };
  /** What belongs on routes that exist already, by their names. */
  readonly named_routes: Readonly<
    Record<string, { readonly typed_per_filter_config: PerFilterConfig }>
  >;
  readonly losses: readonly Loss[];
};

/** `cluster`: where the routes lead to. */
export function exportEnvoy(document: ResolvedDocument, cluster: string): EnvoyExport {
  const exported = document.groups.map((group) => ({ group, ...exportGroup(group) }));
  return {
    route_config: {
      ignore_port_in_host_matching: true,
      virtual_hosts: virtualHosts(exported, cluster),
    },
    named_routes: namedRoutes(exported),
    losses: [
      ...ALWAYS_LOST.map((text) => ({ group: undefined, policy: undefined, text })),
      ...exported.flatMap(({ group, losses }) => [...matchLosses(group), ...losses]),
    ],
  };
}

const ALWAYS_LOST: readonly string[] = [
  "no answer has Vary: Origin, so nothing may cache answers on their way, browsers excepted",
  "what the service itself sends as CORS headers stays, in answers to origins that are not admitted",
  "the Origin is compared as text: in upper case or with a default port, as no browser sends it, it is not admitted",
  "paths are matched as Envoy has them: normalize them, or odd ones (`//orders`) pass by their policy",
  "a preflight is answered with Access-Control-Expose-Headers too, and only where a route is found",
  "nothing explains, logs or counts decisions, but for `cors.origin_valid` and `cors.origin_invalid`",
];

/** An entry with a route's name goes before every other in corsd too. */
function namedRoutes(groups: readonly RoutedGroup[]): EnvoyExport["named_routes"] {
  const named = groups
    .flatMap(({ group, corsPolicy }) => group.match.map(({ route }) => ({ route, corsPolicy })))
    .flatMap(({ route, corsPolicy }) =>
      route === undefined || corsPolicy === undefined ? [] : [{ route, corsPolicy }],
    )
    .map(
      ({ route, corsPolicy }) =>
        [route, { typed_per_filter_config: { "envoy.filters.http.cors": corsPolicy } }] as const,
    );
  return Object.fromEntries(named.toReversed());
}

function matchLosses({ name, match, written }: ResolvedGroup): readonly Loss[] {
  const lose = (text: string): Loss => ({ group: name, policy: undefined, text });
  const narrowed = match.filter(
    ({ host, path, route }) => route !== undefined && (host ?? path) !== undefined,
  );
  return [
    ...(written !== undefined && match.length === 0
      ? [lose("it matches nothing by itself, so there is no route for its policy")]
      : []),
    ...narrowed.map(({ route }) =>
      lose(
        `the policy belongs on the route ${quote(String(route))} whatever the host and the path, which an entry names too`,
      ),
    ),
  ];
}
