import { VirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import { describe, expect, test } from "vitest";
import { importIstio } from "../../../src/import/istio/import-istio.ts";
import { type Asked, decided, faultsOf, fixture, imported } from "../imported.ts";

const INPUTS = fixture("istio", "virtual-services.yaml");

function service(http: readonly object[], spec: object = {}): object {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "web" },
    spec: { hosts: ["api.example.com"], http, ...spec },
  };
}

const textsOf = (input: unknown): readonly string[] =>
  imported(importIstio, [input]).differences.map(({ text }) => text);

test("the fixture is what Istio takes", () => {
  new VirtualService(INPUTS[0] as never).validate();
});

describe("decisions", () => {
  const document = imported(importIstio, INPUTS);
  const api = "https://api.example.com";
  test.each<[Asked, string]>([
    [
      { url: `${api}/orders/1`, origin: "https://app.example.com", asks: "PUT x-api-key" },
      "granted 200 https://app.example.com [GET, PUT] [content-type, x-api-key] credentials",
    ],
    [
      { url: `${api}/orders`, origin: "https://pr-1.preview.example" },
      "granted service https://pr-1.preview.example [x-total-count] credentials",
    ],
    [
      { url: `${api}/orders`, origin: "https://beta.example" },
      "granted service https://beta.example [x-total-count] credentials",
    ],
    [{ url: `${api}/orders`, origin: "https://beta.example.evil.example" }, "refused service -"],
    [{ url: `${api}/orders`, origin: "https://evil.example", asks: "PUT" }, "refused 200 -"],
    [
      { url: `${api}/carts/1`, origin: "https://app.example.com" },
      "granted service https://app.example.com [x-total-count] credentials",
    ],
    [{ url: `${api}/orders/admin`, origin: "https://app.example.com" }, "passed service -"],
    [{ url: `${api}/orders/admin/x`, origin: "https://app.example.com" }, "passed service -"],
    [{ url: `${api}/old`, origin: "https://app.example.com" }, "passed service -"],
    [{ url: `${api}/web`, origin: "https://app.example.com" }, "passed service -"],
    [
      { url: "https://x.public.example/", origin: "https://any.example" },
      "granted service https://any.example",
    ],
    [{ url: "https://other.example/", origin: "null" }, "granted service null"],
  ])("%j", (asked, expected) => {
    expect(decided(document, asked)).toBe(expected);
  });

  test("the document, and what is different", () => {
    expect(document.document).toMatchObject({
      preset: "envoy",
      policies: [
        { name: "orders", maxAge: 86_400, behavior: { refusedPreflight: "bare" } },
        { name: "tenant", allowOrigins: ["https://tenant.example"] },
        { name: "public", allowOrigins: "*", maxAge: 5400 },
      ],
    });
    expect(document.document.apiGroups).toContainEqual({
      name: "tenant",
      match: [{ route: "tenant" }],
      policies: ["tenant"],
    });
    expect(document.differences.map(({ policy, text }) => [policy, text])).toEqual([
      [
        "orders",
        "origins that only begin with `https://beta.example`, such as `https://beta.example.evil.example`, are no longer admitted, nor others of its ports",
      ],
      [
        "orders",
        "`/orders` stands for whole segments: `/orders2` and the like are no longer among its paths",
      ],
      ["tenant", "the expression `/t/[a-z]+/.*` is compared with case"],
      [
        undefined,
        "`/old` stands for whole segments: `/old2` and the like are no longer among its paths",
      ],
      [
        undefined,
        "the path `/orders/admin` cannot be told from the paths below it: all of them are left to the service, without a policy",
      ],
    ]);
  });
});

test.each([
  ["24h", 86_400],
  ["1h30m", 5400],
  ["3600s", 3600],
  ["1500ms", 1],
  ["100us", 0],
])("a max age of %s", (maxAge, seconds) => {
  const { document } = imported(importIstio, [service([{ corsPolicy: { maxAge } }])]);
  expect(document.policies[0]?.maxAge).toBe(seconds);
});

test("a max age that is none", () => {
  expect(textsOf(service([{ corsPolicy: { maxAge: "a day" } }]))).toEqual([
    "the max age `a day` is left out: it is no duration",
  ]);
});

test("what is said elsewhere, and hosts that are none", () => {
  const http = [{ delegate: { name: "other" } }, { corsPolicy: {} }];
  expect(textsOf(service(http, { hosts: ["a_b.example", "f*o"] }))).toEqual([
    "what another VirtualService says for it is not looked for",
    "the domain `f*o` is no host of a document, which is a name, or `*.` and a name: its requests fall to wider hosts",
  ]);
});

test("conditions are said", () => {
  const http = [
    { match: [{ uri: { prefix: "/a/" }, method: { exact: "GET" }, port: 8080 }], corsPolicy: {} },
    { match: [{ authority: { exact: "x" }, name: "m" }] },
  ];
  expect(textsOf(service(http))).toEqual([
    "`/a` itself is judged as what is below it",
    "`/a/*` with `method` and `port`: other requests below `/a` are judged by the policy too",
  ]);
});

test("other inputs", () => {
  expect(faultsOf(importIstio, [service([])])).toEqual(["no VirtualService has a `corsPolicy`"]);
  expect(faultsOf(importIstio, [{ kind: "Service" }, null, { kind: "List", items: [1] }])).toEqual([
    "there is no VirtualService of networking.istio.io",
  ]);
  expect(faultsOf(importIstio, [service([{ corsPolicy: { allowMethods: "GET" } }])])).toEqual([
    "/spec/http/0/corsPolicy/allowMethods: expected a list, found the text `GET`",
  ]);
  const hostless = service([{ corsPolicy: {} }], { hosts: undefined });
  expect(imported(importIstio, [hostless]).document.apiGroups).toEqual([]);
  const { metadata, ...nameless } = service([{ corsPolicy: {} }]) as { metadata: object };
  expect(imported(importIstio, [nameless]).document.policies[0]?.name).toBe("unnamed");
});
