import { describe, expect, test } from "vitest";
import { describeApplication, describeGroup, describePolicy } from "../../src/policy/describe.ts";
import { policySchema } from "../../src/policy/schema.ts";
import { compileObject, WEB } from "./compile-object.ts";

function described(document: object) {
  const { resolved } = compileObject(document);
  return {
    policies: resolved.policies.map(describePolicy),
    groups: resolved.groups.map(describeGroup),
    applications: resolved.applications.map(describeApplication),
  };
}

describe("a policy as it is understood", () => {
  test("the smallest: everything that its preset fills in", () => {
    expect(described({ policies: [WEB] }).policies).toEqual([
      {
        name: "web",
        description: null,
        tags: [],
        preset: "strict",
        enabled: true,
        mode: "enforce",
        allowOrigins: ["https://app.example.com"],
        allowMethods: ["GET", "HEAD", "POST"],
        allowHeaders: [],
        exposeHeaders: [],
        allowCredentials: false,
        maxAge: null,
        httpVersions: "*",
        requireOrigin: false,
        preflight: "answer",
        webSocket: "ignore",
        allowPrivateNetwork: false,
        timingAllowOrigin: false,
        behavior: expect.objectContaining({
          refusedActual: "reject",
          refusalStatus: expect.objectContaining({ origin: 403 }),
        }),
      },
    ]);
  });

  test("a large one", () => {
    const policy = {
      name: "web",
      description: "for the shop",
      tags: ["shop"],
      enabled: false,
      mode: "shadow",
      allowOrigins: ["https://*.example.com", "null"],
      allowMethods: "*",
      allowHeaders: ["X-A", "x-b"],
      exposeHeaders: "*",
      maxAge: 5,
      httpVersions: ["HTTP/2"],
      behavior: { refusalStatus: { origin: 404 } },
    };
    expect(described({ policies: [policy] }).policies).toMatchObject([
      { ...policy, allowHeaders: ["X-A", "x-b"], httpVersions: ["HTTP/2"] },
    ]);
  });

  test("anyone is `*`", () => {
    const policies = [{ name: "web", allowOrigins: "*" }];
    expect(described({ policies }).policies).toMatchObject([{ allowOrigins: ["*"] }]);
  });

  test("has the keys of a document, but for the one that only allows a combination", () => {
    const schema: unknown = policySchema();
    const [policy] = described({ policies: [WEB] }).policies;
    const keys = Object.keys(Object(policy)).concat("dangerouslyAllowAnyOriginWithCredentials");
    const items: unknown = expect.objectContaining({
      properties: Object.fromEntries(keys.map((key) => [key, expect.anything()])),
    });
    expect(schema).toMatchObject({ properties: { policies: { items } } });
  });
});

describe("groups", () => {
  test("of a document without any: one of everything", () => {
    expect(described({ policies: [WEB, { ...WEB, name: "b" }] }).groups).toEqual([
      {
        name: "default",
        match: [{ host: null, path: null, route: null }],
        policies: ["web", "b"],
        applications: [],
      },
    ]);
  });

  test("with their policies and applications in order", () => {
    const match = [{ host: "*.example.com" }, { path: "/a" }, { route: "r" }];
    const document = {
      policies: [WEB, { ...WEB, name: "b" }],
      applications: [
        { name: "own", origins: ["https://own.example"], apiGroups: ["orders"] },
        { name: "all", origins: ["https://all.example"] },
        { name: "any", origins: ["https://any.example"], apiGroups: "*" },
      ],
      apiGroups: [{ name: "orders", match, policies: ["b", "web"] }],
    };
    const { groups, applications } = described(document);
    expect(groups).toEqual([
      {
        name: "orders",
        match: [
          { host: "*.example.com", path: null, route: null },
          { host: null, path: "/a", route: null },
          { host: null, path: null, route: "r" },
        ],
        policies: ["b", "web"],
        applications: ["own"],
      },
    ]);
    expect(applications).toEqual([
      { name: "own", origins: ["https://own.example"], apiGroups: ["orders"] },
      { name: "all", origins: ["https://all.example"], apiGroups: "*" },
      { name: "any", origins: ["https://any.example"], apiGroups: "*" },
    ]);
  });
});
