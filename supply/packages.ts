import { readFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** A package of the lock file. */
export type LockedPackage = {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package states it; undefined where it states none. */
  readonly license: string | undefined;
  /** Part of what runs in production, not only of what builds and tests. */
  readonly isRuntime: boolean;
  /** Left out where it does not fit the machine. */
  readonly isOptional: boolean;
  /** Subresource integrity (`sha512-…`), which npm compares with what it unpacks. */
  readonly integrity: string | undefined;
  /** Where it comes from, if the lock file says so. */
  readonly resolved: string | undefined;
  readonly hasInstallScript: boolean;
};

/** Every package of package-lock.json, in its order. Throws where the file is none. */
export async function lockedPackages(): Promise<readonly LockedPackage[]> {
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as Lock;
  return Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .map(([path, entry]) => ({
      name: entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: entry.version,
      license: entry.license,
      isRuntime: entry.dev !== true && entry.devOptional !== true,
      isOptional: entry.optional === true,
      integrity: entry.integrity,
      resolved: entry.resolved,
      hasInstallScript: entry.hasInstallScript === true,
    }));
}

type Lock = { readonly packages: Readonly<Record<string, LockEntry>> };

/** The fields of `packages` that are read here (npm help package-lock.json). */
type LockEntry = {
  readonly name?: string;
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
};
