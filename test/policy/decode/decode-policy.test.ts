import { describe, expect, test } from "vitest";
import {
  MAX_DESCRIPTION_LENGTH,
  MAX_HEADER_NAME_LENGTH,
  MAX_LIST_TEXT_LENGTH,
  MAX_TAG_LENGTH,
  MAX_TAGS,
} from "../../../src/policy/vocabulary/limits.ts";
import { codes, decoded, policy, said } from "./decoded.ts";

const only = (text: string) => decoded(text).document.policies.at(0);

describe("a policy as written", () => {
  test("with its name alone has nothing filled in", () => {
    const { document, problems } = decoded(policy());
    expect(problems).toEqual([]);
    expect(document).toEqual({
      policies: [
        {
          at: { place: { file: "0.yaml", line: 2, column: 5 }, pointer: "/policies/0" },
          name: {
            value: "a",
            text: "a",
            at: { place: { file: "0.yaml", line: 2, column: 11 }, pointer: "/policies/0/name" },
          },
          description: undefined,
          tags: [],
          preset: "strict",
          enabled: true,
          mode: "enforce",
          allowOrigins: undefined,
          allowMethods: undefined,
          allowHeaders: undefined,
          exposeHeaders: undefined,
          allowCredentials: undefined,
          dangerouslyAllowAnyOriginWithCredentials: false,
          maxAge: undefined,
          httpVersions: undefined,
          requireOrigin: undefined,
          preflight: "answer",
          webSocket: "ignore",
          allowPrivateNetwork: false,
          timingAllowOrigin: false,
          behavior: {},
        },
      ],
      applications: [],
      groups: undefined,
    });
  });

  test("with every key", () => {
    const { document, problems } = decoded(
      policy(
        "description: Web shops",
        "tags: [team:payments, 'env: prod']",
        "preset: gravitee",
        "enabled: false",
        "mode: shadow",
        "allowOrigins: ['null', https://a.example]",
        "allowMethods: [GET, get]",
        "allowHeaders: ['*']",
        "exposeHeaders: '*'",
        "allowCredentials: true",
        "dangerouslyAllowAnyOriginWithCredentials: true",
        "maxAge: 15m",
        "httpVersions: [HTTP/1.1, HTTP/2]",
        "requireOrigin: true",
        "preflight: continue",
        "webSocket: check",
        "allowPrivateNetwork: true",
        "timingAllowOrigin: true",
        "behavior:",
        "  refusedActual: forward",
        "  refusedPreflight: bare",
        "  preflightStatus: 204",
        "  refusalStatus: {origin: 400, method: 401, header: 402, httpVersion: 498, missingOrigin: 499}",
        "  checkRequested: false",
        "  checkActualMethod: true",
        "  safelistedMethods: always",
        "  sameOrigin: check",
        "  anyOriginAnswer: echo",
        "  exposeOnPreflight: true",
      ),
    );
    expect(problems).toEqual([]);
    expect(document.policies[0]).toMatchObject({
      description: "Web shops",
      tags: ["team:payments", "env: prod"],
      preset: "gravitee",
      enabled: false,
      mode: "shadow",
      allowOrigins: {
        kind: "listed",
        items: [{ value: { kind: "opaque" }, text: "null" }, { text: "https://a.example" }],
      },
      allowMethods: { kind: "listed", items: [{ value: "GET" }, { value: "get" }] },
      allowHeaders: { kind: "any" },
      exposeHeaders: { kind: "any" },
      allowCredentials: { value: true },
      dangerouslyAllowAnyOriginWithCredentials: true,
      maxAge: { value: 900, text: "15m" },
      httpVersions: { kind: "listed", items: [{ value: "HTTP/1.1" }, { value: "HTTP/2" }] },
      requireOrigin: { value: true },
      preflight: "continue",
      webSocket: "check",
      allowPrivateNetwork: true,
      timingAllowOrigin: true,
      behavior: {
        refusedActual: "forward",
        refusedPreflight: "bare",
        preflightStatus: 204,
        refusalStatus: {
          origin: 400,
          method: 401,
          header: 402,
          httpVersion: 498,
          missingOrigin: 499,
        },
        checkRequested: false,
        checkActualMethod: true,
        safelistedMethods: "always",
        sameOrigin: "check",
        anyOriginAnswer: "echo",
        exposeOnPreflight: true,
      },
    });
  });

  test("only switches that are written stand in `behavior`", () => {
    expect(
      only(policy("behavior: {checkRequested: true, refusalStatus: {origin: 404}}"))?.behavior,
    ).toEqual({
      checkRequested: true,
      refusalStatus: { origin: 404 },
    });
  });

  test("its own preset goes before its file's, and its file's before `strict`", () => {
    const { document } = decoded(
      "preset: fetch\npolicies: [{name: a}, {name: b, preset: envoy}]",
      "policies: [{name: c}]",
    );
    expect(document.policies.map(({ preset }) => preset)).toEqual(["fetch", "envoy", "strict"]);
  });

  test("an empty list is nobody or none, never the default", () => {
    const given = only(policy("preset: api-groups", "allowOrigins: []", "httpVersions: []"));
    expect(given?.allowOrigins).toMatchObject({ kind: "listed", items: [] });
    expect(given?.httpVersions).toMatchObject({ kind: "listed", items: [] });
  });

  test.each(["-1", "'-1'", "0", "2147483647", "'900'", "2h"])("maxAge: %s", (written) => {
    expect(codes(decoded(policy(`maxAge: ${written}`)))).toEqual([]);
  });
});

