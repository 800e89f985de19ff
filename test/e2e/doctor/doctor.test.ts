import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { envoyVersions } from "../../../envoy/fetch.ts";
import { documentFacts } from "../../../src/cli/doctor/document-facts.ts";
import { expressionMatcher } from "../../../src/cli/doctor/expression-matcher.ts";
import { diagnose } from "../../../src/doctor/diagnose.ts";
import { readSetup } from "../../../src/doctor/dump/setup.ts";
import type { Finding } from "../../../src/doctor/finding.ts";
import { FINDING_CODES, type FindingCode } from "../../../src/doctor/finding-code.ts";
import { compileDocument } from "../../../src/policy/compile.ts";
import { libraries } from "../../../src/source/libraries.ts";
import { parseBytes } from "../../../src/source/parse.ts";
import { policyFiles } from "../../cli/policy-files.ts";
import { runCorsd } from "../../cli/run-corsd.ts";
import { applyEdit, resolve } from "../../doctor/apply-edit.ts";
import { type RunningEnvoy, startEnvoy } from "../envoy-process.ts";
import { BAD_CASES, type BadCase } from "./bad-cases.ts";
import { badConfig, type Config, nameOf, shipped } from "./bad-config.ts";

// Real Envoys tell how they are configured, and the doctor is right about them.

const POLICIES = join(import.meta.dirname, "..", "..", "..", "envoy", "policies.yaml");
const adminOf = ({ adminPort }: RunningEnvoy): string => `http://127.0.0.1:${adminPort}`;

async function dumpOf(config: Config): Promise<unknown> {
  const envoy = await startEnvoy({ config, version: "1.40.0" });
  try {
    const response = await fetch(`${adminOf(envoy)}/config_dump?include_eds`);
    return await response.json();
  } finally {
    await envoy.stop();
  }
}

function factsOf(text: string): ReturnType<typeof documentFacts> {
  const { root } = parseBytes("policies.yaml", new TextEncoder().encode(text));
  const files = root === undefined ? [] : [{ file: "policies.yaml", root }];
  const compiled = compileDocument(files, "doctor", libraries);
  if (!compiled.usable) throw new Error(JSON.stringify(compiled.problems));
  return documentFacts(compiled.resolved);
}

const usual = `
policies: [{name: web, allowOrigins: [https://app.example.com]}]
apiGroups:
  - {name: orders, match: [{path: /}], policies: [web]}
  - {name: reports, match: [{path: /reports}], policies: [web]}
`;

/** What is found of one case: in its listener, and in its cluster. */
function findingsOf(dump: unknown, bad: BadCase, index: number): readonly Finding[] {
  const matches = expressionMatcher();
  const setup = readSetup(dump, matches);
  if (!setup.ok) throw new Error(setup.error);
  const policy = bad.policy === undefined ? usual : bad.policy;
  const document = policy === null ? undefined : factsOf(policy);
  const name = nameOf(bad, index);
  return diagnose(setup.value, { document, clusters: [], version: undefined }, matches).filter(
    ({ place }) => place.listener === name || place.cluster === `corsd-${name}`,
  );
}

const cases = BAD_CASES.map((bad, index) => ({ name: nameOf(bad, index), bad, index }));

describe("bad configurations", () => {
  const config = badConfig(BAD_CASES);
  let dump: unknown;
  let mendedDump: unknown;

  beforeAll(async () => {
    dump = await dumpOf(config);
    const mended = structuredClone(config);
    for (const { bad, index } of cases) {
      for (const found of findingsOf(dump, bad, index)) mend(mended, dump, found);
    }
    mendedDump = await dumpOf(mended);
  });

  test.each(cases)("$name is found, and nothing else", ({ name, bad, index }) => {
    const found = findingsOf(dump, bad, index);
    expect(found.map(({ code }) => code)).toEqual([bad.code]);
    const [{ place } = { place: { pointer: "" } }] = found;
    const inListener = "filterChain" in bad.place;
    const { pointer, ...names } = place;
    expect(names).toEqual({
      ...(inListener ? { listener: name } : { cluster: `corsd-${name}` }),
      ...bad.place,
    });
    expect(resolve(dump, pointer)).toBeTypeOf("object");
  });

  const mendable = cases.filter(({ bad }) => bad.isMended !== false);

  test.each(mendable)("$name: what mends it mends it", ({ bad, index }) => {
    expect(findingsOf(mendedDump, bad, index)).toEqual([]);
  });

  const manual = cases.filter(({ bad }) => bad.isMended === false);

  test.each(manual)("$name is for people to mend", ({ bad, index }) => {
    expect(findingsOf(dump, bad, index).map(({ mend: { edit } }) => edit)).toEqual([undefined]);
  });
});

