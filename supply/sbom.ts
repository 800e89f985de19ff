import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { lockedPackages } from "./packages.ts";

// npm run --silent sbom: prints the bill of materials (CycloneDX 1.5) of what runs in production.

const ROOT = join(import.meta.dirname, "..");

// Not with npm's own `--omit dev`: it leaves out packages that a tool may use as well, `yaml` for one.
const { stdout } = await promisify(execFile)(
  "npm",
  ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application", "--package-lock-only"],
  { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 },
);
const runtime = new Set(
  (await lockedPackages())
    .filter(({ isRuntime, isOptional }) => isRuntime && !isOptional)
    .map(({ name, version }) => `${name}@${version}`),
);
const whole = JSON.parse(stdout) as Bill;
const own = whole.metadata.component["bom-ref"];
const bill: Bill = {
  ...whole,
  components: whole.components.filter((component) => runtime.has(component["bom-ref"])),
  dependencies: whole.dependencies
    .filter(({ ref }) => ref === own || runtime.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => runtime.has(on)) })),
};
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`);

/** The parts of a CycloneDX document that are looked at. */
type Bill = {
  readonly metadata: { readonly component: Referable };
  readonly components: readonly Referable[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

type Referable = { readonly "bom-ref": string };
