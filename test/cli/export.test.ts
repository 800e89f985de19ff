import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { blocksOf } from "../markdown.ts";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

const PAGE = "docs/exporting.md";
const [written, exported] = blocksOf({ path: PAGE, text: readFileSync(PAGE, "utf8") });

describe(PAGE, () => {
  const file = policyFiles({ "policies.yaml": written?.text ?? "" });

  test("shows what becomes of its document", async () => {
    const { out, code } = await runCorsd(["export", "envoy", file("policies.yaml")]);
    expect([code, exported?.info, exported?.text]).toEqual([0, "yaml exported", out]);
  });
});

describe("corsd export envoy", () => {
  const file = policyFiles({
    "policies.yaml": `
preset: envoy
policies:
  - name: web
    allowOrigins: [https://app.example.com]
    preflight: continue
apiGroups:
  - name: orders
    match: [{host: api.example.com, path: /orders}, {route: orders-route}]
    policies: [web]
`,
    "plain.yaml": "policies: [{name: web, allowOrigins: [https://app.example.com]}]\n",
    "bad.yaml": "policies: 7\n",
  });
  const LOST =
    "group `orders`, policy `web`: preflights are answered at once: filters behind this one do not see them";

  test("writes YAML, and what is lost as comments and on standard error", async () => {
    const { code, out, err } = await runCorsd(["export", "envoy", file("policies.yaml")]);
    expect(code).toBe(0);
    expect(err.trim().split("\n")).toContain(LOST);
    expect(out).toContain(`# ${LOST}\n`);
    const { route_config, named_routes } = parse(out);
    expect(route_config.virtual_hosts[0].routes[0].route).toEqual({ cluster: "service" });
    expect(Object.keys(named_routes)).toEqual(["orders-route"]);
  });

  test("has no named_routes where nothing is matched by a name", async () => {
    const { out } = await runCorsd(["export", "envoy", "--cluster", "api", file("plain.yaml")]);
    expect(Object.keys(parse(out))).toEqual(["route_config"]);
    expect(parse(out).route_config.virtual_hosts[0].routes[0].route).toEqual({ cluster: "api" });
  });

  test("writes JSON for programs", async () => {
    const { code, out } = await runCorsd(["export", "envoy", "--json", file("policies.yaml")]);
    expect(code).toBe(0);
    const printed = JSON.parse(out);
    expect(Object.keys(printed)).toEqual(["route_config", "named_routes", "losses"]);
    expect(printed.losses[0]).toMatchObject({ group: null, policy: null });
    expect(printed.losses.at(-1)).toMatchObject({ group: "orders", policy: "web" });
  });

  test("writes nothing for documents with errors", async () => {
    const { code, out, err } = await runCorsd(["export", "envoy", file("bad.yaml")]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("/policies");
  });

  test("is told what to write", async () => {
    expect((await runCorsd(["export", "nginx", file("plain.yaml")])).code).toBe(2);
  });
});
