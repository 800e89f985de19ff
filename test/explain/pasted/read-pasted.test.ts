import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_REQUESTS } from "../../../src/explain/pasted/curl-verbose.ts";
import { MAX_PASTED } from "../../../src/explain/pasted/pasted.ts";
import { readPasted } from "../../../src/explain/pasted/read-pasted.ts";
import { pasted, shortly } from "./pasted-shortly.ts";

describe("what kind of paste it is", () => {
  test.each([
    [
      "console",
      "Access to fetch at 'https://api.example.com/' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ],
    ["curl", "$ curl https://api.example.com/"],
    [
      "curl-verbose",
      "curl -v https://api.example.com/\n> GET / HTTP/1.1\n> Host: api.example.com\n>",
    ],
    ["request", "GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n"],
  ])("%s", (kind, text) => {
    expect(pasted(text).kind).toBe(kind);
  });

  test.each([
    ["nothing", "", "it is empty"],
    ["blanks", " \n\t", "it is empty"],
    ["anything else", "it does not work", "none of what is understood"],
    ["a fetch call", 'fetch("https://api.example.com/")', "paste a browser's console message"],
  ])("%s is refused, with what would be understood", (_, text, error) => {
    expect(readPasted(text)).toEqual({ ok: false, error: expect.stringContaining(error) });
  });

  test("a paste of the greatest length is read, a longer one is not", () => {
    const start = "GET / HTTP/1.1\nX-Filler: ";
    const longest = start + "a".repeat(MAX_PASTED - start.length);
    expect(readPasted(longest).ok).toBe(true);
    expect(readPasted(`${longest}a`)).toEqual({
      ok: false,
      error: expect.stringContaining("65536"),
    });
  });
});

test("of the most requests, and of one more, what curl printed", () => {
  const shown = (count: number): string =>
    "> GET / HTTP/1.1\n> Host: api.example.com\n>\n".repeat(count);
  expect(pasted(shown(MAX_REQUESTS)).requests).toHaveLength(MAX_REQUESTS);
  expect(readPasted(shown(MAX_REQUESTS + 1))).toEqual({
    ok: false,
    error: "it shows more than 51 requests; paste fewer of them",
  });
});

test("nothing that is not to be printed is kept", () => {
  const text =
    "\u001b[31mAccess to fetch at 'https://api.example.com/' from origin 'https://app.example.com' has been blocked by CORS policy: \u0007new\u202e words";
  expect(pasted(text).claim).toBe("the browser says: new words");
});

test("whatever is pasted is read or refused, at any length, and nothing is thrown", () => {
  const pieces = [
    ...["curl ", "Access to fetch at '", "' from origin '", "' has been blocked by CORS policy: "],
    ...[
      "GET / HTTP/1.1\n",
      "\n> GET / HTTP/1.1\n",
      "> ",
      "$'",
      "\\",
      "'",
      '"',
      "^",
      " -H a: b",
      " --url ",
    ],
    ...[" -", "\n", " ", "a", "\\x", "(Reason: ", "Origin ", "net::", "http://a", "\ud800"],
    ...["disallows reading the remote resource at ", " due to access control checks."],
  ];
  const texts = fc
    .array(fc.constantFrom(...pieces), { maxLength: 30 })
    .map((each) => each.join(""));
  const long = texts.map((text) => text.repeat(MAX_PASTED / Math.max(text.length, 1)));
  const known = fc.constantFrom({}, { origin: "https://app.example.com" });
  fc.assert(
    fc.property(fc.oneof(texts, long), known, (text, beside) => {
      const read = readPasted(text, beside);
      expect(read.ok ? read.value.requests.length : read.error.length).toBeGreaterThan(0);
    }),
    { numRuns: 400 },
  );
});

test("no value of a cookie or a token is kept", () => {
  const secret = "s3cret-value";
  const texts = [
    `curl https://api.example.com/ -H 'Origin: https://app.example.com' -H 'Cookie: id=${secret}' -b 'id=${secret}' -H 'Authorization: Bearer ${secret}' -u me:${secret} -H 'X-Key: ${secret}'`,
    `GET / HTTP/1.1\nHost: api.example.com\nOrigin: https://app.example.com\nCookie: ${secret}\nAuthorization: ${secret}`,
    `> GET / HTTP/1.1\n> Host: api.example.com\n> Origin: https://app.example.com\n> Cookie: ${secret}\n> Authorization: ${secret}\n>\n< HTTP/1.1 200 OK`,
  ];
  for (const text of texts) {
    expect(JSON.stringify(pasted(text))).not.toContain(secret);
    expect(shortly(text)[0]).toContain("authorization");
  }
});
