import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { targetServed, untilHeld } from "../bypass/private-service.ts";
import { leak, type PathReader, readersIn, readersOfPrivate } from "../bypass/reading.ts";
import { lineOf, SharedCache } from "../bypass/shared-cache.ts";
import {
  CLOSED,
  EVIL,
  INSIDE,
  LISTED,
  type Stand,
  startStand,
  type Variant,
} from "../bypass/stand.ts";
import { FORGED, HOSTS, ORIGINS, SPELLINGS, TARGETS } from "../bypass/tricks.ts";
import type { RawRequest, RawResponse } from "../conformance/raw-client.ts";

// A page that may read nothing private tries to, through a real Envoy, in front of a service that would let it.

type Line = RawRequest["headers"][number];

function get(path: string, authority: string, ...headers: readonly Line[]): RawRequest {
  return { method: "GET", path, authority, headers };
}

function preflight(path: string, authority: string, origin: string): RawRequest {
  const headers: Line[] = [
    ["origin", origin],
    ["access-control-request-method", "PUT"],
  ];
  return { method: "OPTIONS", path, authority, headers };
}

/** Whether the page could read the answer, or send what a preflight asks for. */
function isOpenTo(origin: string, { headers }: RawResponse): boolean {
  const allowed = lineOf(headers, "access-control-allow-origin");
  return allowed === "*" || allowed === origin;
}

/** Targets that got the page what is private, each with those who would serve it for that. */
async function leaksOf(
  send: (request: RawRequest) => Promise<RawResponse>,
  targets: readonly string[],
): Promise<readonly string[]> {
  const leaks: string[] = [];
  for (const target of targets) {
    const answer = await send(get(target, "api.example.com", ["origin", EVIL]));
    // As it came to the service: Envoy may have made another one of it, or corsd refused it.
    const readers = readersOfPrivate(targetServed(answer.body) ?? "");
    if (readers.length > 0 && isOpenTo(EVIL, answer)) leaks.push(leak(target, readers));
  }
  return leaks;
}

/** corsd decodes once, as Envoy does. For a service that decodes twice these are below `/private`. */
const DECODED_TWICE = [
  "/public/%252e%252e/private/1: decoding twice",
  "/public/..%252fprivate/1: decoding twice",
];

/** Who is let in by these leaks, without those who decode twice or take two cases for one. */
function strictReaders(leaks: readonly string[]): ReadonlySet<string> {
  const lenient: readonly PathReader[] = ["decoding twice", "any case"];
  const strict = leaks.map((each) =>
    readersIn(each).filter((name) => !lenient.some((one) => one === name)),
  );
  return new Set(strict.flat());
}

const VARIANTS: readonly (Variant & { readonly name: string })[] = [
  { name: "full, normalising", file: "full.yaml", normalizes: true, groupsBy: "path" },
  { name: "full, as received", file: "full.yaml", normalizes: false, groupsBy: "path" },
  {
    name: "request-only, normalising",
    file: "request-only.yaml",
    normalizes: true,
    groupsBy: "path",
  },
  {
    name: "request-only, as received",
    file: "request-only.yaml",
    normalizes: false,
    groupsBy: "path",
  },
];

