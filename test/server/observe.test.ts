import { expect, test } from "vitest";
import { decide } from "../../src/cors/decide.ts";
import type { ExchangeEvent } from "../../src/extproc/exchange.ts";
import { Counters } from "../../src/server/metrics/counters.ts";
import { DECISION_BOUNDS } from "../../src/server/metrics/tally.ts";
import { observeAll, observeEvent } from "../../src/server/observe.ts";
import { APP, governedBy, group, policy, request } from "../cors/sample.ts";
import { received } from "../extproc/received.ts";

test("each observer hears of everything", () => {
  const all = [new Counters(), new Counters()];
  const observer = observeAll(all);
  const decision = decide(governedBy(group([policy()])), request({ origin: APP }));
  const events: readonly ExchangeEvent[] = [
    { kind: "decided", decision, origin: APP, applied: true, received: received() },
    { kind: "unexpected", message: "malformed" },
    { kind: "missing", attribute: ":path" },
    { kind: "unlisted-exposure" },
  ];
  for (const event of events) observeEvent(observer, event, 0.002);
  observer.refusedClient(["DNS:a.example"]);
  observer.streamOpened();
  observer.streamOpened();
  observer.streamEnded("peer");
  observer.bug(new Error("broken"));
  const decided = { group: "orders", policy: "web", kind: "actual", outcome: "granted" };
  const once = {
    decisions: [{ labels: { ...decided, reason: "" }, count: 1 }],
    shadows: [],
    unexpected: [{ labels: { message: "malformed" }, count: 1 }],
    missing: [{ labels: { attribute: ":path" }, count: 1 }],
    streams: [{ labels: { end: "peer" }, count: 1 }],
    decisionSeconds: {
      counts: [...DECISION_BOUNDS.map((bound) => (bound === 0.002 ? 1 : 0)), 0],
      sum: 0.002,
    },
    activeStreams: 1,
    unlistedExposures: 1,
    refusedClients: 1,
    bugs: 1,
  };
  expect(all.map((counters) => counters.counts())).toEqual([once, once]);
});
