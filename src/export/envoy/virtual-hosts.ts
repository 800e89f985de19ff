import { hostMatchText } from "../../policy/pattern-text.ts";
import type { ResolvedGroup } from "../../policy/resolve-document.ts";
import type { Condition } from "../../policy/scope/scope.ts";
import type { CorsPolicy, PerFilterConfig } from "./cors-policy.ts";

// `envoy.config.route.v3.VirtualHost`, so far as it is written here.

export type VirtualHost = {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
};

export type Route = {
  /** Of the group. */
  readonly name?: string;
  readonly match: { readonly prefix: "/" } | { readonly path_separated_prefix: string };
  readonly route: { readonly cluster: string };
  readonly typed_per_filter_config?: PerFilterConfig;
};

/** A group with what it becomes; undefined where it is passed through. */
export type RoutedGroup = {
  readonly group: ResolvedGroup;
  readonly corsPolicy: CorsPolicy | undefined;
};

type Entry = RoutedGroup & { readonly condition: Condition };

/**
 * A virtual host for each host that the groups name, with its routes in the order in which corsd looks groups up. Envoy
 * stays in the virtual host of the longest domain, where corsd goes on to shorter ones: so the routes of those follow.
 */
export function virtualHosts(
  groups: readonly RoutedGroup[],
  cluster: string,
): readonly VirtualHost[] {
  const entries = groups.flatMap((routed) =>
    routed.group.match
      .filter(({ route }) => route === undefined)
      .map((condition): Entry => ({ ...routed, condition })),
  );
  const domains = new Set(entries.map(domainOf));
  return [...domains].map((domain) => ({
    name: domain,
    domains: [domain],
    routes: routesOf(
      wider(domain, domains).flatMap((each) => byPath(entries, each)),
      cluster,
    ),
  }));
}

const ANY = "*";

function domainOf({ condition: { host } }: Entry): string {
  return host === undefined ? ANY : hostMatchText(host);
}

/** The domain and those that hold it, longest first. */
function wider(domain: string, domains: ReadonlySet<string>): readonly string[] {
  const name = domain.startsWith("*.") ? domain.slice(2) : domain;
  const holds = (other: string): boolean =>
    other.startsWith("*.") && other !== domain && name.endsWith(other.slice(1));
  const above = [...domains].filter(holds).toSorted((a, b) => b.length - a.length);
  const any = domain !== ANY && domains.has(ANY) ? [ANY] : [];
  return [domain, ...above, ...any];
}

/** Longest path first; of two with the same the first in document order stands, as in corsd. */
function byPath(entries: readonly Entry[], domain: string): readonly Entry[] {
  return entries
    .filter((entry) => domainOf(entry) === domain)
    .toSorted((a, b) => pathOf(b).length - pathOf(a).length);
}

function pathOf({ condition: { path = "/" } }: Entry): string {
  return path;
}

/** Up to the first that takes every path; where none does, the rest is routed without a policy. */
function routesOf(entries: readonly Entry[], cluster: string): readonly Route[] {
  const paths = entries.map(pathOf);
  const isReached = (path: string, at: number): boolean =>
    !paths.slice(0, at).some((earlier) => covers(earlier, path));
  const routes = entries
    .filter((entry, at) => isReached(pathOf(entry), at))
    .map((entry) => routeOf(entry, cluster));
  return paths.includes("/") ? routes : [...routes, { match: { prefix: "/" }, route: { cluster } }];
}

function covers(prefix: string, path: string): boolean {
  return prefix === "/" || path === prefix || path.startsWith(`${prefix}/`);
}

function routeOf(entry: Entry, cluster: string): Route {
  const path = pathOf(entry);
  const { group, corsPolicy } = entry;
  return {
    name: group.name,
    match: path === "/" ? { prefix: "/" } : { path_separated_prefix: path },
    route: { cluster },
    ...(corsPolicy === undefined
      ? {}
      : { typed_per_filter_config: { "envoy.filters.http.cors": corsPolicy } }),
  };
}
