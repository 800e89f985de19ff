/** A DNS name in text form has at most 253 octets (RFC 1035 section 2.3.4, less the length octets). */
export const MAX_HOST_LENGTH = 253;

// Labels of letters, digits, "-" and "_", each 1 to 63 long. "_" is no LDH letter but browsers send it.
const LABELS = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
const NUMERIC_LABEL = /^(?:[0-9]+|0x[0-9a-f]*)$/;
const IPV6_GROUP = /^[0-9a-f]{1,4}$/;
const IPV4_TAIL =
  /^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$/;

/**
 * True for a host in lower case as an origin may carry it: a name (one trailing dot allowed: `a.` and `a` are two
 * hosts), an IPv4 address, or an IPv6 address in brackets.
 */
export function isHost(text: string): boolean {
  if (text.startsWith("[")) return text.endsWith("]") && isIpv6(text.slice(1, -1));
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  return name.length <= MAX_HOST_LENGTH && LABELS.test(name);
}

/**
 * True where the URL standard would read the host as an IP address: brackets, or a last label that is a number
 * (https://url.spec.whatwg.org/#ends-in-a-number-checker).
 */
export function isAddress(host: string): boolean {
  if (host.startsWith("[")) return true;
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  return NUMERIC_LABEL.test(name.slice(name.lastIndexOf(".") + 1));
}

function isIpv6(text: string): boolean {
  const gap = text.indexOf("::");
  if (gap < 0) return groups(text, true) === 8;
  const front = groups(text.slice(0, gap), false);
  const back = groups(text.slice(gap + 2), true);
  return front !== undefined && back !== undefined && front + back <= 7;
}

/** How many 16-bit groups the text holds; an IPv4 tail counts as two. Undefined if it is not a list of groups. */
function groups(text: string, mayEndInIpv4: boolean): number | undefined {
  if (text === "") return 0;
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const isIpv4 = mayEndInIpv4 && IPV4_TAIL.test(tail);
  const parts = text.split(":");
  const numbers = isIpv4 ? parts.slice(0, -1) : parts;
  if (!numbers.every((part) => IPV6_GROUP.test(part))) return undefined;
  return numbers.length + (isIpv4 ? 2 : 0);
}
