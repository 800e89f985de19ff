import { BlockList, isIP } from "node:net";

/** Host and port as in a Host header; an IPv6 address stands in brackets. No user, no blank, no list. */
const AUTHORITY = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,255})(?::[0-9]{0,5})?$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * Whether a request that names this authority may be answered. A page cannot choose it: its browser sends the name that
 * the page was loaded from. So a name of the page's own that is made to resolve to this machine once the page is there
 * (DNS rebinding) is none that is known here.
 */
export function isKnownAuthority(authority: string, names: ReadonlySet<string>): boolean {
  const [, written] = AUTHORITY.exec(authority.toLowerCase()) ?? [];
  const host = written === undefined ? undefined : parseHostName(written);
  return host !== undefined && (isLoopback(host) || names.has(host));
}

/** A host without its port in the one form that is compared; undefined where it is neither a name nor an address. */
export function parseHostName(text: string): string | undefined {
  const lower = text.toLowerCase();
  const address = /^\[(.*)\]$/.exec(lower)?.[1] ?? lower;
  if (isIP(address) === 6) return new URL(`http://[${address}]`).hostname.slice(1, -1);
  // `localhost.` names the same host as `localhost`.
  return /^[a-z0-9._-]{1,255}$/.test(lower) ? lower.replace(/(?<=.)\.$/, "") : undefined;
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === "localhost";
  return LOOPBACK.check(host, family === 6 ? "ipv6" : "ipv4");
}
