import { describe, expect, test } from "vitest";
import { codesOf, config, facts, findingsIn, group, type Parts, route } from "../small-config.ts";

describe("groups", () => {
  const byRoute = facts({
    groups: new Map([
      ["orders", { routes: ["orders"], hasOtherMatches: false }],
      ["reports", { routes: ["reports", "report"], hasOtherMatches: false }],
    ]),
  });

  test("a name that the document does not have, once", () => {
    const routes = [
      route("a", group("ordres")),
      route("b", group("ordres")),
      route("c", group("orders")),
    ];
    const found = findingsIn(config({ routes }), facts());
    expect(found).toMatchObject([{ code: "group-unknown", place: { route: "a" } }]);
  });

  test("one of the filter itself", () => {
    const metadata = { initial_metadata: [{ key: "x-corsd-group", value: "all" }] };
    const [found] = findingsIn(config({ extProc: { grpc_service: metadata } }), facts());
    expect(found).toMatchObject({ code: "group-unknown", place: { filter: "corsd" } });
  });

  test("route names that are nowhere", () => {
    const found = findingsIn(config(), byRoute);
    expect(found).toMatchObject([{ code: "route-unknown", place: { pointer: "" } }]);
    expect(found[0]?.message).toContain("`reports`, `report`");
  });

  test.each<[string, Parts]>([
    ["there are no routes", { manager: { route_config: null } }],
    ["they come when they are asked for", { routeConfig: { vhds: {} } }],
    ["a matcher stands for them", { host: { matcher: {} } }],
  ])("nothing is said where %s", (_, parts) => {
    expect(codesOf(parts, byRoute)).toEqual([]);
  });

  test("a route that no group goes by", () => {
    const routes = ["orders", "reports", "report", "health"].map((name) => route(name));
    const found = findingsIn(config({ routes }), byRoute);
    expect(found).toMatchObject([{ code: "route-without-group", place: { virtualHost: "all" } }]);
    expect(found[0]?.message).toContain("`health`");
  });

  test("a document without groups is for everything", () => {
    expect(codesOf({}, facts({ groups: new Map() }))).toEqual([]);
  });
});
