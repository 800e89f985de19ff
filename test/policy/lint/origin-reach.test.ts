import { describe, expect, test } from "vitest";
import { parseOrigin } from "../../../src/cors/origin.ts";
import type { OriginPattern } from "../../../src/cors/origin-pattern.ts";
import { parseOriginPattern } from "../../../src/policy/decode/written-pattern.ts";
import { type Reach, reachOf } from "../../../src/policy/lint/origin-reach.ts";
import { libraries } from "../../../src/source/libraries.ts";

function patternOf(text: string): OriginPattern {
  const parsed = parseOriginPattern(text, libraries);
  return parsed.ok ? parsed.value : { kind: "opaque" };
}

const NOTHING: Reach = {
  every: undefined,
  suffix: undefined,
  lookAlike: undefined,
  insecure: undefined,
  never: undefined,
};

const cases: readonly [string, Partial<Reach>][] = [
  ["*", {}],
  ["null", {}],
  ["https://app.example.com", {}],
  ["https://*.co.uk", { suffix: { of: "co.uk", example: "https://corsd-probe.co.uk" } }],
  ["https://*.foo.ck", { suffix: { of: "foo.ck", example: "https://corsd-probe.foo.ck" } }],
  [
    "https://*.compute.amazonaws.com",
    {
      suffix: {
        of: "compute.amazonaws.com",
        example: "https://corsd-probe.compute.amazonaws.com",
      },
    },
  ],
  [
    "https://*.kawasaki.jp",
    {
      suffix: {
        of: "kawasaki.jp",
        example: "https://corsd-probe.kawasaki.jp",
      },
    },
  ],
  ["https://*.internal", {}],
  ["https://*", { every: "https://corsd-probe.invalid" }],
  ["https://*:*", { every: "https://corsd-probe.invalid" }],
  ["http://*", { every: "http://a.corsd-probe.invalid", insecure: "http://corsd-probe.invalid" }],
  ["~https://pr-[0-9]+\\.preview\\.example\\.com", {}],
  ["~https://(app|www)\\.example\\.(com|co\\.uk)", {}],
  ["~https://(.*\\.)?example\\.com", {}],
  ["~https://[^.]+\\.example\\.com", {}],
  ["~https://pr.\\.example\\.com", {}],
  ["~https://shop[1-3]\\.com", {}],
  ["~chrome-extension://[a-z]{32}", {}],
  ["~https://10\\.0\\.0\\.[0-9]+", {}],
  ["~https://[a-z]+", {}],
  ["~https://example.com", { lookAlike: "https://examplexcom" }],
  ["~https://www.example.com", { lookAlike: "https://wwwxexample.com" }],
  ["~https://.*example\\.com", { lookAlike: "https://aexample.com" }],
  ["~https://[\\w-]+.example\\.com", { lookAlike: "https://axexample.com" }],
  ["~https://example\\.com.*", { lookAlike: "https://example.coma" }],
  ["~https://example\\.[a-z]+", { lookAlike: "https://example.com" }],
  ["~https://pr-[0-9]+\\.github\\.io", { lookAlike: "https://pr-1.github.io" }],
  [
    "~https://[a-z]+\\.github\\.io",
    { suffix: { of: "github.io", example: "https://a.github.io" } },
  ],
  ["~https://([^.]+\\.){2}com", { suffix: { of: "com", example: "https://a.a.com" } }],
  // A top level off the list belongs to the operator: only what looks like a name that is spelled counts there.
  ["~https://app-[0-9]+\\.internal", {}],
  ["~https://[a-z]+\\.internal", {}],
  ["~https://.*example\\.internal", { lookAlike: "https://aexample.internal" }],
  ["~https://www.partner.internal", { lookAlike: "https://wwwxpartner.internal" }],
  ["~https://(app|app[a-z]+)\\.internal", {}],
  ["~http://localhost:[0-9]+", {}],
  ["~https?://app\\.example\\.com", { insecure: "http://app.example.com" }],
];

describe("reachOf", () => {
  test.each(cases)("%s", (text, reach) => {
    expect(reachOf(patternOf(text), libraries)).toEqual({ ...NOTHING, ...reach });
  });

  test("shows only origins that the expression admits", () => {
    const expressions = cases.map(([text]) => patternOf(text));
    const shown = expressions.flatMap((pattern) => {
      const { every, suffix, lookAlike, insecure } = reachOf(pattern, libraries);
      return [every, suffix?.example, lookAlike, insecure].flatMap((example) =>
        example !== undefined && pattern.kind === "expression"
          ? [[parseOrigin(example)?.canonical, pattern.expression.test(example)]]
          : [],
      );
    });
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter(([canonical, admitted]) => canonical === undefined || !admitted)).toEqual(
      [],
    );
  });
});
