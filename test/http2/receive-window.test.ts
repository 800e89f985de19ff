import { describe, expect, test } from "vitest";
import { ReceiveWindow } from "../../src/http2/receive-window.ts";

describe("ReceiveWindow (RFC 9113 section 6.9)", () => {
  test.each([
    [0, true],
    [99, true],
    [100, true],
    [101, false],
  ])("of 100 bytes %d are taken: %j", (length, taken) => {
    expect(new ReceiveWindow(100).take(length)).toBe(taken);
  });

  test.each([
    [0, 0],
    [50, 0],
    [51, 51],
    [100, 100],
  ])("after %d of 100 bytes %d more are allowed", (length, more) => {
    const window = new ReceiveWindow(100);
    window.take(length);
    expect(window.renew()).toBe(more);
    expect(window.renew()).toBe(0);
  });

  test("what was not allowed yet is not taken", () => {
    const window = new ReceiveWindow(100);
    expect([window.take(60), window.take(41), window.renew()]).toEqual([true, false, 101]);
  });
});
