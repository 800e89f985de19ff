import { expect, test } from "vitest";
import { reportOf, violations } from "../../soak/report.ts";
import { soak } from "../../soak/soak.ts";

// The short form of `npm run soak`: the same stand, disturbed more often.

test("no wrong answer while everything around corsd is disturbed", {
  timeout: 120_000,
}, async () => {
  const rhythm = { kill: 9_001, restart: 14_009, step: 2_003 };
  const findings = await soak({ seconds: 35, rhythm });
  expect(violations(findings), `${reportOf(findings)}${findings.ledger.words.join("\n")}`).toEqual(
    [],
  );
  expect(findings.disturbances.get("kills of corsd")).toBeGreaterThanOrEqual(2);
  expect(findings.disturbances.get("restarts of Envoy")).toBeGreaterThanOrEqual(1);
  expect(findings.generations).toBeGreaterThan(15);
  expect(findings.bad).toBeGreaterThan(1);
});