describe.each(VARIANTS)("$name", (variant) => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await startStand(variant);
  });

  afterAll(() => stand?.stop());

  test("the one page gets in, others do not", async () => {
    const admitted = await stand.http1(get("/private/1", "api.example.com", ["origin", INSIDE]));
    expect(targetServed(admitted.body)).toBe("/private/1");
    expect(lineOf(admitted.headers, "access-control-allow-origin")).toBe(INSIDE);
    const refused = await stand.http1(get("/private/1", "api.example.com", ["origin", EVIL]));
    expect(refused).toMatchObject({ status: 403, body: "Specified Origin is not allowed" });
    expect(isOpenTo(EVIL, refused)).toBe(false);
    const anybody = await stand.http1(get("/public/1", "api.example.com", ["origin", EVIL]));
    expect(isOpenTo(EVIL, anybody)).toBe(true);
  });

  test("no spelling of a path gets around the document", async () => {
    expect(await leaksOf(stand.http1, TARGETS)).toEqual(DECODED_TWICE);
    const pathOnly = TARGETS.filter((target) => target.startsWith("/"));
    expect(await leaksOf(stand.http2, pathOnly)).toEqual(DECODED_TWICE);
  });

  test("without a group for the rest, only for services that read what no group names", async () => {
    await stand.replace(LISTED);
    try {
      const leaks = await leaksOf(stand.http1, TARGETS);
      expect(strictReaders(leaks)).toEqual(new Set());
      // The static removals of the request-only set-up hold for whatever goes through its routes.
      const isRequestOnly = variant.file === "request-only.yaml";
      expect(leaks.includes("/PRIVATE/1: any case")).toBe(!isRequestOnly);
    } finally {
      await stand.replace(CLOSED);
    }
  });

  test.each(HOSTS)("host %j", async (host) => {
    const answers = [
      await stand.http1(get("/private/1", host, ["origin", EVIL])),
      await stand.http1(preflight("/private/1", host, EVIL)),
      // The absolute form wins over Host (RFC 9112 section 3.2.2).
      await stand.http1(get("http://api.example.com/private/1", host, ["origin", EVIL])),
    ];
    expect(answers.map((answer) => isOpenTo(EVIL, answer))).toEqual([false, false, false]);
  });

  test("two hosts", async () => {
    const answer = await stand.http1(
      get("/private/1", "other.example.com", ["host", "api.example.com"], ["origin", EVIL]),
    );
    expect(isOpenTo(EVIL, answer)).toBe(false);
  });

  test.each(FORGED)("forged %s: %s", async (name, value) => {
    const line: Line = [name, value];
    const evil = await stand.http1(get("/private/1", "api.example.com", ["origin", EVIL], line));
    expect(targetServed(evil.body)).toBeUndefined();
    expect(isOpenTo(EVIL, evil)).toBe(false);
    const inside = await stand.http1(
      get("/private/1", "api.example.com", ["origin", INSIDE], line),
    );
    expect(targetServed(inside.body)).toBe("/private/1");
    expect(lineOf(inside.headers, "access-control-allow-origin")).toBe(INSIDE);
  });

  test("all of them at once", async () => {
    const answer = await stand.http1(
      get("/private/1", "api.example.com", ["origin", EVIL], ...FORGED),
    );
    expect(targetServed(answer.body)).toBeUndefined();
    expect(isOpenTo(EVIL, answer)).toBe(false);
  });

  test.each(ORIGINS)("origin %j", async (origin) => {
    for (const request of [
      get("/private/1", "api.example.com", ["origin", origin]),
      preflight("/private/1", "api.example.com", origin),
    ]) {
      const answer = await stand.http1(request);
      expect(targetServed(answer.body)).toBeUndefined();
      expect(answer.headers.filter(([name]) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test.each([
    [INSIDE, EVIL],
    [EVIL, INSIDE],
    [INSIDE, INSIDE],
    ["", EVIL],
    [INSIDE, "null"],
  ])("two origins, %s and %s", async (first, second) => {
    const answer = await stand.http1(
      get("/private/1", "api.example.com", ["origin", first], ["Origin", second]),
    );
    expect(targetServed(answer.body)).toBeUndefined();
    expect(lineOf(answer.headers, "access-control-allow-origin")).toBeUndefined();
  });

  test.each(SPELLINGS)("the admitted origin as %s gets that very text", async (origin) => {
    const answer = await stand.http1(get("/private/1", "api.example.com", ["ORIGIN", origin]));
    expect(targetServed(answer.body)).toBe("/private/1");
    expect(lineOf(answer.headers, "access-control-allow-origin")).toBe(origin);
  });

  test("a shared cache gives nobody what is another's", async () => {
    const cache = new SharedCache(stand.http1);
    const paths = ["/private/1", "/public/1", "/private/2"];
    // Whoever comes first fills the cache: each does, for one path or another.
    const origins = [EVIL, INSIDE, undefined, "null", "https://inside.example:443"];
    for (let turn = 0; turn < 60; turn += 1) {
      const origin = origins[(turn * 7) % origins.length];
      const path = paths[(turn * 5) % paths.length] ?? "/";
      const line: readonly Line[] = origin === undefined ? [] : [["origin", origin]];
      const answer = await cache.ask(get(path, "api.example.com", ...line));
      const fresh = await stand.http1(get(path, "api.example.com", ...line));
      expect([path, origin, isOpenTo(origin ?? "", answer)]).toEqual([
        path,
        origin,
        isOpenTo(origin ?? "", fresh),
      ]);
    }
    expect(cache.hits).toBeGreaterThan(30);
  });

  test("an exchange ends under the document that it began under", async () => {
    const before = stand.service.held();
    const held = [
      stand.http1(get("/private/held", "api.example.com", ["origin", INSIDE])),
      stand.http1(get("/private/held", "api.example.com")),
    ];
    await untilHeld(stand.service, before + held.length);
    await stand.replace(CLOSED.replace(INSIDE, EVIL));
    stand.service.release();
    const [old, plain] = await Promise.all(held);
    expect(lineOf(old?.headers ?? [], "access-control-allow-origin")).toBe(INSIDE);
    expect(lineOf(old?.headers ?? [], "access-control-allow-credentials")).toBe("true");
    expect(lineOf(plain?.headers ?? [], "access-control-allow-origin")).toBeUndefined();
    expect(lineOf(plain?.headers ?? [], "vary")).toMatch(/origin/i);
    const now = await stand.http1(get("/private/1", "api.example.com", ["origin", INSIDE]));
    expect(now.status).toBe(403);
    await stand.replace(CLOSED);
    const again = await stand.http1(get("/private/1", "api.example.com", ["origin", INSIDE]));
    expect(again.status).toBe(200);
  });
});

describe("groups named by routes", () => {
  // Envoy chooses there, and corsd does not look at the path: what Envoy reads otherwise than the service gets around.
  let stand: Stand;

  afterEach(() => stand?.stop());

  test("as shipped, a service that takes parameters off segments reads otherwise than Envoy", async () => {
    stand = await startStand({ file: "full.yaml", normalizes: true, groupsBy: "route" });
    expect(strictReaders(await leaksOf(stand.http1, TARGETS))).toEqual(
      new Set(["parameters off, then decoding", "decoding, backslashes, parameters off"]),
    );
  });

  test("without normalisation nearly every service does", async () => {
    stand = await startStand({ file: "full.yaml", normalizes: false, groupsBy: "route" });
    expect(strictReaders(await leaksOf(stand.http1, TARGETS))).toContain(
      "decoding, then resolving",
    );
  });
});
