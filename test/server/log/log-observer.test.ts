import { describe, expect, test } from "vitest";
import { decide } from "../../../src/cors/decide.ts";
import type { Decision } from "../../../src/cors/decision.ts";
import type { Decided } from "../../../src/extproc/exchange.ts";
import { openLog } from "../../../src/server/log/log.ts";
import { LogObserver } from "../../../src/server/log/log-observer.ts";
import { APP, governedBy, group, policy, request } from "../../cors/sample.ts";
import { received } from "../../extproc/received.ts";

type Line = { readonly [key: string]: unknown };

/** An observer with a clock that stands until it is set, and the lines it wrote. */
function observed(refusals = 1) {
  const lines: Line[] = [];
  const clock = { now: 0 };
  const log = openLog("info", { write: (text) => lines.push(JSON.parse(text) as Line) });
  return { observer: new LogObserver(log, refusals, () => clock.now), lines, clock };
}

const GROUP = group([policy()]);
const REHEARSED = group([policy()], [], [policy({ name: "next", methods: policy().headers })]);

function decided(origin: string, over: Partial<Decided> = {}, one = GROUP): Decided {
  const decision: Decision = decide(governedBy(one), request({ origin, path: "/p?token=secret" }));
  return { kind: "decided", decision, origin, applied: true, received: received(), ...over };
}

const EVIL = "https://evil.example";

