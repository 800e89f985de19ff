import { describe, expect, test } from "vitest";
import { MAX_TESTS } from "../../src/expectation/decode-test-file.ts";
import { decodedTests, problemsOf } from "./decoded-tests.ts";

const ONE = "tests:\n  - name: a\n    request: {url: /}\n    expect: granted\n";

/** A file with one test that holds this besides its name. */
function file(...lines: readonly string[]): string {
  return `tests:\n  - name: a\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

/** The request of the only test of a file. */
function requestOf(...lines: readonly string[]): object | undefined {
  const { tests, problems } = decodedTests(file(...lines, "expect: granted"));
  expect(problems).toEqual([]);
  expect(tests).toHaveLength(1);
  return tests[0]?.request;
}

describe("policies", () => {
  test.each([
    ["", []],
    ["policy: a.yaml\n", ["a.yaml"]],
    ["policy: [a.yaml, b]\n", ["a.yaml", "b"]],
  ])("%j names %j", (line, names) => {
    expect(decodedTests(line + ONE).policies.map(({ value }) => value)).toEqual(names);
  });

  test.each([
    [
      "policy: []\n",
      "t.yaml:1:9 /policy: no policy file is named; name a file or a directory, or leave the key out",
    ],
    ["policy: 1\n", 't.yaml:1:9 /policy: expected a text, found the number `1`; quote it: `"1"`'],
    ["policy: {}\n", "t.yaml:1:9 /policy: expected a text, found a map; write a text"],
  ])("%j is reported", (line, problem) => {
    expect(problemsOf(line + ONE)).toEqual([problem]);
  });
});

describe("requests", () => {
  test("GET over HTTP/1.1, without an Origin, unless it says otherwise", () => {
    expect(requestOf("request: {url: 'https://api.example/x?y'}")).toMatchObject({
      isVersionAssumed: true,
      request: {
        method: "GET",
        path: "/x?y",
        authority: "api.example",
        origin: undefined,
        httpVersion: "HTTP/1.1",
        route: undefined,
        group: undefined,
      },
    });
  });

  test("everything that can be said", () => {
    const headers = "{Sec-Fetch-Site: none, Upgrade: [a, b]}";
    expect(
      requestOf(
        `request: {url: /, method: PUT, origin: 'https://a.example', headers: ${headers}, httpVersion: HTTP/2, route: r, group: g}`,
      ),
    ).toMatchObject({
      isVersionAssumed: false,
      request: {
        method: "PUT",
        origin: "https://a.example",
        secFetchSite: "none",
        upgrade: "a,b",
        httpVersion: "HTTP/2",
        route: "r",
        group: "g",
      },
    });
  });

  test("an empty Origin is one", () => {
    expect(requestOf("request: {url: /, origin: ''}")).toMatchObject({ request: { origin: "" } });
  });

  test("a preflight is sent as browsers send it", () => {
    expect(
      requestOf(
        "preflight: {url: /, origin: o, method: PUT, headers: [X-B, content-type], privateNetwork: true}",
      ),
    ).toMatchObject({
      request: {
        method: "OPTIONS",
        origin: "o",
        requestMethod: "PUT",
        requestHeaders: "content-type,x-b",
        requestPrivateNetwork: "true",
      },
    });
    expect(requestOf("preflight: {url: /, origin: o, method: PUT}")).toMatchObject({
      request: { requestHeaders: undefined, requestPrivateNetwork: undefined },
    });
  });

  test.each([
    ["request: {}", "t.yaml:3:14 /tests/0/request: `url` is missing; add `url` here, or to `each`"],
    [
      "preflight: {origin: o}",
      "t.yaml:3:16 /tests/0/preflight: `url` is missing; add `url` here, or to `each`",
      "t.yaml:3:16 /tests/0/preflight: `method` is missing; add `method` here, or to `each`",
    ],
    [
      "request: {url: 'a b'}",
      "t.yaml:3:20 /tests/0/request/url: `a b`: holds a blank or a control character; percent-encode it; correct it",
    ],
    [
      "request: {url: /, method: G T}",
      "t.yaml:3:31 /tests/0/request/method: `G T` is not a method name; correct it",
    ],
    [
      "request: {url: /, headers: {a b: c}}",
      "t.yaml:3:32 /tests/0/request/headers: `a b: c`: write `name: value`; correct it",
    ],
    [
      'request: {url: /, origin: "a\\nb"}',
      "t.yaml:3:14 /tests/0/request: `origin: a\nb`: holds a control character; correct it",
    ],
    [
      "request: {url: /, httpVersion: '9'}",
      "t.yaml:3:36 /tests/0/request/httpVersion: `9`: write one of HTTP/1.0, HTTP/1.1, HTTP/2, HTTP/3; correct it",
    ],
    [
      "request: {url: 1}",
      't.yaml:3:20 /tests/0/request/url: expected a text, found the number `1`; quote it: `"1"`',
    ],
    [
      "request: {url: /, headers: x}",
      "t.yaml:3:32 /tests/0/request/headers: expected a map of header names to values, found the text `x`; write `name: value`, one a line",
    ],
    [
      "request: {url: /, headers: {a: {}}}",
      "t.yaml:3:36 /tests/0/request/headers/a: expected a text, found a map; write a text",
    ],
    [
      "request: {url: /, orign: x}",
      "t.yaml:3:23 /tests/0/request/orign: unknown key `orign`; write `origin`",
    ],
    [
      "request: x",
      "t.yaml:3:14 /tests/0/request: expected a map of keys to values, found the text `x`; write `key: value`, one a line",
    ],
    [
      "preflight: x",
      "t.yaml:3:16 /tests/0/preflight: expected a map of keys to values, found the text `x`; write `key: value`, one a line",
    ],
  ])("%s is reported", (line, ...problems) => {
    expect(problemsOf(file(line, "expect: granted"))).toEqual(problems);
  });

  test.each([
    [
      "request: {url: /, headers: {a: [1]}}",
      't.yaml:3:37 /tests/0/request/headers/a/0: expected a text, found the number `1`; quote it: `"1"`',
    ],
    [
      "preflight: {url: /, origin: o, method: PUT, headers: x}",
      "t.yaml:3:58 /tests/0/preflight/headers: expected a list, found the text `x`; write a list: `[…]`, or one entry a line, each after `- `",
    ],
    [
      "preflight: {url: /, origin: o, method: PUT, headers: [1]}",
      't.yaml:3:59 /tests/0/preflight/headers/0: expected a text, found the number `1`; quote it: `"1"`',
    ],
  ])("%s is reported", (line, ...problems) => {
    expect(problemsOf(file(line, "expect: granted"))).toEqual(problems);
  });

  test("neither of them, and both", () => {
    expect(problemsOf(file("expect: granted"))).toEqual([
      "t.yaml:2:5 /tests/0: there is neither `request` nor `preflight`; add one of them",
    ]);
    const both = ["request: {url: /}", "preflight: {}", "expect: granted"];
    expect(problemsOf(file(...both))).toEqual([
      "t.yaml:4:16 /tests/0/preflight: `preflight` stands beside `request`; write two tests",
    ]);
  });
});

describe("each", () => {
  test("is one test of every combination, named by its values", () => {
    const { tests, problems } = decodedTests(
      file(
        "request: {url: /own, method: PUT}",
        "each: {url: [/a, /b], origin: [o, '']}",
        "expect: granted",
      ),
    );
    expect(problems).toEqual([]);
    expect(
      tests.map(({ name, request: { request } }) => [name, request.origin, request.path]),
    ).toEqual([
      ["a [o, /a]", "o", "/a"],
      ["a [o, /b]", "o", "/b"],
      ['a ["", /a]', "", "/a"],
      ['a ["", /b]', "", "/b"],
    ]);
    expect(tests.map(({ request: { request } }) => request.method)).toEqual(Array(4).fill("PUT"));
  });

  test("gives what the request leaves out", () => {
    const { tests, problems } = decodedTests(
      file("preflight: {}", "each: {url: [/], origin: [o], method: [PUT, GET]}", "expect: granted"),
    );
    expect(problems).toEqual([]);
    expect(tests.map(({ request: { request } }) => request.requestMethod)).toEqual(["PUT", "GET"]);
  });

  test.each([
    [
      "each: {origin: []}",
      "t.yaml:4:20 /tests/0/each/origin: no test comes of an empty list; write its values",
    ],
    [
      "each: {origin: o}",
      "t.yaml:4:20 /tests/0/each/origin: expected a list, found the text `o`; write a list: `[…]`, or one entry a line, each after `- `",
    ],
    [
      "each: {origins: [o]}",
      "t.yaml:4:12 /tests/0/each/origins: unknown key `origins`; write `origin`",
    ],
    [
      "each: 1",
      "t.yaml:4:11 /tests/0/each: expected a map of keys to values, found the number `1`; write `key: value`, one a line",
    ],
    [
      "each: {origin: [1]}",
      't.yaml:4:21 /tests/0/each/origin/0: expected a text, found the number `1`; quote it: `"1"`',
    ],
  ])("%s is reported", (line, problem) => {
    expect(problemsOf(file("request: {url: /}", line, "expect: granted"))).toEqual([problem]);
  });

  test("what is missing is said once", () => {
    expect(
      problemsOf(file("request: {}", "each: {origin: [a, b]}", "expect: granted")),
    ).toHaveLength(1);
  });
});

describe("the limit on tests", () => {
  const urls = (count: number): string => Array.from({ length: count }, (_, at) => `/${at}`).join();
  const many = (count: number): string =>
    file("request: {}", `each: {url: [${urls(count)}]}`, "expect: granted");
  const more = "  - {name: b, request: {url: /}, expect: granted}\n";

  test("as many as that are taken", () => {
    const { tests, problems } = decodedTests(many(MAX_TESTS));
    expect([tests.length, problems.length]).toEqual([MAX_TESTS, 0]);
    expect(decodedTests(many(MAX_TESTS - 1) + more).problems).toEqual([]);
  });

  test("one more is not, by itself or with those before it", () => {
    const message = `with this the file has more than ${MAX_TESTS} tests; write less, or another file`;
    expect(problemsOf(many(MAX_TESTS + 1))).toEqual([`t.yaml:4:11 /tests/0/each: ${message}`]);
    expect(problemsOf(many(MAX_TESTS) + more + more)).toEqual([`t.yaml:6:5 /tests/1: ${message}`]);
  });
});

describe("the file", () => {
  test("what is missing in a test is said for it", () => {
    expect(problemsOf(file("request: {url: /}"))).toEqual([
      "t.yaml:2:5 /tests/0: `expect` is missing; add `expect`",
    ]);
  });

  test.each([
    ["tests: []", "t.yaml:1:8 /tests: there is no test; write one, beginning with `- name: `"],
    ["policy: a", "t.yaml:1:1: `tests` is missing; add `tests`"],
    [
      "[]",
      "t.yaml:1:1: expected a map of keys to values, found a list; write `key: value`, one a line",
    ],
    [
      "tests: [x]",
      "t.yaml:1:9 /tests/0: expected a map of keys to values, found the text `x`; write `key: value`, one a line",
    ],
    [
      "tests: x",
      "t.yaml:1:8 /tests: expected a list, found the text `x`; write a list: `[…]`, or one entry a line, each after `- `",
    ],
  ])("%j is reported", (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test("everything wrong is reported at once", () => {
    const text =
      "polcy: x\ntests:\n  - nme: a\n    request: {url: 1}\n    expect: {outcom: granted}\n";
    expect(problemsOf(text).map((line) => line.split(": ")[0])).toEqual([
      "t.yaml:1:1 /polcy",
      "t.yaml:3:5 /tests/0/nme",
      "t.yaml:3:5 /tests/0",
      "t.yaml:5:14 /tests/0/expect/outcom",
      "t.yaml:4:20 /tests/0/request/url",
    ]);
  });
});
