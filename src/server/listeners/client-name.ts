import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { err, ok, type Result } from "../../cors/result.ts";

/**
 * A name in a client's certificate (RFC 5280 section 4.2.1.6) behind its kind, `DNS:` or `URI:`, so that none of one
 * kind passes for one of the other. That of a host is in lower case, a URI is as it stands.
 */
export type ClientName = string;

const DNS = "DNS:";
const URI = "URI:";

const HOST = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/;

/**
 * Reads a name as an operator writes it: a URI, such as a SPIFFE ID, or the name of a host. The error is a phrase for
 * people. There are no patterns: who may connect is to be read off.
 */
export function parseClientName(text: string): Result<ClientName, string> {
  if (text.includes("*")) return err(`\`${text}\` is a pattern; write each name whole`);
  if (isIP(text) === 0 && HOST.test(text)) return ok(DNS + text.toLowerCase());
  if (isIP(text) === 0 && ABSOLUTE.test(text)) return ok(URI + text);
  return err(
    `\`${text}\` is no name of a certificate; write a URI, as \`spiffe://cluster.local/ns/envoy/sa/envoy\`, or a host name`,
  );
}

/** The names of hosts and the URIs of a certificate; none where there is no certificate, or what it says is odd. */
export function clientNamesOf(certificate: X509Certificate | undefined): readonly ClientName[] {
  return readAltNames(certificate?.subjectAltName ?? "");
}

/** A name of any kind, plain or as a JSON string. */
const ENTRY =
  /([A-Za-z ]+:)(?:([^",]*)|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"))(?:, |$)/uy;

/**
 * Reads the names as Node writes them: divided by `, `, and what could be mistaken for several, such as a name with a
 * comma, as a JSON string (CVE-2021-44532). Where one of them cannot be read, none is believed.
 */
export function readAltNames(text: string): readonly ClientName[] {
  const names: ClientName[] = [];
  const entry = new RegExp(ENTRY);
  while (entry.lastIndex < text.length) {
    const [, kind, plain, quoted] = entry.exec(text) ?? [];
    if (kind === undefined) return [];
    const name = plain ?? String(JSON.parse(quoted ?? ""));
    if (kind === DNS) names.push(DNS + name.toLowerCase());
    if (kind === URI) names.push(URI + name);
  }
  return names;
}
