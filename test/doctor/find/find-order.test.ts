import { describe, expect, test } from "vitest";
import { codesOf, filter, type Parts, route } from "../small-config.ts";

describe("order", () => {
  const rbac = filter("who", "rbac.v3.RBAC");
  const limit = filter("limit", "ratelimit.v3.RateLimit");
  const cors = filter("cors", "cors.v3.Cors");
  const policy = (patch: object): object => ({
    typed_per_filter_config: {
      cors: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
        ...patch,
      },
    },
  });

  test.each<[string, Parts, readonly string[]]>([
    [
      "two that know who somebody is",
      { front: [rbac, filter("jwt", "jwt_authn.v3.JwtAuthentication")] },
      ["after-authentication"],
    ],
    ["a rate limit", { front: [limit] }, ["after-refusing-filter"]],
    ["one that refuses nothing", { front: [filter("lua", "lua.v3.Lua")] }, []],
    ["the native filter alone", { front: [cors] }, []],
    [
      "with a policy of a route",
      { front: [cors], routes: [route("a", policy({}))] },
      ["native-cors-policy"],
    ],
    [
      "with one that is switched off",
      { front: [cors], host: policy({ filter_enabled: { default_value: {} } }) },
      [],
    ],
    [
      "with one for some",
      { front: [cors], host: policy({ filter_enabled: { default_value: { numerator: 1 } } }) },
      ["native-cors-policy"],
    ],
    [
      "with one of another filter",
      { front: [filter("other", "cors.v3.Cors")], host: policy({}) },
      [],
    ],
    ["with something else of its name", { front: [cors], host: policy({ "@type": "x/y.Z" }) }, []],
  ])("%s", (_, parts, codes) => {
    expect(codesOf(parts)).toEqual(codes);
  });
});
