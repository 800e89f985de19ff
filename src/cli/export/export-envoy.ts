import { stringify } from "yaml";
import { exportEnvoy } from "../../export/envoy/export-envoy.ts";
import type { Loss } from "../../export/loss.ts";
import { renderProblem } from "../../policy/problem.ts";
import { examine } from "../../source/examine.ts";
import { readDocuments } from "../../source/manifest.ts";
import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";

export type ExportEnvoyFlags = { readonly cluster: string; readonly json?: boolean };

/** `corsd export envoy`: configuration for Envoy's native filter, and what is lost by it. */
export async function exportEnvoyCommand(
  paths: readonly string[],
  { cluster, json }: ExportEnvoyFlags,
  output: Output,
): Promise<number> {
  const { problems, loaded } = examine(await readDocuments(paths));
  if (loaded === undefined) {
    for (const problem of problems) output.err(`${renderProblem(problem)}\n`);
    return EXIT.failed;
  }
  const exported = exportEnvoy(loaded.resolved, cluster);
  const lines = exported.losses.map(lossLine);
  for (const line of lines) output.err(`${line}\n`);
  output.out(json === true ? plain(exported) : yaml(exported, lines));
  return EXIT.fine;
}

/** `group `orders`, policy `web`: …`. */
function lossLine({ group, policy, text }: Loss): string {
  const subject = [
    ...(group === undefined ? [] : [`group \`${group}\``]),
    ...(policy === undefined ? [] : [`policy \`${policy}\``]),
  ].join(", ");
  return subject === "" ? text : `${subject}: ${text}`;
}

type Exported = ReturnType<typeof exportEnvoy>;

function yaml({ route_config, named_routes }: Exported, lines: readonly string[]): string {
  const head = ["Lost on the way from corsd to Envoy's native filter:", ...lines];
  // Each policy stands in full, for whoever copies a part.
  const options = { aliasDuplicateObjects: false, lineWidth: 0 };
  const body = stringify(
    { route_config, ...(Object.keys(named_routes).length === 0 ? {} : { named_routes }) },
    options,
  );
  return `${head.map((line) => `# ${line}\n`).join("")}${body}`;
}

/** For programs, in the order of keys that is promised to them. */
function plain({ route_config, named_routes, losses }: Exported): string {
  const rows = losses.map(({ group, policy, text }) => ({
    group: group ?? null,
    policy: policy ?? null,
    text,
  }));
  return `${JSON.stringify({ route_config, named_routes, losses: rows }, null, 2)}\n`;
}
