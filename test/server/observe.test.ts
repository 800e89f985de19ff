import { describe, expect, test } from "vitest";
import { decide } from "../../src/cors/decide.ts";
import type { Decided, ExchangeEvent } from "../../src/extproc/exchange.ts";
import { Counters, observeAll, observeEvent } from "../../src/server/observe.ts";
import { APP, governedBy, group, policy, request } from "../cors/sample.ts";

function decided(
  origin: string,
  applied: boolean,
  shadow: Parameters<typeof policy>[0][],
): Decided {
  const one = group([policy()], [], shadow.map(policy));
  return {
    kind: "decided",
    decision: decide(governedBy(one), request({ origin })),
    origin,
    applied,
  };
}

describe("Counters", () => {
  test("decisions", () => {
    const counters = new Counters();
    counters.decided(decided(APP, true, []));
    counters.decided(decided(APP, true, []));
    counters.decided(decided("https://evil.example", true, []));
    expect(Object.fromEntries(counters.decisions)).toEqual({
      "orders\tweb\tactual\tgranted\t": 2,
      "orders\t\tactual\trefused\torigin-not-allowed": 1,
    });
    expect(counters.shadows.size).toBe(0);
  });

  test("shadow decisions", () => {
    const counters = new Counters();
    counters.decided(
      decided(APP, true, [{ name: "next", access: { kind: "listed", origins: [] } }]),
    );
    counters.decided(decided(APP, true, [{ name: "same" }]));
    expect(Object.fromEntries(counters.shadows)).toEqual({
      "orders\t\tactual\trefused\torigin-not-allowed\ttrue": 1,
      "orders\tsame\tactual\tgranted\t\tfalse": 1,
    });
  });

  test("what is only observed is shadow", () => {
    const counters = new Counters();
    counters.decided(decided(APP, false, []));
    expect(counters.decisions.size).toBe(0);
    expect(Object.fromEntries(counters.shadows)).toEqual({
      "orders\tweb\tactual\tgranted\t\ttrue": 1,
    });
  });
});

test("each observer hears of everything", () => {
  const all = [new Counters(), new Counters()];
  const observer = observeAll(all);
  const events: readonly ExchangeEvent[] = [
    decided(APP, true, []),
    { kind: "unexpected", message: "malformed" },
    { kind: "missing", attribute: ":path" },
    { kind: "unlisted-exposure" },
  ];
  for (const event of events) observeEvent(observer, event, 0.001);
  observer.streamOpened();
  observer.streamOpened();
  observer.streamEnded("peer");
  observer.bug(new Error("broken"));
  const heard = all.map((counters) => ({
    decisions: counters.decisions.size,
    unexpected: [...counters.unexpectedMessages],
    missing: [...counters.missingAttributes],
    unlisted: counters.unlistedExposures,
    active: counters.activeStreams,
    streams: [...counters.streams],
    bugs: counters.bugs,
  }));
  const once = {
    decisions: 1,
    unexpected: [["malformed", 1]],
    missing: [[":path", 1]],
    unlisted: 1,
    active: 1,
    streams: [["peer", 1]],
    bugs: 1,
  };
  expect(heard).toEqual([once, once]);
});
