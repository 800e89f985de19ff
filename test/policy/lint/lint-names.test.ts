import { describe, expect, test } from "vitest";
import { compileObject, problemsOf, problemsOfPolicy, WEB } from "../compile-object.ts";

describe("lintMethods", () => {
  const list = "/policies/0/allowMethods";
  const cases: readonly [string, object, readonly string[]][] = [
    ["usual ones", { allowMethods: ["GET", "PATCH", "PURGE", "x-own"] }, []],
    ["`*`", { allowMethods: "*" }, []],
    ["no browser sends it", { allowMethods: ["TRACE"] }, [`warning method-never-sent ${list}/0`]],
    ["in any case", { allowMethods: ["GET", "Track"] }, [`warning method-never-sent ${list}/1`]],
    ["CONNECT", { allowMethods: ["CONNECT"] }, [`warning method-never-sent ${list}/0`]],
    ["another case", { allowMethods: ["patch"] }, [`warning method-case ${list}/0`]],
    ["twice", { allowMethods: ["GET", "GET"] }, [`warning entry-repeated ${list}/1`]],
    ["none", { allowMethods: [] }, [`warning methods-empty ${list}`]],
    [
      "none by a preset",
      { preset: "gravitee" },
      ["warning methods-empty /policies/0", "warning headers-any /policies/0"],
    ],
    [
      "one that the product lacks",
      { preset: "webmethods", allowMethods: ["GET", "OPTIONS"] },
      [`warning method-not-offered ${list}/1`],
    ],
    ["`*` of a product with a choice", { preset: "webmethods", allowMethods: "*" }, []],
    [
      "left out where the preset requires one",
      { preset: "webmethods" },
      ["error methods-required /policies/0"],
    ],
  ];
  test.each(cases)("%s", (_, policy, problems) => {
    expect(problemsOfPolicy(policy)).toEqual(problems);
  });
});

describe("lintHeaders", () => {
  const allow = "/policies/0/allowHeaders";
  const expose = "/policies/0/exposeHeaders";
  const cases: readonly [string, object, readonly string[]][] = [
    [
      "usual ones",
      { allowHeaders: ["content-type", "authorization"], exposeHeaders: ["etag"] },
      [],
    ],
    ["`*`", { allowHeaders: "*", exposeHeaders: "*" }, [`warning headers-any ${allow}`]],
    [
      "`*` by a preset",
      { preset: "gravitee", allowMethods: ["GET"] },
      ["warning headers-any /policies/0"],
    ],
    [
      "forbidden",
      { allowHeaders: ["Cookie", "Sec-Fetch-Site", "Proxy-Authorization"] },
      [
        `warning header-forbidden ${allow}/0`,
        `warning header-forbidden ${allow}/1`,
        `warning header-forbidden ${allow}/2`,
      ],
    ],
    [
      "twice",
      { allowHeaders: ["X-A", "x-a"], exposeHeaders: ["x-a", "X-A"] },
      [`warning entry-repeated ${allow}/1`, `warning entry-repeated ${expose}/1`],
    ],
    [
      "shown anyway",
      { exposeHeaders: ["Content-Type"] },
      [`warning expose-safelisted ${expose}/0`],
    ],
    ["never shown", { exposeHeaders: ["Set-Cookie"] }, [`warning expose-set-cookie ${expose}/0`]],
    [
      "of requests",
      { exposeHeaders: ["Authorization"] },
      [`warning expose-request-header ${expose}/0`],
    ],
  ];
  test.each(cases)("%s", (_, policy, problems) => {
    expect(problemsOfPolicy(policy)).toEqual(problems);
  });
});

describe("lintSwitches", () => {
  const cases: readonly [string, object, readonly string[]][] = [
    ["Chromium's cap", { maxAge: 7200 }, []],
    ["above Chromium's cap", { maxAge: 7201 }, ["warning max-age-capped /policies/0/maxAge"]],
    [
      "requireOrigin",
      { requireOrigin: true },
      ["warning origin-required /policies/0/requireOrigin"],
    ],
    ["no requireOrigin", { requireOrigin: false }, []],
    ["no version", { httpVersions: [] }, ["warning http-versions-empty /policies/0/httpVersions"]],
    [
      "a version twice",
      { httpVersions: ["HTTP/2", "HTTP/2"] },
      ["warning entry-repeated /policies/0/httpVersions/1"],
    ],
  ];
  test.each(cases)("%s", (_, policy, problems) => {
    expect(problemsOfPolicy(policy)).toEqual(problems);
  });

  test.each([
    [
      86_400,
      "`maxAge` of 86400 seconds is more than browsers use: Chromium keeps a preflight 7200 seconds",
    ],
    [
      86_401,
      "`maxAge` of 86401 seconds is more than browsers use: Chromium keeps a preflight 7200 seconds and Firefox 86400",
    ],
  ])("maxAge %i names the browsers that keep less", (maxAge, message) => {
    const { problems } = compileObject({ policies: [{ ...WEB, maxAge }] });
    expect(problems.map((problem) => problem.message)).toEqual([`a ${message}`]);
  });
});

test("nothing is said of a disabled policy", () => {
  const disabled = { ...WEB, name: "off", enabled: false, allowMethods: [], allowHeaders: "*" };
  expect(problemsOf({ policies: [WEB, disabled] })).toEqual([]);
});
