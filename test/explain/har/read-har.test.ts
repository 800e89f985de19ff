import { describe, expect, test } from "vitest";
import { exchangesOf } from "../../../src/explain/exchanges.ts";
import { MAX_ENTRIES, readHar } from "../../../src/explain/har/read-har.ts";

const APP = "https://app.example.com";
const URL = "https://api.example.com/orders";

function recorded(...entries: readonly unknown[]) {
  const read = readHar({ log: { entries } });
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

function line(name: string, value: unknown): object {
  return { name, value };
}

const ORIGIN = line("Origin", APP);

function entry(request: object, rest: object = {}): object {
  return { request: { method: "GET", url: URL, headers: [ORIGIN], ...request }, ...rest };
}

describe("an entry", () => {
  test.each([
    ["nothing", null, "`request.method` is no text"],
    ["a text", "GET", "`request.method` is no text"],
    ["no URL", { request: { method: "GET" } }, "`request.url` is no text"],
    [
      "no headers",
      { request: { method: "GET", url: URL } },
      "`request.headers` is no list of names and values",
    ],
    [
      "a header without a value",
      entry({ headers: [line("a", 1)] }),
      "`request.headers` is no list of names and values",
    ],
    [
      "a header without a name",
      entry({ headers: [{ value: "a" }] }),
      "`request.headers` is no list of names and values",
    ],
  ])("%s is malformed", (_, given, why) => {
    expect(recorded(given)).toEqual([{ kind: "malformed", entry: 1, why }]);
  });

  test.each([
    ["without an Origin", entry({ headers: [] })],
    ["to the page's own origin", entry({ url: `${APP}/orders` })],
    ["of an extension", entry({ url: "data:text/plain,a" })],
    ["of a script, without a Referer", entry({ headers: [] }, { _resourceType: "fetch" })],
    [
      "of a script, to the page's own origin",
      entry({ url: `${APP}/x`, headers: [line("Referer", `${APP}/`)] }, { _resourceType: "xhr" }),
    ],
    ["of an image", entry({ headers: [line("Referer", `${APP}/`)] }, { _resourceType: "image" })],
  ])("%s is none of CORS", (_, given) => {
    expect(recorded(given)).toEqual([{ kind: "other", entry: 1 }]);
  });

  test("that Chromium blocked has no Origin, but a Referer", () => {
    const given = entry(
      { headers: [line("Referer", `${APP}/page?a=1`)] },
      { _resourceType: "fetch" },
    );
    expect(recorded(given)).toMatchObject([
      {
        kind: "exchange",
        requests: [{ headers: [["origin", APP]] }],
        assumptions: [`origin: ${APP}, taken from the Referer`],
      },
    ]);
  });

  test.each([
    ["h2", "HTTP/2"],
    ["HTTP/2.0", "HTTP/2"],
    ["h3", "HTTP/3"],
    ["http/1.1", "HTTP/1.1"],
    ["", undefined],
    ["unknown", undefined],
    [7, undefined],
  ])("in version %j is %s", (httpVersion, version) => {
    expect(recorded(entry({ httpVersion }))).toMatchObject([
      { requests: [{ httpVersion: version }] },
    ]);
  });

  test("keeps of its answer the status and the headers of CORS", () => {
    const headers = [
      line("Access-Control-Allow-Origin", "*"),
      line("Set-Cookie", "s3cret"),
      line("VARY", "Origin"),
    ];
    expect(recorded(entry({}, { response: { status: 200, headers } }))).toMatchObject([
      {
        received: {
          status: 200,
          headers: [
            ["access-control-allow-origin", "*"],
            ["vary", "Origin"],
          ],
        },
      },
    ]);
    expect(recorded(entry({}, { response: { status: "200", headers: 7 } }))).toMatchObject([
      { received: { status: 0, headers: [] } },
    ]);
  });
});

describe("preflights", () => {
  const preflight = entry({
    method: "OPTIONS",
    headers: [ORIGIN, line("Access-Control-Request-Method", "PUT")],
  });
  const put = entry({ method: "PUT" });

  test("one that is not recorded goes before the request", () => {
    expect(recorded(put)).toMatchObject([
      {
        requests: [{ method: "OPTIONS" }, { method: "PUT" }],
        assumptions: [expect.stringContaining("not recorded")],
      },
    ]);
  });

  test("one that is recorded stands for itself", () => {
    expect(recorded(preflight, put)).toMatchObject([
      { requests: [{ method: "OPTIONS" }], assumptions: [] },
      { requests: [{ method: "PUT" }], assumptions: [] },
    ]);
  });

  test("one of another method does not count", () => {
    expect(recorded(preflight, entry({ method: "DELETE" }))).toMatchObject([
      { requests: [{}] },
      { requests: [{ method: "OPTIONS" }, { method: "DELETE" }] },
    ]);
  });
});

test("what is no recording", () => {
  for (const json of [undefined, null, 7, {}, { log: 7 }, { log: { entries: {} } }]) {
    expect(readHar(json)).toEqual({ ok: false, error: expect.stringContaining("log.entries") });
  }
  expect(readHar({ log: { entries: [] } })).toEqual({ ok: true, value: [] });
});

test("the greatest number of entries is read, more are not", () => {
  const entries = Array.from({ length: MAX_ENTRIES }, () => null);
  expect(readHar({ log: { entries } }).ok).toBe(true);
  expect(readHar({ log: { entries: [...entries, null] } })).toEqual({
    ok: false,
    error: expect.stringContaining(String(MAX_ENTRIES)),
  });
});

describe("exchanges", () => {
  const rest = { httpVersion: undefined, route: undefined, group: undefined };
  const preflight = {
    method: "OPTIONS",
    url: "/a",
    headers: [["Access-Control-Request-Method", "PUT"]] as const,
    ...rest,
  };
  const put = { method: "PUT", url: "/a", headers: [], ...rest };

  test("a preflight and the request that it asks for are one", () => {
    expect(exchangesOf([preflight, put, put])).toEqual([[preflight, put], [put]]);
  });

  test("others stand for themselves", () => {
    const other = { ...put, url: "/b" };
    const get = { ...put, method: "GET" };
    expect(exchangesOf([preflight, other, preflight, get])).toEqual([
      [preflight],
      [other],
      [preflight],
      [get],
    ]);
    expect(exchangesOf([put, { ...preflight, method: "GET" }])).toHaveLength(2);
    expect(exchangesOf([])).toEqual([]);
  });
});
