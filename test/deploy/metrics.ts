import { parseDocument } from "yaml";

/** The metrics of corsd that rules and dashboards may ask for, with their own labels. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  corsd_decisions_total: ["group", "policy", "kind", "outcome", "reason"],
  corsd_shadow_decisions_total: ["group", "policy", "kind", "outcome", "reason", "differs"],
  corsd_decision_seconds_bucket: ["le"],
  corsd_decision_seconds_count: [],
  corsd_decision_seconds_sum: [],
  corsd_streams_active: [],
  corsd_streams_total: ["end"],
  corsd_unexpected_messages_total: ["message"],
  corsd_missing_attribute_total: ["attribute"],
  corsd_policy_reloads_total: ["result"],
  corsd_policy_stale: [],
  corsd_policy_loaded_timestamp_seconds: [],
  corsd_policy_info: ["revision", "policy", "tag"],
  // Of prom-client.
  process_cpu_seconds_total: [],
  process_resident_memory_bytes: [],
  nodejs_eventloop_seconds_total: ["state"],
  // Of Prometheus itself, for each target.
  up: [],
};

/** What Prometheus puts on everything that it scrapes here. */
const SCRAPED = ["job", "instance", "namespace", "pod"];

/** What an expression asks for that nobody exports, or by a label that it does not have; a line each. */
export function strangersIn(expression: string): readonly string[] {
  // Strings may hold anything.
  const bare = expression.replaceAll(/"[^"]*"/g, '""');
  return [...bare.matchAll(/\b([a-z]+(?:_[a-z0-9]+)+|up)\b(?:\{([^}]*)\})?(?!\s*\()/g)].flatMap(
    ([, name = "", selector = ""]) => {
      if (FUNCTIONS.has(name)) return [];
      const labels = METRICS[name];
      if (labels === undefined) return [`${name}: no such metric`];
      return [...selector.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)]
        .map(([, label = ""]) => label)
        .filter((label) => ![...labels, ...SCRAPED].includes(label))
        .map((label) => `${name}: no label ${label}`);
    },
  );
}

/** Of PromQL, with an underscore, and not only followed by a parenthesis. */
const FUNCTIONS = new Set(["histogram_quantile", "group_left"]);

/** The metrics that are named in an expression. */
export function metricsIn(expression: string): readonly string[] {
  return Object.keys(METRICS).filter((name) => new RegExp(`\\b${name}\\b`).test(expression));
}

export type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
};

export function rulesIn(text: string): readonly Rule[] {
  const parsed: { groups: { rules: Rule[] }[] } = parseDocument(text).toJS();
  return parsed.groups.flatMap(({ rules }) => rules);
}
