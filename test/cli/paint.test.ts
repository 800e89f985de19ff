import { expect, test } from "vitest";
import { paintFor, wantsColors } from "../../src/cli/paint.ts";

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ FORCE_COLOR: "false" }, true, false],
  [{ FORCE_COLOR: "" }, true, true],
])("%j on a terminal with colours %s: %s", (environment, hasColors, wanted) => {
  expect(wantsColors(environment, hasColors)).toBe(wanted);
});

test("nothing is painted where nobody sees it, and no empty text", () => {
  expect(paintFor(false)("red", "a")).toBe("a");
  expect(paintFor(true)("red", "a")).toBe("\u001b[31ma\u001b[39m");
  expect(paintFor(true)("red", "")).toBe("");
});
