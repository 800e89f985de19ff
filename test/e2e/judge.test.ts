import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM } from "../judge/browser/differences.ts";
import { coverageOf, LABELS } from "../judge/coverage.ts";
import { SETUPS, type Setup } from "../judge/gateway.ts";
import { documentOf, isAsMeant, type Judged, judgeAll, reportOf } from "../judge/judging.ts";
import { type Site, startSite } from "../judge/pages.ts";
import { startWorld } from "../judge/world.ts";
import { findChromium, launchChromium } from "./browser.ts";

// A real browser judges whether its scripts read what the policies mean them to: docs/proof/browser.md.

const FIXED = { seed: 4_000, scenarios: 400 };
/** Printed where it fails, for `npm run judge -- --seed`. */
const FRESH = { seed: Math.floor(Math.random() * 2 ** 31), scenarios: 100 };
/** What the fixed scenarios of both set-ups have to meet at least so many times. */
const LEAST = 5;
/** Chromium's own ways are rare on purpose, and met at least once. */
const LEAST_DIFFERENCES = 1;
const PATIENCE = 180_000;

const chromium = await findChromium();

describe.skipIf(chromium === undefined)("the browser as judge", () => {
  const met = new Map<string, number>();
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    site = await startSite();
    browser = await launchChromium(chromium ?? "");
  });

  afterAll(async () => {
    await browser?.close();
    site?.stop();
  });

  async function judge(setup: Setup, plan: typeof FIXED): Promise<string[]> {
    const { scenarios } = plan;
    // Other scenarios for each set-up.
    const seed = plan.seed + SETUPS.indexOf(setup);
    const world = await startWorld({ setup, browser, site, documentFor: documentOf(seed) });
    try {
      const judged = await judgeAll(world, setup, seed, scenarios);
      expect(judged).toHaveLength(scenarios);
      if (plan === FIXED) count(judged, world.document);
      const wrong = judged.filter((each) => !isAsMeant(each));
      return wrong.map((each) => `seed ${seed}\n${reportOf(each, world.document)}`);
    } finally {
      await world.stop();
    }
  }

  function count(judged: readonly Judged[], document: Parameters<typeof coverageOf>[1]): void {
    for (const [label, times] of coverageOf(judged, document)) {
      met.set(label, (met.get(label) ?? 0) + times);
    }
  }

  test.for(SETUPS)(
    "scripts read what is meant, %s, the same scenarios each time",
    { timeout: PATIENCE },
    async (setup) => {
      expect(await judge(setup, FIXED)).toEqual([]);
    },
  );

  test.for(SETUPS)(
    "scripts read what is meant, %s, other scenarios each time",
    { timeout: PATIENCE },
    async (setup) => {
      expect(await judge(setup, FRESH)).toEqual([]);
    },
  );

  test("nothing of what is judged is rare", () => {
    const wanted = labelsFor(site.ports.ipv6Page !== undefined);
    const rare = wanted.filter(([label, least]) => (met.get(label) ?? 0) < least);
    expect(rare).toEqual([]);
    // Busy machines may run out a kept preflight now and then, not often.
    const total = FIXED.scenarios * SETUPS.length;
    expect(met.get("judged")).toBeGreaterThan(total * 0.95);
    expect(met.get("readable")).toBeGreaterThan(total * 0.25);
    expect(met.get("unreadable")).toBeGreaterThan(total * 0.25);
  });
});

function labelsFor(hasIpv6: boolean): readonly (readonly [label: string, least: number])[] {
  // Without IPv6 the scenarios are others, which nobody looked at for what is rare among them.
  if (!hasIpv6)
    return LABELS.filter((label) => !label.endsWith(" ipv6")).map((label) => [label, 1]);
  return [
    ...LABELS.map((label) => [label, LEAST] as const),
    ...Object.keys(CHROMIUM).map((name) => [`differs ${name}`, LEAST_DIFFERENCES] as const),
  ];
}
