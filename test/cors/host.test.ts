import { describe, expect, test } from "vitest";
import { isAddress, isHost } from "../../src/cors/host.ts";

const label63 = "a".repeat(63);
const name253 = `${label63}.${label63}.${label63}.${"a".repeat(61)}`;

describe("isHost", () => {
  test.each([
    "a",
    "a-b_c.example.com",
    "example.com.",
    "127.0.0.1",
    label63,
    name253,
    `${name253}.`,
    "[::]",
    "[::1]",
    "[1:2:3:4:5:6:7:8]",
    "[1::8]",
    "[1:2:3:4:5:6:7::]",
    "[::ffff:127.0.0.1]",
    "[1:2:3:4:5:6:1.2.3.4]",
  ])("takes %s", (host) => expect(isHost(host)).toBe(true));

  test.each([
    "",
    ".",
    "a..b",
    ".a",
    "a..",
    "a b",
    "ä",
    "A",
    `${label63}a`,
    `${name253}a`,
    "[]",
    "[::1",
    "[1:2:3:4:5:6:7]",
    "[1:2:3:4:5:6:7:8:9]",
    "[1:2:3:4:5:6:7::8]",
    "[1::2::3]",
    "[:1]",
    "[12345::]",
    "[g::]",
    "[::256.1.1.1]",
    "[1.2.3.4::]",
    "[1:2:3:4:5:6:7:1.2.3.4]",
  ])("rejects %s", (host) => expect(isHost(host)).toBe(false));
});

describe("isAddress", () => {
  test.each(["[::1]", "127.0.0.1", "1", "a.0x7f", "127.0.0.1.", "a.1."])(
    "sees an address in %s",
    (host) => expect(isAddress(host)).toBe(true),
  );
  test.each(["a", "1.a", "1.a.", "example.com", "0xg"])("sees a name in %s", (host) =>
    expect(isAddress(host)).toBe(false),
  );
});
