import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseOrigin } from "../../../src/cors/origin.ts";
import type { OriginPattern } from "../../../src/cors/origin-pattern.ts";
import { parseOriginPattern } from "../../../src/policy/decode/written-pattern.ts";
import { reachOf } from "../../../src/policy/lint/origin-reach.ts";
import type { Reach } from "../../../src/policy/lint/reach.ts";
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

function suffix(of: string, example: string): { of: string; example: string } {
  return { of, example };
}

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
  ["http://*", { every: "http://corsd-probe.invalid", insecure: "http://corsd-probe.invalid" }],
  ["https://*:9000", { every: "https://corsd-probe.invalid:9000" }],
  [
    "http://*:9000",
    { every: "http://corsd-probe.invalid:9000", insecure: "http://corsd-probe.invalid:9000" },
  ],
  ["ws://*", { every: "ws://corsd-probe.invalid" }],
  ["chrome-extension://*", { every: "chrome-extension://corsd-probe.invalid" }],
  ["https://*.invalid", { every: "https://corsd-probe.invalid" }],
  ["~https://.*:9000", { every: "https://corsd-probe.invalid:9000" }],
  ["~https://.+:300[0-9]", { every: "https://corsd-probe.invalid:3000" }],
  ["~(https://a\\.com|https://.*:3000)", { every: "https://corsd-probe.invalid:3000" }],
  ["~capacitor://.*", { every: "capacitor://corsd-probe.invalid" }],
  [
    "~https://[a-z]+\\.[a-z]+",
    {
      every: "https://corsdprobe.invalid",
      suffix: suffix("com", "https://a.com"),
      lookAlike: "https://a.a",
    },
  ],
  ["https://*.co.uk.", { suffix: suffix("co.uk", "https://corsd-probe.co.uk.") }],
  ["https://*.github.io.:*", { suffix: suffix("github.io", "https://corsd-probe.github.io.") }],
  [
    "https://*.github.io:8443",
    { suffix: suffix("github.io", "https://corsd-probe.github.io:8443") },
  ],
  ["~https://[a-z]+\\.co\\.uk\\.", { suffix: suffix("co.uk", "https://a.co.uk.") }],
  // Above a suffix of the private list.
  [
    "https://*.amazonaws.com",
    { suffix: suffix("s3.amazonaws.com", "https://corsd-probe.s3.amazonaws.com") },
  ],
  [
    "https://*.windows.net.",
    { suffix: suffix("servicebus.windows.net", "https://corsd-probe.servicebus.windows.net.") },
  ],
  [
    "~https://[a-z0-9.-]+\\.amazonaws\\.com",
    { suffix: suffix("s3.amazonaws.com", "https://corsd-probe.s3.amazonaws.com") },
  ],
  [
    "~https://[a-z]+\\.s3-[a-z-]+-[0-9]\\.amazonaws\\.com:8443",
    {
      suffix: suffix(
        "s3-ap-northeast-2.amazonaws.com",
        "https://corsdprobe.s3-ap-northeast-2.amazonaws.com:8443",
      ),
    },
  ],
  ["~https://[a-z-]+\\.amazonaws\\.com", {}],
  ["~https://s3\\.amazonaws\\.com", {}],
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
  ["~https://example\\.com.*", { lookAlike: "https://example.com.com" }],
  ["~https://example\\.internal[ab.]*", { lookAlike: "https://example.internala" }],
  // A dot that is not escaped, behind a longer name.
  ["~https://shop\\.example.com", { lookAlike: "https://shop.examplexcom" }],
  ["~https://.*\\.example.com", { lookAlike: "https://a.examplexcom" }],
  ["~https://app\\.example\\.c.m", { lookAlike: "https://app.example.cxm" }],
  ["~https://shop\\.example[^/]com", { lookAlike: "https://shop.examplexcom" }],
  ["~https://example\\.[a-z]{2}", { lookAlike: "https://example.aa" }],
  ["~https://node-[0-9]+\\.zone[0-9]+", {}],
  // A dot that may be left out.
  ["~https://(www\\.?)?example\\.com", { lookAlike: "https://wwwexample.com" }],
  ["~https://(www|app)?[.]?example\\.com", { lookAlike: "https://wwwexample.com" }],
  ["~https://(www\\.?)?example\\.internal", { lookAlike: "https://wwwexample.internal" }],
  ["~https://(www\\.)?example\\.com\\.?", {}],
  // A choice that is repeated lists nothing.
  ["~https://(a|b)+\\.github\\.io", { suffix: suffix("github.io", "https://a.github.io") }],
  ["~https://(app|admin)\\.github\\.io", {}],
  ["~https://(app|admin)\\.example\\.com", {}],
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

  test("makes nothing for a plain origin", () => {
    const [one, other] = ["https://a.example", "https://b.example:8443"].map(patternOf);
    expect(one && reachOf(one, libraries)).toBe(other && reachOf(other, libraries));
  });

  const strange = cases.flatMap(([text, { every, suffix: owned, lookAlike }]) =>
    every === undefined && (owned ?? lookAlike) !== undefined && !/[:*.]$|:[0-9]+$/.test(text)
      ? [[text]]
      : [],
  );
  test.each(strange)("%s is found with a trailing dot too", (text) => {
    const reaches = [text, text.startsWith("~") ? `${text}\\.` : `${text}.`].map((each) =>
      reachOf(patternOf(each), libraries),
    );
    const [plain, dotted] = reaches.map((reach) => [
      reach.suffix?.of,
      reach.lookAlike !== undefined,
    ]);
    expect(strange.length).toBeGreaterThan(20);
    expect(dotted).toEqual(plain);
  });

  test("finds nothing in what is escaped well", () => {
    const parts = [
      "",
      "app\\.",
      "(app|admin)\\.",
      "pr-[0-9]+\\.",
      "[a-z0-9-]+\\.",
      "[^.]+\\.",
      ".+\\.",
      "(www\\.)?",
      "(.*\\.)?",
      "([a-z]+\\.)*",
      "app(-[a-z]+)*\\.",
      "app-?[0-9]*\\.",
    ];
    const domains = [
      "example\\.com",
      "example\\.co\\.uk",
      "me\\.github\\.io",
      "partner\\.internal",
    ];
    const ports = ["", ":8443", "(:[0-9]+)?", ":[0-9]{4}"];
    const written = fc
      .tuple(
        fc.array(fc.constantFrom(...parts), { maxLength: 3 }),
        fc.constantFrom(...domains),
        fc.constantFrom("", "\\.", "\\.?"),
        fc.constantFrom(...ports),
      )
      .map(([front, domain, dot, port]) => `~https://${front.join("")}${domain}${dot}${port}`);
    fc.assert(
      fc.property(written, (text) => {
        expect(reachOf(patternOf(text), libraries)).toEqual(NOTHING);
      }),
      { numRuns: 200 },
    );
  });
});
