import { expressionMatcher } from "../../src/cli/doctor/expression-matcher.ts";
import { plainFindings, renderFindings } from "../../src/cli/doctor/render-findings.ts";
import { diagnose } from "../../src/doctor/diagnose.ts";
import { readSetup } from "../../src/doctor/dump/setup.ts";
import { config, facts, group, route } from "../doctor/small-config.ts";
import { ensure, ensureNoMatch } from "./ensure.ts";
import { type Json, mutateJson } from "./mutate-json.ts";
import type { Random } from "./random.ts";
import { defineTarget } from "./target.ts";

// What `corsd doctor` is given: the configuration of an Envoy that is almost one.

const BOOTSTRAP = config({
  routes: [route("orders", group("orders")), route("all"), route("x", { redirect: {} })],
}) as Json;
const DUMP: Json = {
  configs: [
    { "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump", bootstrap: BOOTSTRAP },
    {
      "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
      dynamic_listeners: [{ name: "a", active_state: { listener: { name: "a" } } }],
    },
    {
      "@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump",
      dynamic_route_configs: [{ route_config: { name: "r", virtual_hosts: [] } }],
    },
  ],
};

type DumpCase = { readonly dump: Json; readonly hasDocument: boolean };

function draw(random: Random): DumpCase {
  let dump: Json = random.pick([BOOTSTRAP, DUMP]);
  for (let more = random.below(12); more > 0; more -= 1) dump = mutateJson(random, dump);
  return { dump, hasDocument: random.oneIn(2) };
}

const DOCUMENT = facts({
  needsRouteName: true,
  exposesEverything: true,
  continuesPreflights: true,
});

function run({ dump, hasDocument }: DumpCase): string {
  const matches = expressionMatcher();
  const setup = readSetup(dump, matches);
  if (!setup.ok) {
    ensure(setup.error !== "", "a refusal without a reason");
    return "no configuration";
  }
  const circumstances = {
    document: hasDocument ? DOCUMENT : undefined,
    clusters: [],
    version: undefined,
  };
  const findings = diagnose(setup.value, circumstances, matches);
  const lines = renderFindings(findings, undefined, false).split("\n");
  for (const line of lines)
    ensureNoMatch(line, /[\p{Cc}\p{Cs}\u202e]/u, "a line that a terminal obeys");
  const plain = JSON.parse(plainFindings(findings, undefined)).findings;
  ensure(plain.length === findings.length, "a finding is lost");
  return findings.length === 0 ? "fine" : "findings";
}

export const DUMPS = defineTarget<DumpCase>({
  name: "dumps",
  share: 12,
  draw,
  run,
  budget: ({ dump }) => 300 + JSON.stringify(dump).length / 200,
  endings: ["no configuration", "fine", "findings"],
  show: ({ dump, hasDocument }) => JSON.stringify({ hasDocument, dump }),
});
