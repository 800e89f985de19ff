import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  clientNamesOf,
  parseClientName,
  readAltNames,
} from "../../../src/server/listeners/client-name.ts";

const ENVOY = "spiffe://cluster.local/ns/envoy/sa/envoy";

function certificate(name: string): X509Certificate {
  return new X509Certificate(readFileSync(join(import.meta.dirname, "..", "tls", `${name}.pem`)));
}

describe("parseClientName", () => {
  test.each([
    [ENVOY, `URI:${ENVOY}`],
    ["Spiffe://Cluster.Local/X", "URI:Spiffe://Cluster.Local/X"],
    ["urn:uuid:1,2", "URI:urn:uuid:1,2"],
    ["Envoy.Example", "DNS:envoy.example"],
    ["envoy", "DNS:envoy"],
    ["a".repeat(253), `DNS:${"a".repeat(253)}`],
  ])("%s", (text, name) => {
    expect(parseClientName(text)).toEqual({ ok: true, value: name });
  });

  test.each([
    "",
    " ",
    "a b",
    ".example",
    "example.",
    "a".repeat(254),
    "b\u00fccher.example",
    "spiffe:",
    "spiffe://a b",
    "spiffe://\u00e9",
    "://x",
    "10.0.0.1",
    "fd00::1",
    "::1",
  ])("%j is refused", (text) => {
    expect(parseClientName(text)).toEqual({
      ok: false,
      error: `\`${text}\` is no name of a certificate; write a URI, as \`${ENVOY}\`, or a host name`,
    });
  });

  test.each(["*", "*.example", "spiffe://cluster.local/*"])("%s is no pattern here", (text) => {
    expect(parseClientName(text)).toEqual({
      ok: false,
      error: `\`${text}\` is a pattern; write each name whole`,
    });
  });
});

describe("clientNamesOf", () => {
  test("hosts and URIs", () => {
    expect(clientNamesOf(certificate("envoy"))).toEqual([`URI:${ENVOY}`, "DNS:envoy.example"]);
  });

  test("a name that reads like several is one, of its own kind", () => {
    expect(clientNamesOf(certificate("stranger"))).toEqual([
      `DNS:stranger.example, uri:${ENVOY}`,
      `DNS:${ENVOY}`,
      `DNS:quote\\, uri:${ENVOY}, dns:envoy.example`,
      `URI:${ENVOY}x`,
      "URI:dns:envoy.example",
    ]);
  });

  test("the common name is none, and neither has who shows nothing", () => {
    expect(clientNamesOf(certificate("nameless"))).toEqual([]);
    expect(clientNamesOf(undefined)).toEqual([]);
  });
});

describe("readAltNames", () => {
  test.each<[string, readonly string[]]>([
    ["", []],
    ["DNS:a.example, URI:urn:a", ["DNS:a.example", "URI:urn:a"]],
    [
      'DNS:"a\\u002c URI:urn:b", URI:"urn:\\"\\\\\\/\\b\\f\\n\\r\\t"',
      ["DNS:a, uri:urn:b", 'URI:urn:"\\/\b\f\n\r\t'],
    ],
    ["IP Address:10.0.0.1, DNS:a, Registered ID:1.2, email:a@b", ["DNS:a"]],
    ["othername:<unsupported>, DNS:a", ["DNS:a"]],
    // As Node wrote them before CVE-2021-44532 was mended, and in ways that it never did.
    ['DNS:a", URI:urn:b', []],
    ['DNS:"a, URI:urn:b', []],
    ['DNS:"a" URI:urn:b', []],
    ['DNS:"a\nb", URI:urn:b', []],
    ['DNS:"a\\", URI:urn:b', []],
    ['DNS:"a\\u00", URI:urn:b', []],
    ['DNS:"a\\x", URI:urn:b', []],
    ["DNS:a,URI:urn:b", []],
    ["URI:urn:a, b", []],
    ["a", []],
  ])("%s", (text, names) => {
    expect(readAltNames(text)).toEqual(names);
  });
});