describe("what is wrong with a policy", () => {
  test.each([
    [
      "name: b",
      "3:5 /policies/0/name duplicate-key | the key `name` stands already in line 2 | keep one of them",
    ],
    [
      "allowOrigin: '*'",
      "3:5 /policies/0/allowOrigin unknown-key | unknown key `allowOrigin` | write `allowOrigins`",
    ],
    [
      "colour: 1",
      "3:5 /policies/0/colour unknown-key | unknown key `colour` | remove it; the nearest known key is `mode`",
    ],
    [
      "__proto__: {a: 1}",
      "3:5 /policies/0/__proto__ unknown-key | unknown key `__proto__` | remove it; the nearest known key is `preset`",
    ],
    [
      "a/b~c: 1",
      "3:5 /policies/0/a~1b~0c unknown-key | unknown key `a/b~c` | remove it; the nearest known key is `name`",
    ],
    [
      "description:",
      "3:17 /policies/0/description null-value | the value is empty | write a value, or leave the key out",
    ],
    [
      "allowOrigins: null",
      '3:19 /policies/0/allowOrigins null-value | `null` without quotes means no value | quote it if the text is meant: `"null"`; else leave it out',
    ],
    [
      "allowOrigins: ~",
      '3:19 /policies/0/allowOrigins null-value | `~` without quotes means no value | quote it if the text is meant: `"~"`; else leave it out',
    ],
    [
      "allowOrigins: [null]",
      '3:20 /policies/0/allowOrigins/0 null-value | `null` without quotes means no value | quote it if the text is meant: `"null"`; else leave it out',
    ],
    [
      "maxAge: ~",
      '3:13 /policies/0/maxAge null-value | `~` without quotes means no value | quote it if the text is meant: `"~"`; else leave it out',
    ],
    [
      "enabled: ~",
      '3:14 /policies/0/enabled null-value | `~` without quotes means no value | quote it if the text is meant: `"~"`; else leave it out',
    ],
    [
      "behavior: ~",
      '3:15 /policies/0/behavior null-value | `~` without quotes means no value | quote it if the text is meant: `"~"`; else leave it out',
    ],
    [
      "preset: strickt",
      "3:13 /policies/0/preset unknown-value | `strickt` is none of `strict`, `webmethods`, `api-groups`, `gravitee`, `fetch`, `gateway-api`, `envoy` | write `strict`",
    ],
    [
      "mode: 7",
      '3:11 /policies/0/mode wrong-type | expected a text, found the number `7` | quote it: `"7"`',
    ],
    [
      "mode: off",
      "3:11 /policies/0/mode unknown-value | `off` is none of `enforce`, `shadow` | write one of them",
    ],
    [
      "mode: [shadow]",
      "3:11 /policies/0/mode wrong-type | expected a text, found a list | write a text",
    ],
    [
      "enabled: yes",
      "3:14 /policies/0/enabled wrong-type | expected `true` or `false`, found the text `yes` | write `true`",
    ],
    [
      "enabled: Off",
      "3:14 /policies/0/enabled wrong-type | expected `true` or `false`, found the text `Off` | write `false`",
    ],
    [
      "enabled: 'true'",
      "3:14 /policies/0/enabled wrong-type | expected `true` or `false`, found the text `true` | write `true`",
    ],
    [
      "enabled: maybe",
      "3:14 /policies/0/enabled wrong-type | expected `true` or `false`, found the text `maybe` | write `true` or `false`",
    ],
    [
      "enabled: {}",
      "3:14 /policies/0/enabled wrong-type | expected `true` or `false`, found a map | write `true` or `false`",
    ],
    [
      "description: ''",
      "3:18 /policies/0/description value-empty | the text is empty | write a value, or leave the key out",
    ],
    [
      "description: {a: b}",
      "3:18 /policies/0/description wrong-type | expected a text, found a map | write a text",
    ],
    ["tags: x", "3:11 /policies/0/tags list-expected | expected a list | write `[x]`"],
    [
      "tags: ['a  b']",
      "3:12 /policies/0/tags/0 tag-invalid | `a  b` is not a tag | write visible characters, with single blanks between words",
    ],
    [
      "tags: {a: b}",
      "3:11 /policies/0/tags wrong-type | expected a list, found a map | write a list: `[…]`, or one entry a line, each after `- `",
    ],
    [
      "allowOrigins: https://a.example",
      '3:19 /policies/0/allowOrigins list-expected | expected a list, or `"*"` | write `[https://a.example]`',
    ],
    [
      "allowOrigins: '~https://a, b'",
      '3:19 /policies/0/allowOrigins list-expected | expected a list, or `"*"` | write `["~https://a, b"]`',
    ],
    [
      "allowOrigins: ''",
      '3:19 /policies/0/allowOrigins list-expected | expected a list, or `"*"` | write a list: `[…]`',
    ],
    [
      "allowOrigins: ['*', https://a.example]",
      '3:20 /policies/0/allowOrigins/0 star-beside-others | `*` stands beside other entries | write `"*"` alone for all, or remove it',
    ],
    [
      "allowOrigins: [example.com]",
      "3:20 /policies/0/allowOrigins/0 origin-invalid | `example.com` is not an origin: it has no scheme | write `https://example.com`",
    ],
    [
      "allowOrigins: [8]",
      '3:20 /policies/0/allowOrigins/0 wrong-type | expected a text, found the number `8` | quote it: `"8"`',
    ],
    [
      "allowMethods: 5",
      '3:19 /policies/0/allowMethods list-expected | expected a list, or `"*"` | write `[5]`',
    ],
    [
      "allowMethods: ['GET, POST']",
      "3:20 /policies/0/allowMethods/0 method-invalid | `GET, POST` is not a method | write each name as an entry of its own",
    ],
    [
      "allowMethods: ['G@T']",
      "3:20 /policies/0/allowMethods/0 method-invalid | `G@T` is not a method | use letters, digits and ``!#$%&'*+-.^_`|~`` only",
    ],
    [
      "allowMethods: ['']",
      "3:20 /policies/0/allowMethods/0 value-empty | the text is empty | write a value, or leave the key out",
    ],
    [
      "allowHeaders: ['x:y']",
      "3:20 /policies/0/allowHeaders/0 header-invalid | `x:y` is not a header name | use letters, digits and ``!#$%&'*+-.^_`|~`` only",
    ],
    [
      "allowHeaders: [true]",
      '3:20 /policies/0/allowHeaders/0 wrong-type | expected a text, found the boolean `true` | quote it: `"true"`',
    ],
    [
      "allowHeaders: [Access-Control-Max-Age]",
      "3:20 /policies/0/allowHeaders/0 cors-header | `Access-Control-Max-Age` is a response header of CORS itself | remove it; it is sent as needed",
    ],
    [
      "exposeHeaders: [access-control-allow-origin]",
      "3:21 /policies/0/exposeHeaders/0 cors-header | `access-control-allow-origin` is a response header of CORS itself | remove it; it is sent as needed",
    ],
    [
      "maxAge: 1.5",
      "3:13 /policies/0/maxAge max-age-invalid | `1.5` is no time in whole seconds | write whole seconds, or a whole number with s, m, h or d: `15m`",
    ],
    [
      "maxAge: true",
      "3:13 /policies/0/maxAge wrong-type | expected a time, found the boolean `true` | write whole seconds, or a whole number with s, m, h or d: `15m`",
    ],
    [
      "maxAge: [1]",
      "3:13 /policies/0/maxAge wrong-type | expected a time, found a list | write whole seconds, or a whole number with s, m, h or d: `15m`",
    ],
    [
      "httpVersions: '*'",
      '3:19 /policies/0/httpVersions list-expected | expected a list | write `["*"]`',
    ],
    [
      "httpVersions: [HTTP/2.0]",
      "3:20 /policies/0/httpVersions/0 unknown-value | `HTTP/2.0` is none of `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`, `HTTP/3` | write `HTTP/2`",
    ],
    [
      "behavior: {preflightStatus: 300}",
      "3:33 /policies/0/behavior/preflightStatus number-out-of-range | `300` is not a whole number from 200 to 299 | write a whole number from 200 to 299",
    ],
    [
      "behavior: {preflightStatus: '204'}",
      "3:33 /policies/0/behavior/preflightStatus wrong-type | expected a number, found the text `204` | write a whole number from 200 to 299",
    ],
    [
      "behavior: {preflightStatus: []}",
      "3:33 /policies/0/behavior/preflightStatus wrong-type | expected a number, found a list | write a whole number from 200 to 299",
    ],
    [
      "behavior: {refusalStatus: {origin: 399}}",
      "3:40 /policies/0/behavior/refusalStatus/origin number-out-of-range | `399` is not a whole number from 400 to 499 | write a whole number from 400 to 499",
    ],
    [
      "behavior: {refusalStatus: {origins: 404}}",
      "3:32 /policies/0/behavior/refusalStatus/origins unknown-key | unknown key `origins` | write `origin`",
    ],
    [
      "behavior: {refusalStatus: 404}",
      "3:31 /policies/0/behavior/refusalStatus wrong-type | expected a map of keys to values, found the number `404` | write `key: value`, one a line",
    ],
    [
      "behavior: reject",
      "3:15 /policies/0/behavior wrong-type | expected a map of keys to values, found the text `reject` | write `key: value`, one a line",
    ],
    [
      "preset: webmethods",
      "2:5 /policies/0 methods-required | the preset `webmethods` needs `allowMethods` | name one or more, such as `allowMethods: [GET, POST]`",
    ],
    [
      "preset: api-groups",
      "2:5 /policies/0 http-versions-required | the preset `api-groups` needs `httpVersions` | name one or more, such as `httpVersions: [HTTP/1.1, HTTP/2]`",
    ],
  ])("%s", (line, problem) => {
    expect(said(decoded(policy(line)))).toEqual([problem]);
  });

  test.each([
    ["Partner Web", "write `partner-web`"],
    ["-a-", "write `a`"],
    ["*", "use 1 to 63 of a-z, 0-9, `.`, `_` and `-`, with a letter or digit at both ends"],
    ["", "use 1 to 63 of a-z, 0-9, `.`, `_` and `-`, with a letter or digit at both ends"],
    [
      "a".repeat(64),
      "use 1 to 63 of a-z, 0-9, `.`, `_` and `-`, with a letter or digit at both ends",
    ],
  ])("the name %j", (name, fix) => {
    expect(decoded(`policies: [{name: "${name}"}]`).problems).toMatchObject([
      { code: "name-invalid", fix, pointer: "/policies/0/name", severity: "error" },
    ]);
  });

  test.each(["a", "0", "a".repeat(63), "a.b_c-d"])("the name %s is fine", (name) => {
    expect(codes(decoded(`policies: [{name: "${name}"}]`))).toEqual([]);
  });

  test("a name that is missing, or no text", () => {
    expect(codes(decoded("policies: [{mode: shadow}, {name: 12}, {name: [a]}]"))).toEqual([
      "missing-key /policies/0",
      "wrong-type /policies/1/name",
      "wrong-type /policies/2/name",
    ]);
  });

  test("a field that a preset requires is not asked for where it is there and wrong", () => {
    expect(codes(decoded(policy("preset: webmethods", "allowMethods: ~")))).toEqual([
      "null-value /policies/0/allowMethods",
    ]);
    expect(codes(decoded(policy("preset: api-groups", "httpVersions: []")))).toEqual([]);
    expect(codes(decoded(policy("preset: webmethods", "allowMethods: []")))).toEqual([]);
  });

  test("what is wrong opens nothing", () => {
    const given = only(
      policy(
        "preset: nonsense",
        "allowOrigins: ~",
        "allowMethods: GET",
        "allowHeaders: {}",
        "allowCredentials: yes",
        "dangerouslyAllowAnyOriginWithCredentials: yes",
        "allowPrivateNetwork: 1",
        "timingAllowOrigin: 'true'",
        "httpVersions: ~",
        "maxAge: x",
      ),
    );
    expect(given).toMatchObject({
      preset: "strict",
      allowOrigins: { kind: "listed", items: [] },
      allowMethods: { kind: "listed", items: [] },
      allowHeaders: { kind: "listed", items: [] },
      allowCredentials: undefined,
      dangerouslyAllowAnyOriginWithCredentials: false,
      allowPrivateNetwork: false,
      timingAllowOrigin: false,
      httpVersions: { kind: "listed", items: [] },
      maxAge: undefined,
    });
  });
});

