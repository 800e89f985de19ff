import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OriginPattern } from "../../../src/cors/origin-pattern.ts";
import { parseOriginPattern } from "../../../src/policy/decode/written-pattern.ts";
import { libraries } from "../../../src/source/libraries.ts";

const parse = (text: string) => parseOriginPattern(text, libraries);

type Host = Extract<OriginPattern, { kind: "tuple" }>["host"];
const exact = (name: string): Host => ({ kind: "exact", name });
const below = (of: string): Host => ({ kind: "children", of });
const ANY: Host = { kind: "any" };

describe("origin patterns that are taken", () => {
  test.each<[string, string, Host, number | "any" | undefined]>([
    ["https://app.example.com", "https", exact("app.example.com"), undefined],
    ["HTTPS://App.Example.COM", "https", exact("app.example.com"), undefined],
    ["https://app.example.com:443", "https", exact("app.example.com"), undefined],
    ["http://app.example.com:443", "http", exact("app.example.com"), 443],
    ["http://localhost:3000", "http", exact("localhost"), 3000],
    ["http://a_b-c.example", "http", exact("a_b-c.example"), undefined],
    ["http://example.com.", "http", exact("example.com."), undefined],
    ["http://127.0.0.1:65535", "http", exact("127.0.0.1"), 65_535],
    ["http://[::1]:3000", "http", exact("[::1]"), 3000],
    ["https://xn--mnchen-3ya.de", "https", exact("xn--mnchen-3ya.de"), undefined],
    ["capacitor://localhost", "capacitor", exact("localhost"), undefined],
    [
      "chrome-extension://abcdefghijklmnop",
      "chrome-extension",
      exact("abcdefghijklmnop"),
      undefined,
    ],
    ["app://127.1", "app", exact("127.1"), undefined],
    ["https://app.example.com:*", "https", exact("app.example.com"), "any"],
    ["https://*.example.com", "https", below("example.com"), undefined],
    ["https://*.example.com:8443", "https", below("example.com"), 8443],
    ["https://*.example.com:*", "https", below("example.com"), "any"],
    ["https://*", "https", ANY, undefined],
    ["https://*:*", "https", ANY, "any"],
    ["wss://*:80", "wss", ANY, 80],
  ])("%s", (text, scheme, host, port) => {
    expect(parse(text)).toEqual({ ok: true, value: { kind: "tuple", scheme, host, port } });
  });

  test.each([
    ["*", "any"],
    ["null", "opaque"],
  ])("%s: %s", (text, kind) => {
    expect(parse(text)).toEqual({ ok: true, value: { kind } });
  });

  test("an expression matches the whole canonical origin", () => {
    const parsed = parse(String.raw`~https://pr-[0-9]+\.preview\.example\.com`);
    expect(parsed).toMatchObject({ ok: true, value: { kind: "expression" } });
    const pattern = parsed.ok && parsed.value.kind === "expression" ? parsed.value : undefined;
    expect(pattern?.expression.test("https://pr-12.preview.example.com")).toBe(true);
    expect(pattern?.expression.test("https://pr-12.preview.example.com:1")).toBe(false);
  });
});

describe("origin patterns that are refused with the corrected text", () => {
  test.each([
    ["https://example.com/", "an origin does not end in a slash", "https://example.com"],
    ["https://example.com/shop", "an origin has no path", "https://example.com"],
    ["https://example.com\\", "an origin has no path", "https://example.com"],
    ["https://example.com?x=1", "an origin has no query", "https://example.com"],
    ["https://example.com#top", "an origin has no fragment", "https://example.com"],
    ["https://me:secret@example.com", "an origin has no user name", "https://example.com"],
    ["https://example.com ", "it has a blank in it", "https://example.com"],
    ["example.com", "it has no scheme", "https://example.com"],
    ["*.example.com", "it has no scheme", "https://*.example.com"],
    ["localhost:3000", "it has no scheme", "https://localhost:3000"],
    ["//example.com/", "it has no scheme", "https://example.com"],
    ["http:example.com", "it has no scheme", "http://example.com"],
    ["https:/example.com", "it has no scheme", "https://example.com"],
    ["https://münchen.de", "browsers send such a host in ASCII", "https://xn--mnchen-3ya.de"],
    [
      "https://*.münchen.de:*",
      "browsers send such a host in ASCII",
      "https://*.xn--mnchen-3ya.de:*",
    ],
    // The Kelvin sign is a "k" only to those who fold letters of every alphabet.
    ["https://\u212Aey.example", "browsers send such a host in ASCII", "https://key.example"],
    ["http://127.1", "browsers write this host in another way", "http://127.0.0.1"],
    ["http://0x7f.0.0.1", "browsers write this host in another way", "http://127.0.0.1"],
    ["ws://[0:0:0:0:0:0:0:1]", "browsers write this host in another way", "ws://[::1]"],
    [
      "http://[::ffff:1.2.3.4]:80",
      "browsers write this host in another way",
      "http://[::ffff:102:304]:80",
    ],
    ["https://example.com:", "its port is no number from 1 to 65535", "https://example.com"],
    [
      "https://example.com:0443",
      "its port is no number from 1 to 65535",
      "https://example.com:443",
    ],
    ["https://[::1]:08", "its port is no number from 1 to 65535", "https://[::1]:8"],
  ])("%s: %s", (text, why, corrected) => {
    expect(parse(text)).toEqual({
      ok: false,
      error: {
        code: "origin-invalid",
        message: `\`${text}\` is not an origin: ${why}`,
        fix: `write \`${corrected}\``,
      },
    });
  });
});

