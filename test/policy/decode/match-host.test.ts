import { describe, expect, test } from "vitest";
import { parseHostMatch } from "../../../src/policy/decode/match-host.ts";
import { libraries } from "../../../src/source/libraries.ts";

const parse = (text: string) => parseHostMatch(text, libraries);

describe("host of a match", () => {
  test.each([
    ["api.example.com", { kind: "exact", name: "api.example.com" }],
    ["API.Example.com", { kind: "exact", name: "api.example.com" }],
    ["localhost", { kind: "exact", name: "localhost" }],
    ["10.0.0.1", { kind: "exact", name: "10.0.0.1" }],
    ["[::1]", { kind: "exact", name: "[::1]" }],
    ["*.example.com", { kind: "children", of: "example.com" }],
    ["*.Example.com", { kind: "children", of: "example.com" }],
  ])("%s", (text, value) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  test.each([
    ["api.example.com:443", "it has a port", "write `api.example.com`"],
    ["api.example.com:*", "it has a port", "write `api.example.com`"],
    ["[::1]:80", "it has a port", "write `[::1]`"],
    ["api.example.com.", "it ends in a dot", "write `api.example.com`"],
    ["https://api.example.com", "a host has no scheme", "write `api.example.com`"],
    ["api.example.com/orders", "a host has no path", "write `api.example.com`"],
    ["*.münchen.de", "it is not in ASCII", "write `*.xn--mnchen-3ya.de`"],
    ["", "it is empty", "write a host, or leave `host` out for any"],
    ["*", "`*` is every host", "leave `host` out for any"],
    ["*.10.0.0.1", "no host stands below an IP address", "write a name such as"],
    ["*.0x1", "it is no name", "write a name such as"],
    ["a*.example.com", "it is no name", "write a name such as"],
    ["a b", "it is no name", "write a name such as"],
    ["[0:0:0:0:0:0:0:1]", "clients write this host in another way", "write `[::1]`"],
    ["[::FFFF:1.2.3.4]", "clients write this host in another way", "write `[::ffff:102:304]`"],
    ["127.1", "clients write this host in another way", "write `127.0.0.1`"],
    ["1.2.3.4.5", "it is no name", "write a name such as"],
    ["*.xn--a", "it is no name", "write a name such as"],
    ["\u00ADé..x", "it is not in ASCII", "write it in punycode"],
  ])("%s: %s", (text, why, fix) => {
    const parsed = parse(text);
    const error = parsed.ok ? undefined : parsed.error;
    expect(error?.why).toContain(why);
    expect(error?.fix).toContain(fix);
  });
});
