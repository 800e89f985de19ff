import { describe, expect, test } from "vitest";
import { loggableOrigin } from "../../../src/server/log/loggable-origin.ts";

describe("what an origin consists of is shown", () => {
  test.each([
    "https://app.example.com",
    "http://localhost:3000",
    "https://[2001:db8::1]:8443",
    "chrome-extension://abcdefgh",
    "null",
    "*",
    "app.example.com",
    "app.example.com:443",
    "",
    "https://",
  ])("%s", (origin) => {
    expect(loggableOrigin(origin)).toBe(origin);
  });
});

describe("what else may be in it is left out", () => {
  test.each([
    ["https://user:SECRET@evil.example", "https://…@evil.example"],
    ["https://SECRET@evil.example:8443", "https://…@evil.example:8443"],
    ["https://SECRET@SECRET@evil.example", "https://…@evil.example"],
    ["https://a.example,x:SECRET@evil.example", "https://…@evil.example"],
    ["user:SECRET@evil.example", "…@evil.example"],
    ["https://evil.example/?token=SECRET", "https://evil.example…"],
    ["https://evil.example?token=SECRET", "https://evil.example…"],
    ["https://evil.example#SECRET", "https://evil.example…"],
    ["https://evil.example\\SECRET", "https://evil.example…"],
    ["https://evil.example/SECRET@x", "https://evil.example…"],
    ["https:/SECRET", "https:…"],
    ["//SECRET", "…"],
    ["?x=SECRET://evil.example", "…"],
    ["data:,?SECRET", "data:,…"],
  ])("%s", (origin, shown) => {
    expect(loggableOrigin(origin)).toBe(shown);
  });

  test("a secret longer than what is logged", () => {
    const origin = `https://user:${"SECRET".repeat(10_000)}@evil.example`;
    expect(loggableOrigin(origin)).toBe("https://…@evil.example");
  });
});
