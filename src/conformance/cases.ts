import type { Header } from "../cors/decision.ts";
import type { Origin } from "../cors/origin.ts";
import type { Case, Expected, Probe } from "./case.ts";

/** Whom a gateway is said to admit, and what to ask for. */
export type Profile = {
  readonly allowed: Origin;
  readonly refused: string;
  /** Asked for in preflights only, never sent. */
  readonly method: string;
  /** Request headers that preflights ask for. */
  readonly headers: readonly string[];
  readonly credentials: boolean;
};

/** A method and a header that no gateway lists by name. */
export const UNLISTED_METHOD = "CORSD-PROBE";
export const UNLISTED_HEADER = "x-corsd-probe";

/** Every case; `predict` says what is to be expected where a policy document does, else the profile says it. */
export function casesOf(profile: Profile, predict?: (probe: Probe) => Expected): readonly Case[] {
  const cases = [...preflights(profile), ...actuals(profile), ...strangers(profile)];
  if (predict === undefined) return cases;
  return cases.map(({ name, probe }) => ({ name, probe, expected: predict(probe) }));
}

const REFUSED: Expected = { kind: "refused" };
const EITHER: Expected = { kind: "either" };

function preflights(profile: Profile): readonly Case[] {
  const { allowed, refused, method, headers, credentials } = profile;
  const admitted: Expected = { kind: "admitted", credentials };
  const from = allowed.canonical;
  const asked = headers.map((name) => name.toLowerCase()).toSorted();
  const repeated = asked.flatMap((name): Header[] => [
    [REQUEST_HEADERS, name],
    [REQUEST_HEADERS, name],
  ]);
  return [
    preflight("preflight-allowed", [["origin", from]], method, [], admitted),
    ...(asked.length === 0
      ? []
      : [
          preflight("preflight-headers", [["origin", from]], method, listed(asked), admitted),
          preflight("preflight-headers-repeated", [["origin", from]], method, repeated, admitted),
        ]),
    preflight("preflight-method-unlisted", [["origin", from]], UNLISTED_METHOD, [], {
      kind: "unlisted",
      list: "methods",
      name: UNLISTED_METHOD,
    }),
    preflight("preflight-header-unlisted", [["origin", from]], method, listed([UNLISTED_HEADER]), {
      kind: "unlisted",
      list: "headers",
      name: UNLISTED_HEADER,
    }),
    preflight("preflight-refused", [["origin", refused]], method, listed(asked), REFUSED),
    preflight("preflight-null", [["origin", "null"]], method, [], REFUSED),
    preflight(
      "preflight-two-origins",
      [
        ["origin", from],
        ["origin", refused],
      ],
      method,
      [],
      REFUSED,
    ),
    preflight("preflight-look-alike", [["origin", suffixed(allowed)]], method, [], REFUSED),
  ];
}

function actuals({ allowed, refused, credentials }: Profile): readonly Case[] {
  const admitted: Expected = { kind: "admitted", credentials };
  const own: readonly Header[] = [["origin", allowed.canonical]];
  return [
    actual("actual-allowed", own, admitted),
    { name: "head-allowed", probe: { method: "HEAD", headers: own }, expected: admitted },
    actual("actual-refused", [["origin", refused]], REFUSED),
    actual("actual-no-origin", [], EITHER),
  ];
}

/** Origins that are nobody's, or that only look like the allowed one. */
function strangers({ allowed, refused }: Profile): readonly Case[] {
  const { scheme, host, port, canonical } = allowed;
  const at = port === undefined ? "" : `:${port}`;
  const origins: readonly (readonly [name: string, origin: string, expected?: Expected])[] = [
    ["null", "null"],
    ["empty", ""],
    ["two-origins-joined", `${canonical}, ${canonical}`],
    ["trailing-slash", `${canonical}/`],
    ["path", `${canonical}/orders`],
    ["trailing-dot", `${scheme}://${host}.${at}`],
    ["user", `${scheme}://user@${host}${at}`],
    ["user-look-alike", `${scheme}://${host}${at}@corsd-probe.invalid`],
    ["suffix", suffixed(allowed)],
    ["suffix-joined", `${scheme}://${host}corsd.invalid${at}`],
    ["prefix", `${scheme}://corsd${host}${at}`],
    ["child", `${scheme}://corsd-probe.${host}${at}`],
    ["dot-replaced", `${scheme}://${host.replace(".", "x")}x.invalid${at}`],
    ["other-scheme", `${scheme === "https" ? "http" : "https"}://${host}${at}`],
    ["other-port", `${scheme}://${host}:${port === 8443 ? 9443 : 8443}`],
    // No browser writes it so, and a comparison may fold it (RFC 3986, 6.2.2.1) or not.
    ["upper-case", canonical.toUpperCase(), EITHER],
  ];
  return [
    ...origins.map(([name, origin, expected = REFUSED]) =>
      actual(`origin-${name}`, [["origin", origin]], expected),
    ),
    actual(
      "origin-twice",
      [
        ["origin", canonical],
        ["origin", canonical],
      ],
      REFUSED,
    ),
    actual(
      "origin-and-another",
      [
        ["origin", canonical],
        ["origin", refused],
      ],
      REFUSED,
    ),
  ];
}

function suffixed({ scheme, host, port }: Origin): string {
  return `${scheme}://${host}.corsd-probe.invalid${port === undefined ? "" : `:${port}`}`;
}

const REQUEST_HEADERS = "access-control-request-headers";

function listed(names: readonly string[]): readonly Header[] {
  return names.length === 0 ? [] : [[REQUEST_HEADERS, names.join(",")]];
}

function preflight(
  name: string,
  origins: readonly Header[],
  method: string,
  headers: readonly Header[],
  expected: Expected,
): Case {
  const asked: Header = ["access-control-request-method", method];
  return { name, probe: { method: "OPTIONS", headers: [...origins, asked, ...headers] }, expected };
}

function actual(name: string, headers: readonly Header[], expected: Expected): Case {
  return { name, probe: { method: "GET", headers }, expected };
}
