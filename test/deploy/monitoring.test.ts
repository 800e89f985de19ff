import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { StreamEnd } from "../../src/server/observe.ts";
import { anchorsOf } from "../markdown.ts";
import { findPrometheus } from "./find-prometheus.ts";
import { DEPLOY } from "./manifests.ts";
import { metricsIn, rulesIn, strangersIn } from "./metrics.ts";
import { promtool } from "./promtool.ts";

const ROOT = join(DEPLOY, "..");
const PROMETHEUS = join(DEPLOY, "prometheus");
const read = (...path: string[]): string => readFileSync(join(DEPLOY, ...path), "utf8");

const rules = rulesIn(read("prometheus", "rules.yaml"));

type Panel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: unknown;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly expr: string; readonly datasource: unknown }[];
};
type Variable = {
  readonly name: string;
  readonly type: string;
  readonly datasource?: unknown;
  readonly query: string | { readonly query: string };
};
const dashboard: {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
} = JSON.parse(read("grafana", "dashboard.json"));
const graphs = dashboard.panels.filter(({ type }) => type !== "row");

/** Grafana's variables replaced, as Grafana would. */
function filled(expression: string): string {
  return expression.replaceAll("$__rate_interval", "1m").replaceAll(/\$(group|policy)\b/g, ".*");
}
const shown = graphs.flatMap(({ targets = [] }) => targets.map(({ expr }) => filled(expr)));

describe("the alerts", () => {
  test("ask only for what is exported", () => {
    expect(rules.flatMap(({ expr }) => strangersIn(expr))).toEqual([]);
  });

  test("say what happened, to whom it matters, and what to do", () => {
    const anchors = anchorsOf({
      path: "docs/operations.md",
      text: readFileSync(join(ROOT, "docs", "operations.md"), "utf8"),
    });
    for (const { alert, labels, annotations } of rules) {
      expect(["page", "ticket"]).toContain(labels.severity);
      expect(Object.keys(annotations)).toEqual(["summary", "description", "runbook_url"]);
      const [page, anchor = ""] = annotations.runbook_url.split("#");
      expect(page).toBe("docs/operations.md");
      expect(anchor).toBe(alert.toLowerCase());
      expect(anchors).toContain(anchor);
    }
  });

  test("name ends of streams that there are", () => {
    const ends: readonly StreamEnd[] = ["failure", "bug"];
    expect(rules.map(({ expr }) => expr).join("\n")).toContain(`end=~"${ends.join("|")}"`);
  });

  test("each fires once and stays silent once in the unit tests", () => {
    type Check = { alertname: string; exp_alerts: unknown[] };
    const { tests }: { tests: { alert_rule_test: Check[] }[] } = parse(
      read("prometheus", "rules.test.yaml"),
    );
    const checks = tests.flatMap((each) => each.alert_rule_test);
    for (const { alert } of rules) {
      const counts = checks
        .filter(({ alertname }) => alertname === alert)
        .map((check) => check.exp_alerts.length);
      expect([alert, counts.includes(0), counts.includes(1)]).toEqual([alert, true, true]);
    }
  });
});

test("a metric that nobody exports, and a label that it lacks, are found", () => {
  expect(strangersIn('rate(corsd_decision_total{job="x"}[5m])')).toEqual([
    "corsd_decision_total: no such metric",
  ]);
  expect(strangersIn('sum by (le) (corsd_streams_total{job="up{ends",ends=~"x"})')).toEqual([
    "corsd_streams_total: no label ends",
  ]);
  expect(strangersIn('sum by (job) (up{job="corsd"}) == 0')).toEqual([]);
});

