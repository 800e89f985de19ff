import { describe, expect, test } from "vitest";
import { compileObject, problemsOf, problemsOfPolicy } from "../compile-object.ts";

const CREDENTIALS = { allowCredentials: true };
const DANGEROUS = { ...CREDENTIALS, dangerouslyAllowAnyOriginWithCredentials: true };
const at = "/policies/0/allowOrigins/0";

describe("an origin of a policy without credentials and with them", () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ["https://app.example.com", [], []],
    ["https://app.example.com:*", [], []],
    ["https://*.example.com", [], []],
    ["https://*.internal", [], []],
    ["https://*", [`warning origin-covers-any ${at}`], [`error origin-covers-any ${at}`]],
    ["https://*:9000", [`warning origin-covers-any ${at}`], [`error origin-covers-any ${at}`]],
    ["ws://*", [`warning origin-covers-any ${at}`], [`error origin-covers-any ${at}`]],
    [
      "chrome-extension://*",
      [`warning origin-covers-any ${at}`],
      [`error origin-covers-any ${at}`],
    ],
    ["~https://.*:9000", [`warning origin-covers-any ${at}`], [`error origin-covers-any ${at}`]],
    [
      "~https://.+:300[0-9]",
      [`warning origin-covers-any ${at}`],
      [`error origin-covers-any ${at}`],
    ],
    [
      "~(https://a\\.com|https://.*:3000)",
      [`warning origin-covers-any ${at}`],
      [`error origin-covers-any ${at}`],
    ],
    [
      "https://*.amazonaws.com",
      [`warning origin-public-suffix ${at}`],
      [`error origin-public-suffix ${at}`],
    ],
    ["http://*:*", [`warning origin-covers-any ${at}`], [`error origin-covers-any ${at}`]],
    ["~.*", [`warning origin-covers-any ${at}`], [`error origin-covers-any ${at}`]],
    [
      "~https://[a-z-]+\\.invalid:8443",
      [`warning origin-covers-any ${at}`],
      [`error origin-covers-any ${at}`],
    ],
    ["null", [], [`error origin-null-credentials ${at}`]],
    [
      "https://*.co.uk",
      [`warning origin-public-suffix ${at}`],
      [`error origin-public-suffix ${at}`],
    ],
    [
      "https://*.github.io:*",
      [`warning origin-public-suffix ${at}`],
      [`error origin-public-suffix ${at}`],
    ],
    ["https://*.ck", [`warning origin-public-suffix ${at}`], [`error origin-public-suffix ${at}`]],
    [
      "https://*.compute.amazonaws.com",
      [`warning origin-public-suffix ${at}`],
      [`error origin-public-suffix ${at}`],
    ],
    [
      "~https://[a-z0-9-]+\\.github\\.io",
      [`warning origin-public-suffix ${at}`],
      [`error origin-public-suffix ${at}`],
    ],
    [
      "~https://.*example\\.com",
      [`warning origin-look-alike ${at}`],
      [`error origin-look-alike ${at}`],
    ],
    [
      "~https://www.example.com",
      [`warning origin-look-alike ${at}`],
      [`error origin-look-alike ${at}`],
    ],
    ["~https://pr-[0-9]+\\.preview\\.example\\.com", [], []],
    ["http://app.example.com", [], [`warning origin-http-credentials ${at}`]],
    ["http://*.example.com", [], [`warning origin-http-credentials ${at}`]],
    ["~https?://app\\.example\\.com", [], [`warning origin-http-credentials ${at}`]],
    ["http://localhost:3000", [], []],
    ["http://app.localhost", [], []],
    ["http://*.localhost:*", [], []],
    ["http://127.1.2.3", [], []],
    ["http://[::1]:8080", [], []],
    ["http://10.0.0.1", [], [`warning origin-http-credentials ${at}`]],
    [
      "~https://App\\.example\\.com",
      [`warning expression-never-matches ${at}`],
      [`warning expression-never-matches ${at}`],
    ],
    [
      "~https://app\\.example\\.com:443",
      [`warning expression-never-matches ${at}`],
      [`warning expression-never-matches ${at}`],
    ],
  ];
  test.each(cases)("%s", (origin, without, withCredentials) => {
    expect(problemsOfPolicy({ allowOrigins: [origin] })).toEqual(without);
    expect(problemsOfPolicy({ ...CREDENTIALS, allowOrigins: [origin] })).toEqual(withCredentials);
  });
});

