import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { TestHeader } from "../server/ext-proc-client.ts";
import { askCorsd } from "./ask-corsd.ts";
import { findChromium, launchChromium } from "./browser.ts";
import { startCorsd } from "./corsd-process.ts";

// Makes docs/console.png, after half a minute of traffic: node test/e2e/picture-console.ts

const ROOT = join(import.meta.dirname, "..", "..");
const PICTURE = join(ROOT, "docs", "console.png");
const ROUNDS = 32;
const APP = "http://app.demo.localhost:8081";

function request(path: string, origin: string, more: readonly TestHeader[] = []): TestHeader[] {
  const method: TestHeader = [":method", more.length === 0 ? "GET" : "OPTIONS"];
  return [method, [":path", path], [":authority", "api.example.com"], ["origin", origin], ...more];
}

const chromium = await findChromium();
if (chromium === undefined) throw new Error("there is no Chromium");
const corsd = await startCorsd({ policy: join(ROOT, "envoy", "policies.yaml") });
const browser = await launchChromium(chromium);
try {
  const [, admin = ""] = /"admin":"([^"]+)"/.exec(corsd.log()) ?? [];
  const page = await browser.newPage({ viewport: { width: 1180, height: 620 } });
  await page.goto(`http://${admin}/`);
  for (let round = 0; round < ROUNDS; round += 1) {
    const many = 3 + Math.round(3 * Math.sin(round / 4));
    const deletion: TestHeader[] = [["access-control-request-method", "DELETE"]];
    await askCorsd(corsd, [
      ...Array.from({ length: 2 * many }, () => request("/orders", APP)),
      ...Array.from({ length: many }, () => request("/reports/q3", APP)),
      ...(round % 5 === 0 ? [request("/orders/1", APP, deletion)] : []),
      ...(round % 3 === 0 ? [request("/orders", "https://evil.example")] : []),
    ]);
    await wait(1000);
  }
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
  await corsd.stop();
}
