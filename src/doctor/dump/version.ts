import { at, isThere, numberOf, type Spot } from "../spot.ts";

/** Of an Envoy. */
export type Version = { readonly major: number; readonly minor: number; readonly patch: number };

/** Of a `core.v3.BuildVersion`; numbers that are 0 are left out there. */
export function readVersion(spot: Spot): Version | undefined {
  const version = at(spot, "version");
  if (!isThere(version)) return undefined;
  const number = (field: string): number => numberOf(at(version, field), 0);
  return { major: number("major_number"), minor: number("minor_number"), patch: number("patch") };
}

/** Of Envoy's own words, such as `COMMIT/1.40.0/Clean/RELEASE/BoringSSL`. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] =
    /(?:^|\/)(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:$|[-/])/.exec(text) ?? [];
  if (major === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

export function isBefore(version: Version, other: readonly [number, number, number]): boolean {
  const { major, minor, patch } = version;
  const [otherMajor, otherMinor, otherPatch] = other;
  if (major !== otherMajor) return major < otherMajor;
  return minor === otherMinor ? patch < otherPatch : minor < otherMinor;
}

export function versionText({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}