describe("the dashboard", () => {
  test("asks only for what is exported", () => {
    expect(shown.length).toBeGreaterThan(15);
    expect(shown.flatMap(strangersIn)).toEqual([]);
  });

  test("shows what there is to see", () => {
    const seen = new Set(shown.flatMap(metricsIn));
    for (const metric of [
      "corsd_decisions_total",
      "corsd_shadow_decisions_total",
      "corsd_decision_seconds_bucket",
      "corsd_streams_active",
      "corsd_streams_total",
      "corsd_unexpected_messages_total",
      "corsd_missing_attribute_total",
      "corsd_policy_reloads_total",
      "corsd_policy_stale",
      "corsd_policy_loaded_timestamp_seconds",
      "corsd_policy_info",
      "process_cpu_seconds_total",
      "process_resident_memory_bytes",
    ]) {
      expect(seen).toContain(metric);
    }
  });

  test("takes its data source from a variable everywhere", () => {
    const [source, ...variables] = dashboard.templating.list;
    expect(source).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    const chosen = { type: "prometheus", uid: `\${${source?.name}}` };
    const named = [
      ...variables.map(({ datasource }) => datasource),
      ...graphs.map(({ datasource }) => datasource),
      ...graphs.flatMap(({ targets = [] }) => targets.map(({ datasource }) => datasource)),
    ];
    expect(named.filter((each) => JSON.stringify(each) !== JSON.stringify(chosen))).toEqual([]);
  });

  test("has variables for all that its expressions leave open", () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    const used = graphs
      .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
      .flatMap((expr) => [...expr.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name));
    const open = new Set(used.filter((name) => !name.startsWith("__")));
    expect([...open].filter((name) => !names.includes(name))).toEqual([]);
  });

  test("has panels of their own numbers that do not lie on each other", () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

test("Grafana is provisioned with what is mounted", () => {
  const source = parse(read("grafana", "provisioning", "datasources", "prometheus.yaml"));
  expect(source.datasources).toHaveLength(1);
  const provider = parse(read("grafana", "provisioning", "dashboards", "corsd.yaml"));
  const compose = readFileSync(join(ROOT, "docker-compose.yml"), "utf8");
  expect(compose).toContain(`:${provider.providers[0].options.path}/corsd.json:ro`);
  expect(compose).toContain("./deploy/grafana/provisioning:/etc/grafana/provisioning:ro");
});

const path = findPrometheus("promtool");

describe.skipIf(path === undefined)("promtool", () => {
  const run = (...args: string[]) => promtool(path ?? "", ...args);

  test("takes the configuration and the rules", async () => {
    expect(await run("check", "config", join(PROMETHEUS, "prometheus.yml"))).toMatchObject({
      end: "exit 0",
    });
    expect(await run("check", "rules", join(PROMETHEUS, "rules.yaml"))).toMatchObject({
      end: "exit 0",
      output: expect.stringContaining(`${rules.length} rules found`),
    });
  });

  test("finds every alert firing when it has to, and only then", async () => {
    expect(await run("test", "rules", join(PROMETHEUS, "rules.test.yaml"))).toMatchObject({
      end: "exit 0",
      output: expect.stringContaining("SUCCESS"),
    });
  });

  test("takes the configuration for a cluster, the discovery aside", async () => {
    // Debian's build knows no Kubernetes; the rest of the file counts all the same.
    const config = parse(read("prometheus", "kubernetes.yml"));
    const [job] = config.scrape_configs;
    expect(job.kubernetes_sd_configs).toEqual([
      { role: "pod", selectors: [{ role: "pod", label: "corsd=true" }] },
    ]);
    delete job.kubernetes_sd_configs;
    config.rule_files = [join(PROMETHEUS, "rules.yaml")];
    await inFolder(async (folder) => {
      const file = join(folder, "prometheus.yml");
      await writeFile(file, stringify(config));
      expect(await run("check", "config", file)).toMatchObject({ end: "exit 0" });
    });
  });

  test("takes every expression of the dashboard, and would not take a broken one", async () => {
    await inFolder(async (folder) => {
      const check = async (expressions: readonly string[]) => {
        const file = join(folder, "rules.yaml");
        const records = expressions.map((expr, index) => ({ record: `panel:x:r${index}`, expr }));
        await writeFile(file, stringify({ groups: [{ name: "dashboard", rules: records }] }));
        return run("check", "rules", file);
      };
      expect(await check(shown)).toMatchObject({ end: "exit 0" });
      expect(await check([...shown, "sum by (x (up)"])).toMatchObject({ end: "exit 1" });
    });
  });
});

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-prometheus-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("what the compose file scrapes is a service of it", () => {
  const { scrape_configs: jobs } = parse(read("prometheus", "prometheus.yml"));
  const compose = parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"));
  const [host = "", port] = jobs[0].static_configs[0].targets[0].split(":");
  expect(compose.services[host].environment.CORSD_ADMIN).toBe(`0.0.0.0:${port}`);
});
