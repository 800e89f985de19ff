import { describe, expect, test } from "vitest";
import { MAX_BODY_LENGTH } from "../../src/admin/body.ts";
import { Token } from "../../src/admin/token.ts";
import { ASSETS } from "../../src/console/assets.ts";
import { rawRequest } from "./raw-request.ts";
import { startForTest } from "./running-admin.ts";

const SECRET = "0123456789abcdef";
const OPEN = [
  "/",
  "/livez",
  "/readyz",
  "/metrics",
  ...ASSETS.map(({ name }) => `/console/${name}`),
];
const LOCKED = ["/policy", "/origins?policy=a", "/decisions", "/refusals"];
const ALL = [...OPEN, ...LOCKED];

describe("the Host of a request", () => {
  const names = { hosts: new Set(["admin.example"]), token: undefined, takesCertificates: false };

  async function asked(lines: readonly string[]) {
    const { port } = await startForTest({ access: names });
    return rawRequest(port, [...lines, "Connection: close"]);
  }

  test.each([
    "localhost",
    "LOCALHOST:9905",
    "localhost.",
    "127.0.0.1:1",
    "[::1]:9905",
    "admin.example",
    "Admin.Example.:443",
  ])("%s is known", async (host) => {
    expect(await asked(["GET /livez HTTP/1.1", `Host: ${host}`])).toMatchObject({ status: 200 });
  });

  test.each(["evil.example", "evil.example:9905", "localhost.evil.example", "0.0.0.0", "[::]"])(
    "%s is not: 421, whatever is asked for",
    async (host) => {
      const { port } = await startForTest({ access: names });
      for (const path of [...ALL, "/none"]) {
        const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close"];
        expect(await rawRequest(port, lines)).toMatchObject({ status: 421 });
      }
    },
  );

  test.each([
    ["none at all", ["GET /livez HTTP/1.1"], 400],
    ["none, in HTTP/1.0", ["GET /livez HTTP/1.0"], 400],
    ["an empty one", ["GET /livez HTTP/1.1", "Host:"], 421],
    ["two", ["GET /livez HTTP/1.1", "Host: localhost", "Host: evil.example"], 400],
    ["two that are the same", ["GET /livez HTTP/1.1", "Host: localhost", "host: localhost"], 400],
    ["a list", ["GET /livez HTTP/1.1", "Host: localhost, evil.example"], 421],
    ["a user", ["GET /livez HTTP/1.1", "Host: localhost@evil.example"], 421],
    ["another beside it", ["GET /livez HTTP/1.1", "Host: evil.example", "X-Host: localhost"], 421],
    ["a forwarded one", ["GET /livez HTTP/1.1", "Host: a.b", "X-Forwarded-Host: localhost"], 421],
  ])("%s is refused", async (_, lines, status) => {
    expect(await asked(lines)).toMatchObject({ status });
  });

  test.each([
    ["http://localhost:9905/livez", "localhost", 200],
    ["http://admin.example/livez", "localhost", 200],
    ["http://evil.example/livez", "localhost", 421],
    ["http://localhost/livez", "evil.example", 421],
    ["http://localhost@evil.example/livez", "localhost", 421],
    ["http://evil.example", "localhost", 421],
    ["//evil.example/livez", "localhost", 404],
  ])("in the target too: GET %s with Host %s is %d", async (target, host, status) => {
    const lines = [`GET ${target} HTTP/1.1`, `Host: ${host}`];
    expect(await asked(lines)).toMatchObject({ status });
  });
});

