import { type Origin, parseOrigin } from "../../cors/origin.ts";
import { NOBODY, OriginIndex } from "../../cors/origin-index.ts";
import type { OriginPattern } from "../../cors/origin-pattern.ts";
import { atOnce } from "../../cors/steps.ts";
import { admittedOrigin } from "../pattern-text.ts";

/** What a pattern admits beyond what its author is likely to own; each with an origin that shows it. */
export type Reach = {
  /** It admits an origin that nobody can have named. */
  readonly every: string | undefined;
  /** It admits children of a public suffix, which belong to as many strangers. */
  readonly suffix: { readonly of: string; readonly example: string } | undefined;
  /** It admits a name that only looks like the one it spells. */
  readonly lookAlike: string | undefined;
  /** It admits an origin whose pages anyone on the way can change. */
  readonly insecure: string | undefined;
  /** Why it can match nothing. */
  readonly never: string | undefined;
};

export const REACHES_NOTHING: Reach = {
  every: undefined,
  suffix: undefined,
  lookAlike: undefined,
  insecure: undefined,
  never: undefined,
};

/** Labels that stand for any other; the second for those who take no hyphen. */
export const PROBE_LABELS = ["corsd-probe", "corsdprobe"] as const;

// Hosts that cannot exist (RFC 2606, `.invalid`): a pattern that admits one of these admits what it does not name.
const PROBES: readonly Origin[] = [
  "https://corsd-probe.invalid",
  "http://a.corsd-probe.invalid",
  "https://corsd-probe.invalid:8443",
]
  .map(parseOrigin)
  .filter((origin) => origin !== undefined);
const PROBE_HOSTS = ["corsd-probe.invalid", "a.corsd-probe.invalid", "corsdprobe.invalid"];

/** The first probe that the index admits. */
export function firstProbe(index: OriginIndex): string | undefined {
  return PROBES.find((probe) => index.first(probe) !== NOBODY)?.canonical;
}

/** The first of the probes' hosts that the index admits with a scheme and port of these origins. */
export function firstProbeLike(index: OriginIndex, origins: Iterable<Origin>): string | undefined {
  const probes = new Set<string>();
  for (const { scheme, port } of origins) {
    for (const host of PROBE_HOSTS) probes.add(originText(scheme, host, port));
  }
  return [...probes].find((probe) => admitted(index, probe) !== undefined);
}

export function indexOf(pattern: OriginPattern): OriginIndex {
  const list = { origins: [admittedOrigin(pattern)], rank: 0, carriesNull: false };
  return atOnce(OriginIndex.of([list]));
}

/** The origin, if the text is a canonical one that the index admits. */
export function admitted(index: OriginIndex, text: string): Origin | undefined {
  const origin = canonicalOrigin(text);
  return origin === undefined || index.first(origin) === NOBODY ? undefined : origin;
}

/** The origin, if the text is one in its canonical form. */
export function canonicalOrigin(text: string): Origin | undefined {
  const origin = parseOrigin(text);
  return origin?.canonical === text ? origin : undefined;
}

export function originText(scheme: string, host: string, port: number | undefined): string {
  return `${scheme}://${host}${port === undefined ? "" : `:${port}`}`;
}

/** The name without one trailing dot, and that dot: with it or without, a name is registered by the same one. */
export function splitDot(host: string): { readonly name: string; readonly dot: string } {
  return host.endsWith(".") ? { name: host.slice(0, -1), dot: "." } : { name: host, dot: "" };
}

/** Plain http, but for the hosts that never leave the machine (Secure Contexts section 3.1). */
export function isInsecure(scheme: string, host: string): boolean {
  return scheme === "http" && !LOOPBACK.test(host);
}

const LOOPBACK = /^(?:(?:.+\.)?localhost\.?|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])$/;
