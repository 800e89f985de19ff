import type { Place } from "../place.ts";
import { at, entries, isOn, isThere, items, type Spot, textOf, textsOf, typeOf } from "../spot.ts";
import { type RouteMatch, readRouteMatch } from "./route-match.ts";
import type { MatchExpression } from "./string-matcher.ts";

/** What one level of a route configuration says to one filter. */
export type PerFilter = {
  /** The name of the filter that it is for. */
  readonly filter: string;
  /** Full name of the message. */
  readonly type: string;
  /** Said by the wrapper that every filter has (`route.v3.FilterConfig`). */
  readonly disabled: boolean;
  readonly config: Spot;
};

/** An entry of `response_headers_to_add`. */
export type AddedHeader = {
  readonly name: string;
  readonly value: string;
  /** As it stands there. */
  readonly written: unknown;
};

/** What a route configuration, a virtual host or a route adds to what stands above it. */
export type Level = {
  readonly perFilter: readonly PerFilter[];
  /** In lower case. */
  readonly removes: readonly string[];
  readonly adds: readonly AddedHeader[];
};

export type Route = Level & {
  readonly place: Place;
  readonly name: string;
  /** What people call it by: its name, or its number in the virtual host. */
  readonly called: string;
  readonly match: RouteMatch;
};

export type VirtualHost = Level & {
  readonly place: Place;
  readonly routes: readonly Route[];
  /** The routes come one by one, as they are asked for, or by a matcher: not all of them can be seen. */
  readonly isPartial: boolean;
  /** What the route configuration says for all of its virtual hosts. */
  readonly above: Level;
};

/** The virtual hosts of a `RouteConfiguration`, which is used at that place. */
export function readVirtualHosts(
  spot: Spot,
  owner: Place,
  matches: MatchExpression,
): readonly VirtualHost[] {
  const above = readLevel(spot);
  const isPartial = isThere(at(spot, "vhds"));
  return items(at(spot, "virtual_hosts")).map((host) => {
    const place = { ...owner, virtualHost: textOf(at(host, "name")), pointer: host.pointer };
    const routes = items(at(host, "routes")).map((route, index) => {
      const name = textOf(at(route, "name"));
      const called = name === "" ? String(index) : name;
      return {
        ...readLevel(route),
        name,
        called,
        place: { ...place, route: called, pointer: route.pointer },
        match: readRouteMatch(at(route, "match"), matches),
      };
    });
    return {
      ...readLevel(host),
      place,
      routes,
      isPartial: isPartial || isThere(at(host, "matcher")),
      above,
    };
  });
}

function readLevel(spot: Spot): Level {
  return {
    perFilter: entries(at(spot, "typed_per_filter_config")).map(readPerFilter),
    removes: textsOf(at(spot, "response_headers_to_remove")).map((name) => name.toLowerCase()),
    adds: items(at(spot, "response_headers_to_add")).map(readAdded),
  };
}

function readPerFilter([filter, written]: readonly [string, Spot]): PerFilter {
  const type = typeOf(written);
  if (type !== "envoy.config.route.v3.FilterConfig") {
    return { filter, type, disabled: false, config: written };
  }
  const config = at(written, "config");
  return { filter, type: typeOf(config), disabled: isOn(at(written, "disabled")), config };
}

function readAdded(spot: Spot): AddedHeader {
  return {
    name: textOf(at(spot, "header", "key")).toLowerCase(),
    value: textOf(at(spot, "header", "value")),
    written: spot.value,
  };
}
