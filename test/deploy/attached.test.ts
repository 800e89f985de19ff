import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { DEPLOY, type Manifest, manifest, readManifests } from "./manifests.ts";
import { problemsOf } from "./published-types.ts";

describe.each([
  { folder: "envoy-gateway", count: 8 },
  { folder: "istio", count: 2 },
])("deploy/$folder", ({ folder, count }) => {
  test("is what is published for its kinds, without an unknown field", async () => {
    const manifests = readManifests(folder);
    expect(manifests).toHaveLength(count);
    expect(await problemsOf(manifests)).toEqual([]);
  });
});

test("a misspelt field is refused in each kind", async () => {
  const broken = (file: string, from: string, to: string): Manifest[] => {
    const text = readFileSync(join(DEPLOY, file), "utf8");
    expect(text).toContain(from);
    // The first document of the file is enough.
    const written = parse(text.replace(from, to).split("\n---\n")[0] ?? "") as Manifest;
    return [{ ...written, file: to, written }];
  };
  const problems = await problemsOf(
    [
      broken("envoy-gateway/extension-policy.yaml", "failOpen", "failureModeAllow"),
      broken("envoy-gateway/patch-policy.yaml", "jsonPath:", "jsonpath:"),
      broken("envoy-gateway/envoy-proxy.yaml", "filterOrder", "filtersOrder"),
      broken("envoy-gateway/client-traffic-policy.yaml", "disableMergeSlashes", "mergeSlashes"),
      broken("envoy-gateway/gateway.yaml", "controllerName", "controller"),
      broken("envoy-gateway/routes.yaml", "backendRefs", "backends"),
      broken("istio/gateway.yaml", "INSERT_FIRST", "PREPEND"),
      broken("istio/sidecar.yaml", "workloadSelector", "workloads"),
    ].flat(),
  );
  for (const word of [
    "failureModeAllow",
    "jsonpath",
    "filtersOrder",
    "mergeSlashes",
    "controller",
    "backends",
    "PREPEND",
    "workloads",
  ]) {
    expect(problems).toContainEqual(expect.stringContaining(`"${word}"'`));
  }
});

describe("Envoy Gateway's filter order", () => {
  // https://gateway.envoyproxy.io/docs/api/extension_types/#filterposition: the default order, as far as it can refuse.
  const refusing = ["ext_authz", "api_key_auth", "basic_auth", "oauth2", "jwt_authn"];

  /** As Envoy Gateway goes about it: entry by entry, each moves one filter in front of another that is there. */
  function ordered(filters: readonly string[]): readonly string[] {
    const { written } = manifest("envoy-gateway", "EnvoyProxy", "api");
    const { spec } = written as { spec: { filterOrder: { name: string; before: string }[] } };
    return spec.filterOrder.reduce<readonly string[]>((chain, { name, before }) => {
      if (!(chain.includes(name) && chain.includes(before))) return chain;
      const others = chain.filter((filter) => filter !== name);
      return others.toSpliced(others.indexOf(before), 0, name);
    }, filters);
  }

  test.each([[refusing], ...refusing.map((name) => [[name]])])("asks corsd before %j", (chain) => {
    const named = chain.map((name) => `envoy.filters.http.${name}`);
    const extProc = "envoy.filters.http.ext_proc";
    const before = ["envoy.filters.http.cors", ...named, extProc, "envoy.filters.http.router"];
    expect(ordered(before)).toEqual([
      "envoy.filters.http.cors",
      extProc,
      ...named,
      "envoy.filters.http.router",
    ]);
  });
});

test("what Envoy Gateway is told of refers to what is there", () => {
  const of = (kind: string, name: string): unknown => manifest("envoy-gateway", kind, name).written;
  const target = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "api" };
  expect(of("Gateway", "api")).toMatchObject({
    spec: {
      gatewayClassName: manifest("envoy-gateway", "GatewayClass", "corsd").metadata.name,
      infrastructure: {
        parametersRef: { name: manifest("envoy-gateway", "EnvoyProxy", "api").metadata.name },
      },
    },
  });
  expect(of("EnvoyExtensionPolicy", "corsd")).toHaveProperty("spec.targetRefs", [target]);
  expect(of("EnvoyPatchPolicy", "corsd")).toHaveProperty("spec.targetRef", target);
  const service = manifest("kubernetes/overlays/service", "Service", "corsd");
  expect(of("EnvoyExtensionPolicy", "corsd")).toHaveProperty("spec.extProc.0.backendRefs", [
    { name: service.metadata.name, port: 50051 },
  ]);
});
