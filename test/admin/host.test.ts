import { describe, expect, test } from "vitest";
import { isKnownAuthority, parseHostName } from "../../src/admin/host.ts";

const NAMES = new Set(["admin.example", "10.1.2.3", "fd00::1"]);

describe("isKnownAuthority", () => {
  test.each([
    "localhost",
    "localhost:9905",
    "localhost:",
    "LocalHost:1",
    "localhost.",
    "localhost.:80",
    "127.0.0.1",
    "127.0.0.1:65535",
    "127.8.7.6",
    "[::1]",
    "[::1]:9905",
    "[0:0:0:0:0:0:0:1]:9905",
    "admin.example",
    "ADMIN.example.:443",
    "10.1.2.3:9905",
    "[fd00::1]:9905",
    "[FD00:0:0::1]",
  ])("knows %s", (authority) => {
    expect(isKnownAuthority(authority, NAMES)).toBe(true);
  });

  test.each([
    "",
    ".",
    ":9905",
    "evil.example",
    "evil.example:9905",
    "localhost.evil.example",
    "evil.localhost",
    "localhostx",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "evil.example@127.0.0.1",
    "127.0.0.1, evil.example",
    "127.0.0.1:80:80",
    "127.0.0.1:http",
    "127.0.0.1:999999",
    "127.1",
    "0.0.0.0",
    "0x7f000001",
    "2130706433",
    "[::]",
    "::1",
    "[::1",
    "[::1]x",
    "[127.0.0.1]",
    "admin.example.evil.example",
    "10.1.2.4",
    "[fd00::2]",
    "localhost\u0000",
    "local host",
    `${"a".repeat(256)}`,
  ])("does not know %j", (authority) => {
    expect(isKnownAuthority(authority, NAMES)).toBe(false);
  });
});

test.each([
  ["Admin.Example.", "admin.example"],
  ["10.1.2.3", "10.1.2.3"],
  ["fd00:0::1", "fd00::1"],
  ["[FD00::1]", "fd00::1"],
  ["", undefined],
  ["a b", undefined],
  ["admin.example:9905", undefined],
  ["https://admin.example", undefined],
  ["*", undefined],
])("the host of %j is %j", (text, host) => {
  expect(parseHostName(text)).toBe(host);
});
