import type { Attachment } from "../attachment.ts";
import type { DocumentFacts } from "../document-facts.ts";
import { isBefore, type Version, versionText } from "../dump/version.ts";
import { type Finding, finding } from "../finding.ts";
import { isFull } from "./find-messages.ts";

const WHOLE = { pointer: "" };

/** Releases from the first up to, and without, the second. */
type Range = readonly [Release, Release];
type Release = readonly [number, number, number];

/**
 * Envoy's own answers do not reach ext_proc: taken out for CVE-2025-30157 (envoyproxy/envoy#38818) in four lines of
 * releases at a time, and back since 1.37 (envoyproxy/envoy#41769).
 */
const WITHOUT_LOCAL_REPLIES: readonly Range[] = [
  [
    [1, 30, 10],
    [1, 31, 0],
  ],
  [
    [1, 31, 6],
    [1, 32, 0],
  ],
  [
    [1, 32, 4],
    [1, 33, 0],
  ],
  [
    [1, 33, 1],
    [1, 37, 0],
  ],
];

/**
 * Several answers of an ext_proc server in one gRPC message crash Envoy (GHSA-68cv-hq5f-g6xv). For each line of releases
 * the first that is affected and the first that is not.
 */
const CVE_2026_47207: readonly Range[] = [
  [
    [1, 34, 0],
    [1, 35, 13],
  ],
  [
    [1, 36, 0],
    [1, 36, 9],
  ],
  [
    [1, 37, 0],
    [1, 37, 5],
  ],
  [
    [1, 38, 0],
    [1, 38, 3],
  ],
];

/** The oldest that corsd is tried with. */
const OLDEST_TRIED = [1, 36, 0] as const;

/** What is known of this version of Envoy, as far as it concerns corsd. */
export function findVersion(
  version: Version,
  attachments: readonly Attachment[],
  document: DocumentFacts | undefined,
): readonly Finding[] {
  const name = versionText(version);
  const found: Finding[] = [];
  if (isWithin(version, WITHOUT_LOCAL_REPLIES) && attachments.some(isFull)) {
    found.push(
      finding(
        "envoy-local-replies",
        WHOLE,
        `Envoy ${name} does not show its own answers (503, 401, 429, 404) to ext_proc, so that they get no CORS headers, and pages cannot read them`,
        "take Envoy 1.37 or later, or the request-only set-up",
      ),
    );
    if (document?.continuesPreflights === true) {
      found.push(
        finding(
          "envoy-preflight-continue",
          WHOLE,
          `policies have \`preflight: continue\`, and on Envoy ${name} the answer of the route gets no CORS headers: browsers take every such preflight for a refusal`,
          "take Envoy 1.37 or later, or the request-only set-up, or `preflight: answer`",
        ),
      );
    }
  }
  if (isWithin(version, CVE_2026_47207)) {
    found.push(
      finding(
        "envoy-cve-2026-47207",
        WHOLE,
        `an ext_proc server that sends several answers in one gRPC message can crash Envoy ${name} (CVE-2026-47207); corsd sends one answer a message, but who takes its place might not`,
        "take 1.35.13, 1.36.9, 1.37.5, 1.38.3 or later",
      ),
    );
  }
  if (isBefore(version, OLDEST_TRIED)) {
    found.push(
      finding(
        "envoy-untried",
        WHOLE,
        `corsd is not tried with Envoy ${name}: what is said here may not hold for it`,
        "take Envoy 1.37 or later",
      ),
    );
  }
  return found;
}

function isWithin(version: Version, ranges: readonly Range[]): boolean {
  return ranges.some(([first, end]) => !isBefore(version, first) && isBefore(version, end));
}
