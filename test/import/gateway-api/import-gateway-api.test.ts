import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import { describe, expect, test } from "vitest";
import { importGatewayApi } from "../../../src/import/gateway-api/import-gateway-api.ts";
import { type Asked, decided, faultsOf, fixture, imported } from "../imported.ts";

const INPUTS = fixture("gateway-api", "routes.yaml");

test("the fixture is what the Gateway API takes", () => {
  for (const input of INPUTS) new HTTPRoute(input as never).validate();
});

describe("decisions", () => {
  const document = imported(importGatewayApi, INPUTS);
  const api = "https://api.example.com";
  test.each<[Asked, string]>([
    [
      { url: `${api}/`, origin: "https://app.example.com", asks: "PUT" },
      "granted 200 https://app.example.com [GET, HEAD, POST]",
    ],
    [
      { url: `${api}/`, origin: "https://a.b.partner.example" },
      "granted service https://a.b.partner.example",
    ],
    [{ url: `${api}/`, origin: "https://partner.example" }, "refused service -"],
    [
      { url: `${api}/`, origin: "http://any.example:8080" },
      "granted service http://any.example:8080",
    ],
    [{ url: `${api}/`, origin: "http://any.example" }, "refused service -"],
    [
      { url: `${api}/orders/1`, origin: "https://app.example.com", asks: "PUT x-a" },
      "granted 200 https://app.example.com [GET, PUT] [x-a] credentials",
    ],
    [
      { url: "https://x.shop.example/orders", origin: "https://app.example.com" },
      "granted service https://app.example.com credentials",
    ],
    [{ url: `${api}/orders`, origin: "https://evil.example", asks: "GET" }, "refused 200 -"],
    [{ url: `${api}/orders/internal/x`, origin: "https://app.example.com" }, "passed service -"],
    [{ url: `${api}/status`, origin: "https://app.example.com" }, "passed service -"],
    [{ url: "https://other.example/", origin: "https://evil.example" }, "granted service *"],
  ])("%j", (asked, expected) => {
    expect(decided(document, asked)).toBe(expected);
  });

  test("what is different", () => {
    expect(document.differences.map(({ policy, text }) => [policy, text])).toEqual([
      ["orders", "`*` is left out of the exposed headers: it means nothing there with credentials"],
      [undefined, "the CORS filter of a backend is left out: a policy is that of a route"],
      [
        "orders",
        "the Exact `/status` cannot be told from the paths below it: all of them are left to the service, without a policy",
      ],
      [
        "orders",
        "the RegularExpression `/v[0-9]+/.*` cannot be told from others of the host: they are judged as those, not by `orders`",
      ],
      [
        undefined,
        "the PathPrefix `/orders` with the method `DELETE` and headers and query parameters cannot be told from other requests of the path: they are judged by `orders`, not without a policy",
      ],
      ["open", "`*` cannot be combined with credentials; credentials are no longer allowed"],
    ]);
  });
});

test("other inputs", () => {
  const route = (spec: object): object => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "web" },
    spec,
  });
  expect(faultsOf(importGatewayApi, [route({})])).toEqual([
    "no HTTPRoute has a filter of the type `CORS`",
  ]);
  expect(faultsOf(importGatewayApi, [{ apiVersion: "v1", kind: "HTTPRoute" }])).toEqual([
    "there is no HTTPRoute of gateway.networking.k8s.io",
  ]);
  const cors = {
    type: "CORS",
    cors: { exposeHeaders: ["x-a"], allowOrigins: "https://a.example" },
  };
  expect(faultsOf(importGatewayApi, [route({ rules: [{ filters: [cors] }] })])).toEqual([
    "/spec/rules/0/filters/0/cors/allowOrigins: expected a list, found the text `https://a.example`",
  ]);
  const filters = [{ type: "CORS", cors: { exposeHeaders: ["x-a"] } }];
  const { differences } = imported(importGatewayApi, [
    route({ hostnames: ["a..b"], rules: [{ filters }] }),
  ]);
  expect(differences.map(({ text }) => text)).toEqual([
    "the domain `a..b` is no host of a document, which is a name, or `*.` and a name: its requests fall to wider hosts",
  ]);
});

test("what corsd would read as an expression, or as any port, and a Gateway does not take", () => {
  const strange = ["~.*", "~https://[a-z]+", "https://a.example:*", "null", "https://a.example/"];
  const cors = { allowOrigins: [...strange, "https://app.example.com"] };
  const route = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "web" },
    spec: { rules: [{ filters: [{ type: "CORS", cors }] }] },
  };
  const { document, differences } = imported(importGatewayApi, [route]);
  expect(document.policies[0]?.allowOrigins).toEqual(["https://app.example.com"]);
  expect(differences.map(({ text }) => text)).toEqual(
    strange.map(
      (each) => `\`${each}\` is left out of the origins: the Gateway API takes no such origin`,
    ),
  );
});
