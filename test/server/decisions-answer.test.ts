import { expect, test } from "vitest";
import { answerDecisions } from "../../src/server/decisions-answer.ts";

const LABELS = { group: "", policy: "web", kind: "actual", outcome: "granted", reason: "" };

test("what was decided since when, under what", () => {
  const status = { revision: "r", since: 2000, isStale: true, attempt: "s", problems: [] };
  const tally = {
    decisions: [{ labels: LABELS, count: 7 }],
    shadows: [
      {
        labels: { ...LABELS, group: "g", reason: "method-not-allowed", differs: "true" },
        count: 1,
      },
      { labels: { ...LABELS, differs: "false" }, count: 2 },
    ],
  };
  const named = { group: null, policy: "web", kind: "actual", outcome: "granted", reason: null };
  expect(answerDecisions(status, tally, 1000, 3000)).toEqual({
    since: "1970-01-01T00:00:01.000Z",
    at: "1970-01-01T00:00:03.000Z",
    policy: { revision: "r", loadedAt: "1970-01-01T00:00:02.000Z", stale: true, attempt: "s" },
    decisions: [{ ...named, count: 7 }],
    shadows: [
      { ...named, group: "g", reason: "method-not-allowed", count: 1, differs: true },
      { ...named, count: 2, differs: false },
    ],
  });
});