/** What is found elsewhere in these tests, or takes an Envoy that cannot be had by a configuration alone. */
const ELSEWHERE: readonly FindingCode[] = [
  // Below, of the shipped configurations.
  ...(["filter-absent", "route-unknown"] as const),
  ...(["envoy-local-replies", "envoy-preflight-continue", "envoy-cve-2026-47207"] as const),
  // In unit tests: an older Envoy; what has not arrived yet, or was taken away since.
  ...(["envoy-untried", "routes-missing", "cluster-missing"] as const),
];

test("there is a case of every code", () => {
  const codes = new Set([...BAD_CASES.map(({ code }) => code), ...ELSEWHERE]);
  expect([...codes].sort()).toEqual(Object.keys(FINDING_CODES).sort());
});

/** Makes the edit of a finding, whose place is in the dump, in the configuration that the dump is of. */
function mend(config: Config, dump: unknown, { place, mend: { edit } }: Finding): void {
  if (edit === undefined) return;
  const { listeners, clusters } = config.static_resources;
  const inConfig = (pointer: string): string => {
    const [, section = "", rest = ""] =
      /^(\/configs\/\d+\/static_\w+\/\d+\/(?:listener|cluster))(.*)$/.exec(pointer) ?? [];
    if (section === "") throw new Error(`what stands at ${pointer} is not in the configuration`);
    const name = resolve(dump, `${section}/name`);
    const [list, all] = section.endsWith("/listener")
      ? ["listeners", listeners]
      : ["clusters", clusters];
    const index = all.findIndex((one) => one.name === name);
    return `/static_resources/${list}/${index}${rest}`;
  };
  const moved = edit.kind === "move" ? { ...edit, before: inConfig(edit.before) } : edit;
  applyEdit(config, inConfig(place.pointer), moved);
}

const files = policyFiles({
  "by-routes.yaml": `
policies: [{name: web, allowOrigins: [https://app.example.com]}]
apiGroups:
  - {name: orders, match: [{route: order}, {path: /}], policies: [web]}
  - {name: reports, match: [{path: /reports}], policies: [web]}
`,
});

type Report = { envoy: string; findings: { code: string; severity: string }[] };

describe.each(envoyVersions)("the shipped configurations under Envoy %s", (version) => {
  describe.each(["full", "full-skipping", "request-only"])("%s", (base) => {
    let envoy: RunningEnvoy;

    beforeAll(async () => {
      envoy = await startEnvoy({ config: shipped(base), version });
    });

    afterAll(() => envoy.stop());

    const doctor = async (...flags: readonly string[]): Promise<Report & { exit: number }> => {
      const args = ["doctor", "--config-dump", adminOf(envoy), "--json", ...flags];
      const { code, out } = await runCorsd(args);
      return { ...(JSON.parse(out) as Report), exit: code };
    };
    const isOldAndFull = version === "1.36.4" && base !== "request-only";
    const known = [
      ...(isOldAndFull ? ["envoy-local-replies"] : []),
      ...(version === "1.36.4" || version === "1.37.0" ? ["envoy-cve-2026-47207"] : []),
    ];

    test("have no errors, and of warnings only those of the version", async () => {
      const report = await doctor();
      expect(report.envoy).toBe(version);
      expect(report.findings.map(({ code }) => code)).toEqual(known);
      expect(report.exit).toBe(0);
    });

    test("have no filter for somebody else's cluster", async () => {
      const report = await doctor("--cluster", "judge");
      const [first] = report.findings;
      expect(first).toMatchObject({ code: "filter-absent", place: { pointer: "" } });
      expect(report.exit).toBe(1);
    });

    test("do not have a route that a document goes by", async () => {
      const report = await doctor("--policy", files("by-routes.yaml"));
      const wanted: unknown = expect.stringContaining("no route is named `order`");
      const found = { code: "route-unknown", place: { pointer: "" }, message: wanted };
      expect(report.findings).toContainEqual(expect.objectContaining(found));
    });

    test("go with the shipped policies, as far as this version can", async () => {
      const report = await doctor("--policy", POLICIES);
      const impossible = isOldAndFull ? ["envoy-preflight-continue"] : [];
      expect(report.findings.map(({ code }) => code)).toEqual([...impossible, ...known]);
      expect(report.exit).toBe(isOldAndFull ? 1 : 0);
    });
  });
});