describe("refusals", () => {
  test("name what an operator needs, and of the request only the Origin", () => {
    const { observer, lines } = observed();
    observer.decided(decided(EVIL));
    expect(lines).toEqual([
      {
        level: "info",
        time: expect.any(String),
        group: "orders",
        policy: null,
        kind: "actual",
        outcome: "refused",
        reason: "origin-not-allowed",
        origin: EVIL,
        passedOver: 0,
        msg: "request refused",
      },
    ]);
  });

  test("granted ones are no line", () => {
    const { observer, lines } = observed();
    observer.decided(decided(APP));
    expect(lines).toEqual([]);
  });

  test("only observed ones say so", () => {
    const { observer, lines } = observed();
    observer.decided(decided(EVIL, { applied: false }));
    expect(lines).toMatchObject([{ msg: "request would be refused" }]);
  });

  test.each([
    [256, 256],
    [257, 256],
    [60_000, 256],
  ])("an Origin of %d characters is logged with %d", (length, logged) => {
    const { observer, lines } = observed();
    observer.decided(decided(EVIL, { origin: "a".repeat(length) }));
    expect(lines).toMatchObject([{ origin: "a".repeat(logged) }]);
  });

  test("an Origin cannot forge a line", () => {
    const texts: string[] = [];
    const log = openLog("info", { write: (text) => texts.push(text) });
    new LogObserver(log, 1, () => 0).decided(
      decided(EVIL, { origin: '"}\n{"msg":"forged\u001b[2J' }),
    );
    expect(texts).toHaveLength(1);
    const [text = ""] = texts;
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(text).not.toContain("\u001b");
  });

  test.each([
    ["\u009b2J", "\\u{9b}2J"],
    ["\u007f", "\\u{7f}"],
    ["a\u202eb", "a\\u{202e}b"],
    ["\u2028", "\\u{2028}"],
    ["\ud800", "\\u{d800}"],
    ["https://\u00e9", "https://\u00e9"],
  ])("of the Origin %j what a terminal would obey is escaped", (origin, logged) => {
    const { observer, lines } = observed();
    observer.decided(decided(EVIL, { origin }));
    expect(lines).toMatchObject([{ origin: logged }]);
  });

  test("without an Origin", () => {
    const { observer, lines } = observed();
    observer.decided(decided(EVIL, { origin: undefined }));
    expect(lines).toMatchObject([{ origin: null }]);
  });

  describe("of a request that belongs to a trace", () => {
    const trace = { trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" };
    const traceparent = (version: string): Partial<Decided> => ({
      received: received([["traceparent", `${version}-${trace.trace_id}-${trace.span_id}-01`]]),
    });

    test("name it as OpenTelemetry does", () => {
      const { observer, lines } = observed();
      observer.decided(decided(EVIL, traceparent("00")));
      expect(lines).toMatchObject([{ ...trace, trace_flags: "01", passedOver: 0 }]);
    });

    test("do not where what names it is none", () => {
      const { observer, lines } = observed();
      observer.decided(decided(EVIL, traceparent("ff")));
      for (const name of ["trace_id", "span_id", "trace_flags"]) {
        expect(lines[0]).not.toHaveProperty(name);
      }
    });

    test("only those that are logged are looked at for it", () => {
      const { observer, lines } = observed();
      const untouchable = {
        get received(): never {
          throw new Error("looked at");
        },
      };
      const one = Object.defineProperties(
        decided(EVIL),
        Object.getOwnPropertyDescriptors(untouchable),
      );
      observer.decided(decided(EVIL));
      observer.decided(one);
      expect(lines).toHaveLength(1);
    });
  });

  test("one a second for each policy and reason, with the number passed over", () => {
    const { observer, lines, clock } = observed();
    const refuse = (): void => observer.decided(decided(EVIL));
    const refuseMethod = (): void => {
      const decision = decide(governedBy(GROUP), request({ origin: APP, method: "DELETE" }));
      observer.decided(decided(APP, { decision }));
    };
    refuse();
    refuse();
    refuseMethod();
    clock.now = 999;
    refuse();
    clock.now = 1000;
    refuse();
    expect(lines).toMatchObject([
      { reason: "origin-not-allowed", passedOver: 0 },
      { reason: "method-not-allowed", policy: "web", passedOver: 0 },
      { reason: "origin-not-allowed", passedOver: 2 },
    ]);
  });

  test("as many as asked for", () => {
    const { observer, lines } = observed(3);
    for (let sent = 0; sent < 10; sent += 1) observer.decided(decided(EVIL));
    expect(lines).toHaveLength(3);
  });

  test("none", () => {
    const { observer, lines } = observed(0);
    observer.decided(decided(EVIL));
    expect(lines).toEqual([]);
  });
});

test("a shadow decision that differs is a line, sampled; one that does not is none", () => {
  const { observer, lines } = observed();
  observer.decided(decided(APP, {}, REHEARSED));
  observer.decided(decided(APP, {}, REHEARSED));
  observer.decided(decided(APP, {}, group([policy()], [], [policy()])));
  expect(lines).toMatchObject([
    {
      msg: "shadow decision differs",
      policy: "next",
      outcome: "refused",
      reason: "method-not-allowed",
    },
  ]);
});

describe("said once", () => {
  test.each<[string, (observer: LogObserver) => void, Line]>([
    [
      "an unexpected message",
      (observer) => observer.unexpected("request_body"),
      { level: "warn", message: "request_body" },
    ],
    [
      "a missing attribute",
      (observer) => observer.missing("request.protocol"),
      { level: "error", attribute: "request.protocol" },
    ],
    [
      "an exposure that is not listed",
      (observer) => observer.unlistedExposure(),
      { level: "warn" },
    ],
    [
      "a client that is refused",
      (observer) => observer.refusedClient(["DNS:a.example", "URI:spiffe://b"]),
      { level: "warn", names: ["DNS:a.example", "URI:spiffe://b"] },
    ],
    [
      "a bug, with its stack",
      (observer) => observer.bug(BUG),
      { level: "error", stack: expect.stringContaining("log-observer.test.ts") },
    ],
    ["a bug that is no Error", (observer) => observer.bug("odd"), { level: "error", stack: "odd" }],
  ])("%s", (_, tell, line) => {
    const { observer, lines } = observed();
    tell(observer);
    tell(observer);
    expect(lines).toMatchObject([line]);
  });

  test("different clients each, up to a hundred", () => {
    const { observer, lines } = observed();
    for (let at = 0; at < 200; at += 1) {
      observer.refusedClient([`DNS:a${at}`]);
      observer.refusedClient([`DNS:a${at}`]);
    }
    expect(lines).toHaveLength(100);
  });

  test("of a client five names, cut and escaped", () => {
    const { observer, lines } = observed();
    const names = ["URI:urn:\u009b", `DNS:${"a".repeat(300)}`, "DNS:b", "DNS:c", "DNS:d", "DNS:e"];
    observer.refusedClient(names);
    observer.refusedClient([]);
    const cut = ["URI:urn:\\u{9b}", `DNS:${"a".repeat(252)}`, "DNS:b", "DNS:c", "DNS:d"];
    expect(lines).toMatchObject([{ names: cut }, { names: [] }]);
  });

  test("different ones each", () => {
    const { observer, lines } = observed();
    observer.unexpected("request_body");
    observer.unexpected("malformed");
    observer.missing(":path");
    observer.bug(new Error("a"));
    observer.bug(new Error("b"));
    observer.streamOpened();
    observer.streamEnded();
    expect(lines).toHaveLength(5);
  });

  test("at most a hundred bugs", () => {
    const { observer, lines } = observed();
    for (let count = 0; count < 150; count += 1) observer.bug(`bug ${count}`);
    expect(lines).toHaveLength(100);
  });
});

const BUG = new Error("broken");