describe("methods", () => {
  test.each(ALL)("%s takes GET and HEAD alone", async (path) => {
    const { origin } = await startForTest();
    const get = await fetch(origin + path);
    const head = await fetch(origin + path, { method: "HEAD" });
    expect([get.status, head.status]).toEqual([200, 200]);
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
    expect((await get.text()).length).toBeGreaterThan(0);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const refused = await fetch(origin + path, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get("allow")).toBe("GET, HEAD");
    }
  });

  test.each(["/explain", "/diff"])("%s takes POST alone", async (path) => {
    const { origin } = await startForTest();
    for (const method of ["GET", "HEAD", "PUT", "OPTIONS"]) {
      const refused = await fetch(origin + path, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get("allow")).toBe("POST");
    }
  });

  test.each(["/none", "/livez/", "/livez%00", "/../livez", "/LIVEZ", "//livez", "/explain/x"])(
    "there is nothing at %s",
    async (path) => {
      const { port } = await startForTest();
      const lines = [`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close"];
      expect(await rawRequest(port, lines)).toMatchObject({ status: 404 });
    },
  );
});

test("every answer, a refusal too, forbids pages to read, embed, load or keep it", async () => {
  const { port } = await startForTest({
    access: { hosts: new Set(), token: new Token(SECRET), takesCertificates: false },
  });
  const requests = [
    ["GET /livez HTTP/1.1", "Host: localhost"],
    ["GET /metrics HTTP/1.1", "Host: localhost", "Origin: https://evil.example"],
    ["GET /policy HTTP/1.1", "Host: localhost", `Authorization: Bearer ${SECRET}`],
    ["GET /policy HTTP/1.1", "Host: localhost"],
    ["GET /none HTTP/1.1", "Host: localhost"],
    ["GET /livez HTTP/1.1", "Host: evil.example"],
    ["GET /livez HTTP/1.1"],
    [
      "OPTIONS /explain HTTP/1.1",
      "Host: localhost",
      "Origin: https://evil.example",
      "Access-Control-Request-Method: POST",
      "Access-Control-Request-Headers: content-type",
      "Access-Control-Request-Private-Network: true",
    ],
  ];
  const seen = [];
  for (const lines of requests) {
    const { status, headers } = await rawRequest(port, [...lines, "Connection: close"]);
    seen.push(status);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": [
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "require-trusted-types-for 'script'; trusted-types 'none'",
      ].join("; "),
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
  expect(seen).toEqual([200, 200, 200, 401, 404, 421, 400, 405]);
});

describe("the token", () => {
  async function statuses(authorization: string | undefined, token: Token | undefined) {
    const { origin } = await startForTest({
      access: { hosts: new Set(), token, takesCertificates: false },
    });
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const answers = await Promise.all([
      ...ALL.map((path) => fetch(origin + path, { headers })),
      fetch(`${origin}/explain`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: "{}",
      }),
      fetch(`${origin}/diff`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/yaml" },
        body: "{}",
      }),
    ]);
    return answers.map(({ status }) => status);
  }

  test("opens everything", async () => {
    const all = await statuses(`Bearer ${SECRET}`, new Token(SECRET));
    expect(new Set(all)).toEqual(new Set([200]));
  });

  test.each([undefined, "Bearer 0123456789abcdeF", `Basic ${SECRET}`])(
    "is asked for on all but health, metrics and the page: %s does not do",
    async (authorization) => {
      const all = await statuses(authorization, new Token(SECRET));
      const locked = [...LOCKED, "/explain", "/diff"];
      expect(all).toEqual([...OPEN.map(() => 200), ...locked.map(() => 401)]);
    },
  );

  test("nobody is asked where there is none", async () => {
    expect(new Set(await statuses(undefined, undefined))).toEqual(new Set([200]));
  });

  test("an answer without it says how to send it", async () => {
    const { origin } = await startForTest({
      access: { hosts: new Set(), token: new Token(SECRET), takesCertificates: false },
    });
    const refused = await fetch(`${origin}/policy`);
    expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="corsd"');
  });
});

describe("a POST", () => {
  const JSON_TYPE = "Content-Type: application/json";

  async function posted(lines: readonly string[], body = "{}") {
    const { port } = await startForTest();
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    const head = ["POST /explain HTTP/1.1", `Host: localhost:${port}`, length, ...lines];
    return rawRequest(port, [...head, "Connection: close"], body);
  }

  test.each([
    ["of no page", []],
    ["of an address bar or a tool", ["Sec-Fetch-Site: none"]],
    ["of its own page", ["Sec-Fetch-Site: same-origin"]],
  ])("%s is taken", async (_, lines) => {
    expect(await posted([JSON_TYPE, ...lines])).toMatchObject({ status: 200 });
  });

  test("with its own Origin is taken, whatever the letters' case", async () => {
    const { port } = await startForTest();
    const lines = [`Host: LocalHost:${port}`, `Origin: http://localhost:${port}`, JSON_TYPE];
    const head = ["POST /explain HTTP/1.1", "Content-Length: 2", "Connection: close", ...lines];
    expect(await rawRequest(port, head, "{}")).toMatchObject({ status: 200 });
  });

  test.each([
    ["cross-site", ["Sec-Fetch-Site: cross-site"]],
    ["same-site", ["Sec-Fetch-Site: same-site"]],
    ["of another origin", ["Origin: https://evil.example"]],
    ["of another port", ["Origin: http://localhost:1"]],
    ["of an opaque origin", ["Origin: null"]],
    ["of no origin", ["Origin:"]],
    ["of an origin that begins alike", ["Origin: http://localhost.evil.example"]],
    [
      "of a foreign Origin that says same-origin",
      ["Origin: https://evil.example", "Sec-Fetch-Site: same-origin"],
    ],
  ])("%s is refused", async (_, lines) => {
    expect(await posted([JSON_TYPE, ...lines])).toMatchObject({ status: 403 });
  });

  test.each([
    ["application/json", 200],
    ["Application/JSON; charset=utf-8", 200],
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=x", 415],
    ["text/plain; application/json", 415],
    ["application/jsonp", 415],
  ])("with content type %s is %d", async (type, status) => {
    expect(await posted([`Content-Type: ${type}`])).toMatchObject({ status });
  });

  test("without a content type is refused", async () => {
    expect(await posted([])).toMatchObject({ status: 415 });
  });

  test.each([
    [MAX_BODY_LENGTH - 1, 200],
    [MAX_BODY_LENGTH, 200],
    [MAX_BODY_LENGTH + 1, 413],
    [10 * MAX_BODY_LENGTH, 413],
  ])("of %d bytes is %d, in one piece and in chunks", async (length, status) => {
    const { origin, faults } = await startForTest();
    const body = JSON.stringify("x".repeat(length - 2));
    const init = { method: "POST", headers: { "content-type": "application/json" } };
    const whole = await fetch(`${origin}/explain`, { ...init, body });
    const stream = new Blob([body]).stream();
    const pieces = { ...init, body: stream, duplex: "half" } as RequestInit;
    const chunked = await fetch(`${origin}/explain`, pieces);
    expect([whole.status, chunked.status]).toEqual([status, status]);
    expect(faults).toEqual([]);
  });
});
