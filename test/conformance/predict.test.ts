import { describe, expect, test } from "vitest";
import { casesOf, type Profile } from "../../src/conformance/cases.ts";
import { firstAdmitted, predict } from "../../src/conformance/predict.ts";
import { type Origin, parseOrigin } from "../../src/cors/origin.ts";
import { compileSnapshot } from "../../src/policy/compile.ts";
import { compileObject } from "../policy/compile-object.ts";

const APP = "https://app.example.com";
const { resolved } = compileObject({
  policies: [{ name: "web", allowOrigins: [APP], allowCredentials: true, exposeHeaders: "*" }],
  apiGroups: [{ name: "orders", match: [{ path: "/orders" }], policies: ["web"] }],
});
const snapshot = compileSnapshot(resolved, "r");
const to = (url: string) => ({ url, route: undefined, group: undefined });
const ORDERS = to("https://api.example.com/orders");

function origin(text: string): Origin {
  const parsed = parseOrigin(text);
  if (parsed === undefined) throw new Error(`${text} is no origin`);
  return parsed;
}

describe("predict", () => {
  test("a refusal is corsd's own answer", () => {
    const probe = { method: "GET", headers: [["origin", "https://evil.example"]] } as const;
    expect(predict(snapshot, ORDERS, probe)).toMatchObject({
      kind: "decided",
      status: 403,
      vary: ["Origin"],
      exposesReceived: false,
    });
  });

  test("an admitted request is the service's, with corsd's headers", () => {
    expect(predict(snapshot, ORDERS, { method: "GET", headers: [["origin", APP]] })).toMatchObject({
      kind: "decided",
      status: undefined,
      exposesReceived: true,
      headers: expect.arrayContaining([["access-control-allow-origin", APP]]),
    });
  });

  test("where no policy is in force nothing is expected", () => {
    const probe = { method: "GET", headers: [["origin", APP]] } as const;
    expect(predict(snapshot, to("/other"), probe)).toEqual({ kind: "untouched" });
  });

  test("a URL that nobody looked at is a mistake of ours", () => {
    expect(() => predict(snapshot, to("a b"), { method: "GET", headers: [] })).toThrow("a b");
  });
});

describe("firstAdmitted", () => {
  test("is the first that a policy admits there", () => {
    const origins = ["x", "https://evil.example", "https://api.example.com", APP];
    expect(firstAdmitted(snapshot, ORDERS, origins)?.canonical).toBe(APP);
    expect(firstAdmitted(snapshot, to("/other"), origins)).toBeUndefined();
    expect(firstAdmitted(snapshot, to("a b"), origins)).toBeUndefined();
  });
});

describe("casesOf", () => {
  const profile: Profile = {
    allowed: origin("http://app.example.com:8443"),
    refused: "https://evil.example",
    method: "PUT",
    headers: ["X-B", "x-a"],
    credentials: true,
  };
  const cases = casesOf(profile);
  const sent = (name: string) => cases.find((each) => each.name === name)?.probe;

  test("each has a name of its own", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(cases).toHaveLength(31);
  });

  test("only safe methods are sent", () => {
    const methods = new Set(cases.map(({ probe }) => probe.method));
    expect([...methods].toSorted()).toEqual(["GET", "HEAD", "OPTIONS"]);
  });

  test("what is asked for is written as browsers write it, and on lines of its own", () => {
    expect(sent("preflight-headers")?.headers).toEqual([
      ["origin", "http://app.example.com:8443"],
      ["access-control-request-method", "PUT"],
      ["access-control-request-headers", "x-a,x-b"],
    ]);
    expect(sent("preflight-headers-repeated")?.headers.slice(2)).toEqual(
      ["x-a", "x-a", "x-b", "x-b"].map((name) => ["access-control-request-headers", name]),
    );
  });

  test.each([
    ["origin-trailing-dot", "http://app.example.com.:8443"],
    ["origin-suffix", "http://app.example.com.corsd-probe.invalid:8443"],
    ["origin-prefix", "http://corsdapp.example.com:8443"],
    ["origin-other-scheme", "https://app.example.com:8443"],
    ["origin-other-port", "http://app.example.com:9443"],
    ["origin-upper-case", "HTTP://APP.EXAMPLE.COM:8443"],
    ["origin-empty", ""],
  ])("%s is %s", (name, written) => {
    expect(sent(name)?.headers).toEqual([["origin", written]]);
  });

  test("without a port none is made up, but for the other port", () => {
    const plain = casesOf({ ...profile, allowed: origin(APP), headers: [] });
    expect(plain.map(({ name }) => name)).not.toContain("preflight-headers");
    const origins = plain.flatMap(({ probe }) => probe.headers.map(([, value]) => value));
    expect(origins.filter((value) => /:\d/.test(value))).toEqual([`${APP}:8443`]);
    expect(origins).toContain("http://app.example.com");
  });

  test("a prediction stands in place of what the profile says", () => {
    const predicted = casesOf(profile, () => ({ kind: "untouched" }));
    expect(predicted.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
    expect(new Set(predicted.map(({ expected }) => expected.kind))).toEqual(new Set(["untouched"]));
  });
});
