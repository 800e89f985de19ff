import type { EnvoyVersion } from "../../envoy/fetch.ts";
import { LANES } from "./lane.ts";

/** How many of the checks came out as meant on one lane. */
export type Cell = {
  readonly version: EnvoyVersion;
  readonly setup: string;
  readonly lane: string;
  readonly passed: number;
  readonly tried: number;
};

/** A Markdown table: a line for each version and set-up, a column for each lane. */
export function matrixOf(cells: readonly Cell[]): string {
  const names = LANES.map(({ name }) => name);
  const lines = Map.groupBy(cells, ({ version, setup }) => `| ${version} | ${setup} |`);
  return [
    `| Envoy | set-up | ${names.join(" | ")} |`,
    `|---|---|${names.map(() => "---|").join("")}`,
    ...[...lines].map(([start, those]) => {
      const found = names.map((name) => those.find(({ lane }) => lane === name));
      return `${start} ${found.map(textOf).join(" | ")} |`;
    }),
  ].join("\n");
}

function textOf(cell: Cell | undefined): string {
  return cell === undefined ? "not run" : `${cell.passed} of ${cell.tried}`;
}