describe("limits", () => {
  const quoted = (length: number): string => `"${"a".repeat(length)}"`;
  const list = (length: number, count: number): string =>
    `[${Array.from({ length: count }, () => quoted(length)).join(", ")}]`;

  test.each([
    [
      "description",
      (size: number) => quoted(size),
      MAX_DESCRIPTION_LENGTH,
      "value-too-long /policies/0/description",
    ],
    ["tags", (size: number) => list(1, size), MAX_TAGS, "list-too-long /policies/0/tags"],
    ["tags", (size: number) => list(size, 1), MAX_TAG_LENGTH, "value-too-long /policies/0/tags/0"],
    [
      "allowMethods",
      (size: number) => list(size, 1),
      64,
      "value-too-long /policies/0/allowMethods/0",
    ],
    [
      "allowHeaders",
      (size: number) => list(size, 1),
      MAX_HEADER_NAME_LENGTH,
      "value-too-long /policies/0/allowHeaders/0",
    ],
    [
      "exposeHeaders",
      (size: number) => list(size, 1),
      MAX_HEADER_NAME_LENGTH,
      "value-too-long /policies/0/exposeHeaders/0",
    ],
  ])("%s: below, at and above (%#)", (key, value, limit, code) => {
    expect(codes(decoded(policy(`${key}: ${value(limit - 1)}`)))).toEqual([]);
    expect(codes(decoded(policy(`${key}: ${value(limit)}`)))).toEqual([]);
    expect(codes(decoded(policy(`${key}: ${value(limit + 1)}`)))).toEqual([code]);
  });

  test("a list as one header", () => {
    // 819 names of 8 with a comma and a blank behind each but the last: 8,188 characters.
    const names = Array.from({ length: 819 }, () => "x-abcdef");
    const header = (last: string): string => `[${[...names, last].join(", ")}]`.slice(0, -1);
    const text = (size: number): string => header("b".repeat(size));
    const length = MAX_LIST_TEXT_LENGTH - names.join(", ").length - 2;
    for (const key of ["allowHeaders", "allowMethods"]) {
      expect(codes(decoded(policy(`${key}: ${text(length)}]`)))).toEqual([]);
      expect(codes(decoded(policy(`${key}: ${text(length + 1)}]`)))).toEqual([
        `list-too-long /policies/0/${key}`,
      ]);
    }
  });

  test("tags over the limit are left out", () => {
    expect(only(policy(`tags: ${list(1, MAX_TAGS + 1)}`))?.tags).toHaveLength(MAX_TAGS);
  });
});
