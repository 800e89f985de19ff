import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { findPrometheus } from "../deploy/find-prometheus.ts";
import { DEPLOY } from "../deploy/manifests.ts";
import { attributes, ExtProcClient, headers } from "../server/ext-proc-client.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type Alert, type RunningPrometheus, startPrometheus } from "./prometheus-process.ts";

// A real Prometheus with deploy/prometheus scrapes a real corsd. Two things are not as shipped: where corsd is, and
// how long things take. Prometheus looks every half second in place of every 15, and `for` is a second in every rule.

const LOOKS_EVERY = "500ms";
const FOR = "1s";
/** What Grafana makes of `$__rate_interval`: four times the interval of the scrapes. */
const RATE_INTERVAL = "2s";

const GOOD = "policies:\n  - name: web\n    allowOrigins: [https://app.example.com]\n";

const path = findPrometheus("prometheus");
const WITHIN = { timeout: 15_000, interval: 100 };

describe.skipIf(path === undefined)("deploy/prometheus under a real Prometheus", () => {
  let folder: string;
  let policy: string;
  let corsd: RunningCorsd;
  let target: string;
  let client: ExtProcClient;
  let prometheus: RunningPrometheus;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-scraped-"));
    policy = join(folder, "policies.yaml");
    await writeFile(policy, GOOD);
    corsd = await startCorsd({ policy });
    client = new ExtProcClient(`unix:${corsd.socket}`);
    target = await adminOf(corsd);
    prometheus = await startPrometheus({
      path: path ?? "",
      config: await configFor(target),
      rules: await hastyRules(),
    });
  });

  afterAll(async () => {
    await prometheus?.stop();
    client?.close();
    await corsd?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The alerts of this name that fire. */
  async function firing(name: string): Promise<readonly Alert[]> {
    const alerts = await prometheus.alerts();
    return alerts.filter(
      ({ labels: { alertname }, state }) => alertname === name && state === "firing",
    );
  }

  async function request(origin: string): Promise<void> {
    const stream = client.open({});
    stream.send({
      request_headers: headers([
        [":method", "GET"],
        [":path", "/"],
        [":authority", "api.example.com"],
        ["origin", origin],
      ]),
      attributes: attributes({}),
    });
    await stream.next();
    stream.end();
  }

  test("corsd is scraped, and nothing fires", async () => {
    const instances = await panel("Instances");
    await expect
      .poll(() => prometheus.query(instances), WITHIN)
      .toEqual([{ labels: {}, value: 1 }]);
    // Before the first scrape nothing was up.
    await expect.poll(() => prometheus.alerts(), WITHIN).toEqual([]);
  });

  test("refusals show on the dashboard", async () => {
    const refusals = await panel("Refusals by reason");
    const shown = async (): Promise<unknown> => {
      // A rate is of what comes: one refusal alone is a counter that has always been 1.
      await request("https://evil.example");
      return (await prometheus.query(refusals)).filter(({ value }) => value > 0);
    };
    const labels = { group: "default", reason: "origin-not-allowed" };
    await expect.poll(shown, WITHIN).toMatchObject([{ labels }]);
  });

  test("a bad document fires CorsdPolicyStale, a good one clears it", async () => {
    expect(await firing("CorsdPolicyStale")).toEqual([]);
    await writeFile(policy, "policies: 7\n");
    await expect
      .poll(() => firing("CorsdPolicyStale"), WITHIN)
      .toMatchObject([
        {
          labels: { severity: "ticket", job: "corsd", instance: target },
          annotations: { summary: `${target} does not take its policy document over` },
        },
      ]);
    await writeFile(policy, GOOD.replace("app.", "www."));
    await expect.poll(() => firing("CorsdPolicyStale"), WITHIN).toEqual([]);
    expect(await firing("CorsdDown")).toEqual([]);
  });

  test("a killed corsd fires CorsdDown and CorsdInstanceDown", async () => {
    corsd.signal("SIGKILL");
    await corsd.ended;
    await expect
      .poll(() => firing("CorsdDown"), WITHIN)
      .toMatchObject([{ labels: { severity: "page", job: "corsd" } }]);
    await expect
      .poll(() => firing("CorsdInstanceDown"), WITHIN)
      .toMatchObject([{ labels: { severity: "ticket", instance: target } }]);
  });
});

/** Where the admin listener is, which took a free port. */
function adminOf({ log }: RunningCorsd): Promise<string> {
  return vi.waitFor(() => {
    const [, admin] = /"admin":"([^"]+)"/.exec(log()) ?? [];
    if (admin === undefined) throw new Error(`corsd does not say where it is\n${log()}`);
    return admin;
  }, WITHIN);
}

async function configFor(target: string): Promise<object> {
  const config = parse(await readFile(join(DEPLOY, "prometheus", "prometheus.yml"), "utf8"));
  config.global = { scrape_interval: LOOKS_EVERY, evaluation_interval: LOOKS_EVERY };
  config.scrape_configs[0].static_configs[0].targets = [target];
  return config;
}

async function hastyRules(): Promise<object> {
  const text = await readFile(join(DEPLOY, "prometheus", "rules.yaml"), "utf8");
  return parse(text, (key, value: unknown) => (key === "for" ? FOR : value));
}

/** The expression of a panel of the dashboard, its variables filled in as Grafana does. */
async function panel(title: string): Promise<string> {
  const dashboard: { panels: { title: string; targets?: { expr: string }[] }[] } = JSON.parse(
    await readFile(join(DEPLOY, "grafana", "dashboard.json"), "utf8"),
  );
  const found = dashboard.panels.find((each) => each.title === title)?.targets?.[0]?.expr;
  if (found === undefined) throw new Error(`the dashboard has no panel ${title}`);
  return found
    .replaceAll("$__rate_interval", RATE_INTERVAL)
    .replaceAll(/\$(group|policy)\b/g, ".*");
}