describe("`*`", () => {
  const list = "/policies/0/allowOrigins";
  const preset = { name: "web", preset: "api-groups", httpVersions: ["HTTP/2"] };
  test.each([
    ["alone", { allowOrigins: "*" }, [`warning origin-any ${list}`]],
    [
      "with credentials",
      { allowOrigins: "*", ...CREDENTIALS },
      [`error origin-any-credentials ${list}`],
    ],
    [
      "with credentials, dangerously",
      { allowOrigins: "*", ...DANGEROUS },
      [`warning origin-any ${list}`],
    ],
    [
      "a cover of all, dangerously",
      { allowOrigins: ["https://*"], ...DANGEROUS },
      [`warning origin-covers-any ${at}`],
    ],
    [
      "the danger covers nothing else",
      { allowOrigins: ["null", "https://*.co.uk"], ...DANGEROUS },
      [
        `error origin-null-credentials ${at}`,
        "error origin-public-suffix /policies/0/allowOrigins/1",
      ],
    ],
    [
      "of a disabled policy",
      { allowOrigins: "*", ...CREDENTIALS, enabled: false },
      ["warning group-open /policies/0"],
    ],
    [
      "of a shadow policy",
      { allowOrigins: "*", ...CREDENTIALS, mode: "shadow" },
      [`error origin-any-credentials ${list}`],
    ],
  ])("%s", (_, policy, problems) => {
    expect(problemsOfPolicy(policy)).toEqual(problems);
  });

  test("is judged where a preset stands for it", () => {
    expect(problemsOf({ policies: [preset] })).toEqual(["warning origin-any /policies/0"]);
    expect(problemsOf({ policies: [{ ...preset, ...CREDENTIALS }] })).toEqual([
      "error origin-any-credentials /policies/0",
    ]);
  });
});

describe("an origin of an application", () => {
  const web = { name: "web", allowOrigins: ["https://app.example.com"] };
  const app = (origins: unknown) => ({ name: "portal", origins });
  const groups = (...policies: string[][]) =>
    policies.map((names, i) => ({ name: `g${i}`, match: [{ path: `/${i}` }], policies: names }));
  const trusted = { ...web, name: "trusted", ...CREDENTIALS };
  const shadow = { ...trusted, mode: "shadow" };
  const any = "/applications/0/origins";

  const cases: readonly [string, object, readonly string[]][] = [
    [
      "where its policy has no credentials",
      { policies: [web], applications: [app("*")] },
      [`warning origin-any ${any}`],
    ],
    [
      "where its policy has credentials",
      { policies: [trusted], applications: [app("*")] },
      [`error origin-any-credentials ${any}`],
    ],
    [
      "`null` where its policy has credentials",
      { policies: [trusted], applications: [app(["null"])] },
      [`error origin-null-credentials ${any}/0`],
    ],
    [
      "any host on a port where its policy has credentials",
      { policies: [trusted], applications: [app(["https://*:3000"])] },
      [`error origin-covers-any ${any}/0`],
    ],
    [
      "only the first policy of a group answers for it",
      { policies: [web, trusted], applications: [app(["null"])] },
      ["warning policy-never-governs /policies/1"],
    ],
    [
      "the first of a rehearsal answers for it too",
      { policies: [shadow, web], applications: [app(["null"])] },
      [`error origin-null-credentials ${any}/0`],
    ],
    [
      "one of several groups has credentials",
      {
        policies: [web, trusted],
        applications: [app(["https://*.co.uk"])],
        apiGroups: groups(["web"], ["trusted"]),
      },
      [`error origin-public-suffix ${any}/0`],
    ],
    [
      "the same the other way round",
      {
        policies: [web, trusted],
        applications: [app(["https://*.co.uk"])],
        apiGroups: groups(["trusted"], ["web"]),
      },
      [`error origin-public-suffix ${any}/0`],
    ],
    [
      "its own groups alone count",
      {
        policies: [web, trusted],
        applications: [{ ...app(["https://*.co.uk"]), apiGroups: ["g0"] }],
        apiGroups: groups(["web"], ["trusted"]),
      },
      [`warning origin-public-suffix ${any}/0`],
    ],
    [
      "no policy governs it",
      { policies: [{ ...web, enabled: false }], applications: [app("*")] },
      ["warning group-open /policies/0", `warning origin-any ${any}`],
    ],
    [
      "an entry twice",
      { policies: [web], applications: [app(["https://m.example", "https://M.example:443"])] },
      [`warning entry-repeated ${any}/1`],
    ],
    [
      "it is in no group",
      { policies: [web], applications: [{ ...app("*"), apiGroups: [] }] },
      [`warning origin-any ${any}`],
    ],
  ];
  test.each(cases)("%s", (_, document, problems) => {
    expect(problemsOf(document)).toEqual(problems);
  });

  test("tells which policy it is", () => {
    const { problems } = compileObject({ policies: [trusted], applications: [app("*")] });
    expect(problems[0]).toMatchObject({
      value: "*",
      message: "`*` cannot be combined with the credentials of policy `trusted`",
      fix: "list the origins or drop `allowCredentials`",
    });
  });
});

test("a name of strangers is shown with what it admits", () => {
  const { problems } = compileObject({
    policies: [{ name: "web", ...CREDENTIALS, allowOrigins: ["~https://.*example\\.com"] }],
  });
  expect(problems.map(({ message }) => message)).toEqual([
    "`~https://.*example\\.com` also admits `https://aexample.com`, with credentials",
  ]);
});

test("an origin twice in a list", () => {
  const allowOrigins = ["https://a.example", "~x://a", "https://A.example:443", "~x://a"];
  expect(problemsOfPolicy({ allowOrigins })).toEqual([
    "warning entry-repeated /policies/0/allowOrigins/2",
    "warning entry-repeated /policies/0/allowOrigins/3",
  ]);
});
