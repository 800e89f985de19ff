import { describe, expect, test } from "vitest";
import {
  MAX_EMPTY_ELEMENTS,
  MAX_LIST_LENGTH,
  MAX_NAMES,
  parseHeaderList,
} from "../../src/cors/header-list.ts";

const names = (count: number) => Array.from({ length: count }, (_, at) => `x-${at}`);

describe("parseHeaderList", () => {
  test.each<[string, string[]]>([
    ["", []],
    [" \t ", []],
    ["x-a", ["x-a"]],
    ["X-B,x-a", ["x-b", "x-a"]],
    ["x-a , \tx-b\t", ["x-a", "x-b"]],
    ["x-a,X-A", ["x-a"]],
    [",x-a,,x-b,", ["x-a", "x-b"]],
    [",".repeat(MAX_EMPTY_ELEMENTS - 1), []],
    ["!#$%&'*+-.^_`|~09azAZ", ["!#$%&'*+-.^_`|~09azaz"]],
    [names(MAX_NAMES).join(), names(MAX_NAMES)],
    [`${names(MAX_NAMES).join()},x-0`, names(MAX_NAMES)],
    ["a".repeat(MAX_LIST_LENGTH), ["a".repeat(MAX_LIST_LENGTH)]],
  ])("reads %j", (text, expected) => expect(parseHeaderList(text)).toEqual(expected));

  test.each([
    "x a",
    "x-a;q=1",
    "x-ä",
    "x-a\u0000",
    "x-a\u00a0",
    '"x-a"',
    ",".repeat(MAX_EMPTY_ELEMENTS),
    names(MAX_NAMES + 1).join(),
    "a".repeat(MAX_LIST_LENGTH + 1),
  ])("rejects %j", (text) => expect(parseHeaderList(text)).toBeUndefined());
});
