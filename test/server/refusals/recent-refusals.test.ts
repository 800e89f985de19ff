import { describe, expect, test } from "vitest";
import { decide } from "../../../src/cors/decide.ts";
import type { Request } from "../../../src/cors/request.ts";
import type { Decided } from "../../../src/extproc/exchange.ts";
import {
  MAX_KEPT_NAME,
  MAX_KEPT_PATH,
  mergeRefusals,
  RecentRefusals,
} from "../../../src/server/refusals/recent-refusals.ts";
import { APP, governedBy, group, policy, request } from "../../cors/sample.ts";
import { received } from "../../extproc/received.ts";
import type { TestHeader } from "../../server/ext-proc-client.ts";

const GROUP = group([policy()]);
const EVIL = "https://evil.example";

/** What happens when this request comes. */
function decided(over: Partial<Request>, applied = true): Decided {
  const asked = request({ origin: EVIL, path: "/orders", ...over });
  const lines: readonly (readonly [string, string | undefined])[] = [
    [":method", asked.method],
    [":path", asked.path],
    ["origin", asked.origin],
    ["access-control-request-method", asked.requestMethod],
    ["access-control-request-headers", asked.requestHeaders],
    ["authorization", "Bearer secret"],
    ["cookie", "session=secret"],
  ];
  const sent = lines.flatMap(([name, value]): TestHeader[] =>
    value === undefined ? [] : [[name, value]],
  );
  const decision = decide(governedBy(GROUP), asked);
  return { kind: "decided", decision, origin: asked.origin, applied, received: received(sent) };
}

function recorded(over: Partial<Request>, applied = true) {
  const refusals = new RecentRefusals(8, () => 1000);
  refusals.decided(decided(over, applied));
  return refusals.list()[0];
}

describe("a refusal", () => {
  test("is what an operator needs, and of the headers the Origin alone", () => {
    expect(recorded({ path: "/orders/1?token=secret" })).toEqual({
      id: `${process.pid}.0`,
      at: 1000,
      group: "orders",
      policy: null,
      kind: "actual",
      reason: "origin-not-allowed",
      applied: true,
      origin: EVIL,
      method: "GET",
      path: "/orders/1",
      header: null,
      httpVersion: null,
    });
  });

  test("of a preflight has what that asked for", () => {
    const asked = { origin: APP, method: "OPTIONS", requestMethod: "GET" };
    expect(recorded({ ...asked, requestMethod: "DELETE" })).toMatchObject({
      kind: "preflight",
      policy: "web",
      method: "DELETE",
      reason: "method-not-allowed",
    });
    expect(recorded({ ...asked, requestHeaders: "content-type,x-other" })).toMatchObject({
      method: "GET",
      header: "x-other",
      reason: "header-not-allowed",
    });
  });

  test("that is only observed says so", () => {
    expect(recorded({}, false)).toMatchObject({ applied: false });
  });

  test.each([
    [MAX_KEPT_PATH - 1, MAX_KEPT_PATH - 1],
    [MAX_KEPT_PATH, MAX_KEPT_PATH],
    [MAX_KEPT_PATH + 1, MAX_KEPT_PATH],
    [60_000, MAX_KEPT_PATH],
  ])("with a path of %d characters has %d", (length, kept) => {
    expect(recorded({ path: `/${"a".repeat(length - 1)}` })?.path).toHaveLength(kept);
  });

  test.each([
    [MAX_KEPT_NAME, MAX_KEPT_NAME],
    [MAX_KEPT_NAME + 1, MAX_KEPT_NAME],
  ])("with a method of %d characters has %d", (length, kept) => {
    expect(recorded({ method: "M".repeat(length) })?.method).toHaveLength(kept);
  });

  test.each([
    ["/a?b#c", "/a"],
    ["/a#b?c", "/a"],
    ["/?", "/"],
    ["?", ""],
    ["*", "*"],
    ["/\u0085\u00ad", "/\\u{85}\\u{ad}"],
    ["/<img src=x onerror=alert(1)>", "/<img src=x onerror=alert(1)>"],
  ])("of %j has the path %j", (path, kept) => {
    expect(recorded({ path })?.path).toBe(kept);
  });

  test("has of an Origin what logs have", () => {
    const origin = `https://user:secret@evil.example/path?token=secret`;
    expect(recorded({ origin })?.origin).toBe("https://…@evil.example…");
  });
});

describe("the ring", () => {
  function paths(limit: number, count: number): readonly (string | null)[] {
    const refusals = new RecentRefusals(limit);
    for (let at = 0; at < count; at += 1) refusals.decided(decided({ path: `/${at}` }));
    return refusals.list().map(({ path }) => path);
  }

  test.each([
    [3, 0, []],
    [3, 2, ["/1", "/0"]],
    [3, 3, ["/2", "/1", "/0"]],
    [3, 4, ["/3", "/2", "/1"]],
    [3, 7, ["/6", "/5", "/4"]],
    [1, 2, ["/1"]],
    [0, 2, []],
  ])("of %d holds of %d the latest", (limit, count, expected) => {
    expect(paths(limit, count)).toEqual(expected);
  });

  test("is told of everything, and looks at no request that is not refused", () => {
    const refusals = new RecentRefusals(8);
    const granted = decided({ origin: APP });
    refusals.decided({
      ...granted,
      get received(): never {
        throw new Error("looked at");
      },
    });
    refusals.unexpected();
    refusals.missing();
    refusals.unlistedExposure();
    refusals.refusedClient();
    refusals.streamOpened();
    refusals.streamEnded();
    refusals.bug();
    expect(refusals.list()).toEqual([]);
  });
});

test("the rings of several processes are one, the latest first", () => {
  const ring = (...times: number[]) =>
    times.map((at) => {
      const [refusal] = [recorded({})];
      if (refusal === undefined) throw new Error("nothing was recorded");
      return { ...refusal, at };
    });
  const merged = mergeRefusals([ring(5, 1), [], ring(4, 3)], 3);
  expect(merged.map(({ at }) => at)).toEqual([5, 4, 3]);
});
