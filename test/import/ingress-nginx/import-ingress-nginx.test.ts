import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { describe, expect, test } from "vitest";
import { importIngressNginx } from "../../../src/import/ingress-nginx/import-ingress-nginx.ts";
import type { WrittenPolicy } from "../../../src/import/written-document.ts";
import { type Asked, decided, faultsOf, fixture, imported } from "../imported.ts";

const INPUTS = fixture("ingress-nginx", "ingresses.yaml");

function ingress(annotations: Readonly<Record<string, string>>, spec: object = {}): object {
  const prefixed = Object.entries({ "enable-cors": "true", ...annotations }).map(([key, value]) => [
    `nginx.ingress.kubernetes.io/${key}`,
    value,
  ]);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web", annotations: Object.fromEntries(prefixed) },
    spec,
  };
}

function policyOf(annotations: Readonly<Record<string, string>>): WrittenPolicy | undefined {
  return imported(importIngressNginx, [ingress(annotations)]).document.policies[0];
}

test("the fixture is what Kubernetes takes", () => {
  for (const input of INPUTS) new Ingress(input as never).validate();
});

describe("decisions", () => {
  const document = imported(importIngressNginx, INPUTS);
  const api = "https://api.example.com";
  test.each<[Asked, string]>([
    [
      { url: `${api}/orders/1`, origin: "https://app.example.com", asks: "DELETE x-b" },
      "granted 204 https://app.example.com [GET, PUT] [X-Api-Key, Content-Type] [X-Total-Count] credentials",
    ],
    [
      { url: `${api}/orders`, origin: "https://a.partner.example:8443" },
      "granted service https://a.partner.example:8443 [X-Total-Count] credentials",
    ],
    [{ url: `${api}/orders`, origin: "https://a.b.partner.example:8443" }, "refused service -"],
    [{ url: `${api}/orders`, origin: "https://evil.example", asks: "GET" }, "refused service -"],
    [
      { url: `${api}/orders/status`, origin: "https://app.example.com" },
      "granted service https://app.example.com [X-Total-Count] credentials",
    ],
    [{ url: `${api}/orders/internal/x`, origin: "https://app.example.com" }, "passed service -"],
    [{ url: `${api}/carts/old`, origin: "https://app.example.com" }, "passed service -"],
    [
      { url: `${api}/carts`, origin: "https://app.example.com" },
      "granted service https://app.example.com [X-Total-Count] credentials",
    ],
    [{ url: `${api}/elsewhere`, origin: "https://app.example.com" }, "passed service -"],
    [{ url: "https://web.example/", origin: "https://evil.example" }, "granted service *"],
  ])("%j", (asked, expected) => {
    expect(decided(document, asked)).toBe(expected);
  });

  test("what is different", () => {
    const texts = document.differences.map(({ policy, text }) => [policy, text]);
    const options =
      "an OPTIONS request that is no preflight is answered by the service, not with 204";
    expect(texts).toEqual([
      ["orders", options],
      [
        "orders",
        "`app.example.com` is left out of the origins: no browser sends such an origin; add `https://app.example.com` if that is meant",
      ],
      [
        "orders",
        "`*` is left out of the exposed headers: with credentials browsers take it for a name",
      ],
      ["web", options],
      [
        "web",
        "`*` goes without credentials: beside `*` no browser takes them, so nothing changes for a page, but list the origins if it needs them",
      ],
      [
        undefined,
        "`/carts/old` stands for whole segments: `/carts/old2` and the like are no longer among its paths",
      ],
      [
        "orders",
        "`/carts` stands for whole segments: `/carts2` and the like are no longer among its paths",
      ],
    ]);
  });
});

test("the controller's defaults", () => {
  expect(policyOf({})).toEqual({
    name: "web",
    allowOrigins: "*",
    allowMethods: ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"],
    allowHeaders: [
      "DNT",
      "Keep-Alive",
      "User-Agent",
      "X-Requested-With",
      "If-Modified-Since",
      "Cache-Control",
      "Content-Type",
      "Range",
      "Authorization",
    ],
    maxAge: 1_728_000,
    behavior: { refusedPreflight: "forward", checkRequested: false, exposeOnPreflight: true },
  });
});

test("what the controller does not take is as if it were not there", () => {
  const odd = {
    "cors-allow-methods": "*",
    "cors-allow-headers": "*",
    "cors-expose-headers": "x:y",
    "cors-max-age": "a day",
    "cors-allow-credentials": "maybe",
    "cors-allow-origin": "  ",
  };
  expect(policyOf(odd)).toEqual(policyOf({}));
});

test("without credentials `*` stands", () => {
  const open = { "cors-allow-credentials": "false", "cors-expose-headers": "*" };
  expect(policyOf(open)).toMatchObject({ allowOrigins: "*", exposeHeaders: "*" });
  const { differences } = imported(importIngressNginx, [ingress(open)]);
  expect(differences).toHaveLength(1);
});

test("`*` alone is exposed to nobody with credentials", () => {
  expect(policyOf({ "cors-expose-headers": "*" })).not.toHaveProperty("exposeHeaders");
});

test("a list without an origin admits nobody", () => {
  const empty = { "cors-allow-origin": " , ", "cors-expose-headers": "X-A" };
  expect(policyOf(empty)).toMatchObject({ allowOrigins: [], exposeHeaders: ["X-A"] });
  expect(imported(importIngressNginx, [ingress(empty)]).differences.at(-1)?.text).toBe(
    "no origin can be taken over, so nobody is admitted",
  );
});

test("other inputs", () => {
  expect(faultsOf(importIngressNginx, [ingress({ "enable-cors": "false" })])).toEqual([
    'no Ingress has the annotation `nginx.ingress.kubernetes.io/enable-cors: "true"`',
  ]);
  expect(faultsOf(importIngressNginx, [{ kind: "Ingress" }])).toEqual([
    "there is no Ingress of networking.k8s.io",
  ]);
  expect(faultsOf(importIngressNginx, [ingress({}, { rules: 1 })])).toEqual([
    "/spec/rules: expected a list, found the number `1`",
  ]);
});

test("hosts and paths that cannot be said", () => {
  const rules = [{ host: "f*o" }, { http: { paths: [{ path: "/a[bc]" }, {}] } }];
  const { differences } = imported(importIngressNginx, [
    ingress({ "use-regex": "true" }, { rules }),
  ]);
  expect(differences.slice(2).map(({ text }) => text)).toEqual([
    "the domain `f*o` is no host of a document, which is a name, or `*.` and a name: its requests fall to wider hosts",
  ]);
  const [, , ...said] = imported(importIngressNginx, [
    ingress({ "use-regex": "true" }, { rules: [{ http: { paths: [{ path: "/a[bc]" }] } }] }),
  ]).differences;
  expect(said.map(({ text }) => text)).toEqual([
    "the path `/a[bc]` cannot be told from others of the host: they are judged as those, not by `web`",
  ]);
});
