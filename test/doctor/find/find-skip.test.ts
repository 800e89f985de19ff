import { describe, expect, test } from "vitest";
import { codesOf, config, facts, type Parts, route } from "../small-config.ts";

describe("skipping", () => {
  const MATCHED = "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher";
  const skip = {
    typed_config: { "@type": "x/envoy.extensions.filters.common.matcher.action.v3.SkipFilter" },
  };
  const matcher = (match: object, patch: object = {}): object => ({
    predicate: {
      not_matcher: {
        single_predicate: {
          input: {
            typed_config: {
              "@type": "x/envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
              header_name: "Origin",
            },
          },
          value_match: match,
        },
      },
    },
    on_match: { action: skip },
    ...patch,
  });
  const wrapped = (xds_matcher: object): Parts => {
    const [inner] = [config().valueOf()];
    const plain = JSON.parse(JSON.stringify(inner)).static_resources.listeners[0].filter_chains[0]
      .filters[0].typed_config.http_filters[0];
    const typed_config = { "@type": MATCHED, extension_config: plain, xds_matcher };
    return { manager: { http_filters: [{ name: "corsd", typed_config }] } };
  };
  const list = (...matchers: readonly object[]): object => ({ matcher_list: { matchers } });
  const vary = (value: string): object => ({
    response_headers_to_add: [{ header: { key: "Vary", value } }],
  });
  const any = matcher({ safe_regex: { regex: ".*" } });

  test.each<[string, Parts, readonly string[]]>([
    ["without Vary", wrapped(list(any)), ["skip-without-vary"]],
    ["with it, of the virtual host", { ...wrapped(list(any)), host: vary("accept, origin") }, []],
    ["of the route configuration", { ...wrapped(list(any)), routeConfig: vary("Origin") }, []],
    ["of the route", { ...wrapped(list(any)), routes: [route("a", vary("Origin"))] }, []],
    ["another Vary", { ...wrapped(list(any)), host: vary("accept") }, ["skip-without-vary"]],
    [
      "any value by a prefix",
      { ...wrapped(list(matcher({ prefix: "" }))), host: vary("Origin") },
      [],
    ],
    ["some values", wrapped(list(matcher({ prefix: "https:" }))), ["skip-unknown"]],
    [
      "an expression for some",
      wrapped(list(matcher({ safe_regex: { regex: "https.*" } }))),
      ["skip-unknown"],
    ],
    ["two matchers", wrapped(list(any, any)), ["skip-unknown"]],
    ["no matcher", wrapped({}), ["skip-unknown"]],
    [
      "something for the rest",
      wrapped({ ...list(any), on_no_match: { action: skip } }),
      ["skip-unknown"],
    ],
    ["another action", wrapped(list(matcher({ prefix: "" }, { on_match: {} }))), ["skip-unknown"]],
    [
      "another predicate",
      wrapped(list(matcher({ prefix: "" }, { predicate: {} }))),
      ["skip-unknown"],
    ],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });

  test("requireOrigin cannot be kept; an open document needs no Vary", () => {
    const parts = wrapped(list(any));
    const document = facts({ requiresOrigin: true, isOpen: true });
    expect(codesOf(parts, document)).toEqual(["skip-require-origin"]);
    expect(codesOf(parts, facts({ isOpen: true }))).toEqual([]);
  });
});
