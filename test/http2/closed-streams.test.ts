import { expect, test } from "vitest";
import { ClosedStreams } from "../../src/http2/closed-streams.ts";

test.each([
  [1, "us"],
  [2, "us"],
  [1023, "us"],
  [1024, "us"],
  [1025, undefined],
] as const)("of %d streams that closed, the first is known to be closed by %s", (count, by) => {
  const closed = new ClosedStreams();
  for (let index = 0; index < count; index += 1) {
    closed.add(2 * index + 1, index % 2 === 0 ? "us" : "peer");
  }
  expect(closed.closedBy(1)).toBe(by);
  expect(closed.closedBy(2 * count + 1)).toBeUndefined();
});

test("who closed a stream is known up to the highest number", () => {
  const closed = new ClosedStreams();
  closed.add(2 ** 31 - 1, "us");
  closed.add(2 ** 31 - 3, "peer");
  expect(closed.closedBy(2 ** 31 - 1)).toBe("us");
  expect(closed.closedBy(2 ** 31 - 3)).toBe("peer");
});