describe("origin patterns that are refused with advice", () => {
  test.each([
    ["", "it is empty"],
    ["NULL", "the opaque origin is in lower case"],
    ["https://a.example, https://b.example", "it holds several origins"],
    ["https://a.example https://b.example/", "it holds several origins"],
    ["file://", "the origin of a file is opaque"],
    ["file:///home/me", "the origin of a file is opaque"],
    ["FILE://host", "the origin of a file is opaque"],
    ["*://example.com", "a scheme cannot be a pattern"],
    ["http*://example.com", "a scheme cannot be a pattern"],
    ["https://exa mple.com", "it has a blank in it"],
    ["1http://example.com", "it has no scheme"],
    ["https://", "it has no host"],
    ["https://:80", "it has no host"],
    ["https://example.com:0", "its port is no number from 1 to 65535"],
    ["https://example.com:65536", "its port is no number from 1 to 65535"],
    ["https://example.com:80a", "its port is no number from 1 to 65535"],
    ["https://*.1.2.3.4", "no host stands below an IP address"],
    ["https://*.[::1]", "no host stands below an IP address"],
    ["https://*.127.1", "no host stands below an IP address"],
    ["https://app.*.example.com", "`*` can stand only for whole labels in front"],
    ["https://app*.example.com", "`*` can stand only for whole labels in front"],
    ["https://*.*", "`*` can stand only for whole labels in front"],
    ["https://a..b", "its host is none"],
    ["https://exa%6dple.com", "its host is none"],
    ["https://xn--a", "its host is none"],
    ["https://1.2.3.4.5", "its host is none"],
    ["https://[::1", "its port is no number from 1 to 65535"],
    [`https://${"a".repeat(64)}.example`, "its host is none"],
    ["https://ex\u00ADample\u0000é", "browsers send such a host in ASCII"],
  ])("%j: %s", (text, why) => {
    const parsed = parse(text);
    const error = parsed.ok ? undefined : parsed.error;
    expect(error?.code).toBe("origin-invalid");
    expect(error?.message).toContain(` is not an origin: ${why}`);
    expect(error?.fix).not.toMatch(/^write `https?:\/\/[a-z]/);
  });

  test.each([
    ["~", "matches nothing"],
    ["~(", "is no RE2 expression: missing closing )"],
    ["~a)|(b", "is no RE2 expression: unexpected )"],
    ["~(?=a)", "is no RE2 expression: invalid or unsupported Perl syntax"],
    ["~(ab){900}(cd){900}", "RE2 instructions"],
  ])("%s: %s", (text, why) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ ok: false, error: { code: "expression-invalid" } });
    expect(parsed.ok ? "" : parsed.error.message).toContain(why);
  });
});

describe("the length of a pattern", () => {
  // Labels of 63 in a host of 253 leave the rest to a scheme of any length.
  const ofLength = (length: number): string => `${"s".repeat(length - 10)}://a.b.cde`;

  test.each([
    [511, true],
    [512, true],
    [513, false],
  ])("%d characters: %s", (length, ok) => {
    expect(ofLength(length)).toHaveLength(length);
    expect(parse(ofLength(length)).ok).toBe(ok);
  });

  test.each([
    [511, true],
    [512, true],
    [513, false],
  ])("an expression of %d characters behind `~`: %s", (length, ok) => {
    expect(parse(`~${"a".repeat(length)}`).ok).toBe(ok);
  });
});

describe("whatever is written", () => {
  test("there is a pattern or advice, and a corrected text is taken", () => {
    const part = fc.constantFrom(
      "https",
      "http",
      ":",
      "/",
      "//",
      "*",
      ".",
      "a",
      "b.c",
      "@",
      "?",
      "[",
      "]",
      "é",
      " ",
      "80",
      "#",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (written) => {
        const parsed = parse(written);
        const fix = parsed.ok ? "" : parsed.error.fix;
        const corrected = /^write `(https?:\/\/[^`A-Z]+)`$/.exec(fix)?.[1] ?? "https://a";
        expect(parse(corrected).ok).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
