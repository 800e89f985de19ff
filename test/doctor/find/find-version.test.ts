import { describe, expect, test } from "vitest";
import { codesOf, config, facts, findingsIn, type Parts } from "../small-config.ts";

describe("versions", () => {
  const version = (minor: number, patch = 0, major = 1): Parts => ({
    version: { major_number: major, minor_number: minor, patch },
  });
  const replies = "envoy-local-replies";
  const cve = "envoy-cve-2026-47207";
  const untried = "envoy-untried";

  test.each([
    [1, 30, 9, [untried]],
    [1, 30, 10, [replies, untried]],
    [1, 31, 5, [untried]],
    [1, 31, 6, [replies, untried]],
    [1, 32, 3, [untried]],
    [1, 32, 4, [replies, untried]],
    [1, 33, 0, [untried]],
    [1, 33, 1, [replies, untried]],
    [1, 34, 0, [replies, cve, untried]],
    [1, 35, 12, [replies, cve, untried]],
    [1, 35, 13, [replies, untried]],
    [1, 36, 0, [replies, cve]],
    [1, 36, 9, [replies]],
    [1, 37, 0, [cve]],
    [1, 37, 5, []],
    [1, 38, 2, [cve]],
    [1, 38, 3, []],
    [1, 40, 0, []],
    [2, 0, 0, []],
  ])("%d.%d.%d", (major, minor, patch, codes) => {
    expect(codesOf(version(minor, patch, major))).toEqual(codes);
  });

  test("continued preflights do not work where local replies are not shown", () => {
    const document = facts({ continuesPreflights: true });
    expect(codesOf(version(36, 9), document)).toEqual(["envoy-preflight-continue", replies]);
    expect(codesOf(version(37, 5), document)).toEqual([]);
  });

  test("nothing is said of a version that is not known", () => {
    expect(findingsIn({ ...config(), node: {} })).toEqual([]);
  });
});
