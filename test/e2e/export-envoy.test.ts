import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { policyFiles } from "../cli/policy-files.ts";
import { runCorsd } from "../cli/run-corsd.ts";
import { decided, type NativeEnvoy, requestsOf, startNativeEnvoy } from "./native-envoy.ts";

// What `corsd export envoy` writes is loaded into a real Envoy, whose own filter then has to say what corsd decides.

/** All that the filter can say: nothing of it may be lost. The switches are those of the filter. */
const DOCUMENT = {
  preset: "envoy",
  policies: [
    {
      name: "shop",
      allowOrigins: [
        "https://app.example.com",
        "http://localhost:3000",
        "https://*.partner.example",
        "https://ports.example:*",
        "https://*.ports.example:*",
        "http://[::1]:*",
        "capacitor://localhost",
        "~https://pr-[0-9]+\\.preview\\.example|https://x\\.example",
      ],
      allowMethods: ["GET", "PUT"],
      allowHeaders: ["content-type", "x-api-key"],
      exposeHeaders: ["x-total-count"],
      allowCredentials: true,
      maxAge: "10m",
      allowPrivateNetwork: true,
    },
    // The same as `shop` but for its origins, so both can stand as one.
    {
      name: "more",
      allowOrigins: ["https://more.example"],
      allowMethods: ["GET", "PUT"],
      allowHeaders: ["content-type", "x-api-key"],
      exposeHeaders: ["x-total-count"],
      allowCredentials: true,
      maxAge: 600,
      allowPrivateNetwork: true,
    },
    { name: "public", allowOrigins: "*", allowMethods: "*", allowHeaders: "*", exposeHeaders: "*" },
    {
      name: "scheme",
      allowOrigins: ["capacitor://*", "https://*"],
      behavior: { refusedPreflight: "bare" },
    },
    { name: "ports", allowOrigins: ["http://*:*", "null"], maxAge: 0 },
    {
      name: "dangerous",
      allowOrigins: "*",
      allowCredentials: true,
      dangerouslyAllowAnyOriginWithCredentials: true,
    },
    { name: "rehearsed", mode: "shadow", allowOrigins: ["https://app.example.com"] },
    { name: "off", enabled: false, allowOrigins: ["https://app.example.com"] },
  ],
  applications: [{ name: "mobile", origins: ["https://m.example.net"], apiGroups: ["shop"] }],
  apiGroups: [
    {
      name: "shop",
      match: [{ host: "api.example.com", path: "/shop" }],
      policies: ["shop", "more"],
    },
    { name: "public", match: [{ path: "/public" }], policies: ["public"] },
    { name: "schemes", match: [{ host: "*.example.com", path: "/" }], policies: ["scheme"] },
    { name: "deep", match: [{ host: "api.example.com", path: "/shop/deep" }], policies: ["ports"] },
    { name: "dangerous", match: [{ host: "*.deep.example.com" }], policies: ["dangerous"] },
    { name: "rehearsed", match: [{ path: "/rehearsed" }], policies: ["rehearsed"] },
    { name: "off", match: [{ path: "/public/off" }], policies: ["off"] },
  ],
};

const ORIGINS = [
  "https://app.example.com",
  "https://app.example.com.evil.example",
  "https://app.example.com:8443",
  "http://app.example.com",
  "http://localhost:3000",
  "http://localhost:3001",
  "https://a.partner.example",
  "https://a.b.partner.example",
  "https://partner.example",
  "https://evilpartner.example",
  "https://ports.example",
  "https://ports.example:8443",
  "https://ports.example.evil.example",
  "https://a.ports.example:1",
  "http://[::1]:4000",
  "http://[::1]",
  "capacitor://localhost",
  "https://pr-12.preview.example",
  "https://pr-12.preview.example.evil.example",
  "https://x.example",
  "https://x.example:8443",
  "https://more.example",
  "https://m.example.net",
  "null",
];

const TARGETS = [
  ["api.example.com", "/shop"],
  ["api.example.com", "/shop/1?a=b"],
  ["api.example.com", "/shopping"],
  ["api.example.com", "/shop/deep"],
  ["api.example.com", "/shop/deep/er"],
  ["api.example.com:8080", "/shop"],
  ["other.example.com", "/shop"],
  ["x.deep.example.com", "/shop"],
  ["deep.example.com", "/public"],
  ["example.com", "/shop"],
  ["example.com", "/public/x"],
  ["example.com", "/public/off"],
  ["foreign.example", "/rehearsed"],
] as const;

const REQUESTS = [
  ...requestsOf(ORIGINS, TARGETS),
  ...["true", "false"].map((asked) => ({
    method: "OPTIONS",
    host: "api.example.com",
    path: "/shop",
    headers: {
      origin: "https://app.example.com",
      "access-control-request-method": "PUT",
      "access-control-request-private-network": asked,
    },
  })),
];

describe("corsd export envoy, in a real Envoy", () => {
  const file = policyFiles({ "policies.yaml": JSON.stringify(DOCUMENT) });
  let envoy: NativeEnvoy;

  beforeAll(async () => {
    const { code, out } = await runCorsd(["export", "envoy", file("policies.yaml")]);
    expect(code).toBe(0);
    envoy = await startNativeEnvoy(parse(out).route_config);
  });

  afterAll(() => envoy?.stop());

  test("browsers see what corsd decides", async () => {
    const answers: unknown[] = [];
    for (const asked of REQUESTS) answers.push([asked, await envoy.ask(asked)]);
    const wanted = REQUESTS.map((asked) => [asked, decided(DOCUMENT, asked)]);
    expect(answers).toEqual(wanted);
    // A comparison of nothing with nothing would hold too.
    expect(wanted.filter(([, seen]) => Object.keys(seen ?? {}).length > 0).length).toBeGreaterThan(
      300,
    );
  });
});
