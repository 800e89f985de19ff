import { styleText } from "node:util";
import { stringify } from "yaml";
import type { Edit, Finding } from "../../doctor/finding.ts";
import { placeText } from "../../doctor/place.ts";
import { printable } from "../../policy/quote.ts";

/** Most findings of one code that people are shown: hundreds of listeners may have the same fault. */
export const MAX_SHOWN = 10;

/** For people. `envoy`: its version, as far as it is known. */
export function renderFindings(
  findings: readonly Finding[],
  envoy: string | undefined,
  colored: boolean,
): string {
  const blocks = [...Map.groupBy(findings, ({ code }) => code)].flatMap(([code, alike]) => [
    ...alike.slice(0, MAX_SHOWN).map((found) => `${linesOf(found, colored).join("\n")}\n\n`),
    ...(alike.length > MAX_SHOWN ? [`${moreOf(code, alike.length - MAX_SHOWN)}\n\n`] : []),
  ]);
  return `${blocks.join("")}${summary(findings, envoy)}\n`;
}

function moreOf(code: string, left: number): string {
  return `and ${left} more of ${code}: --json has them all`;
}

function linesOf(found: Finding, colored: boolean): readonly string[] {
  const { code, severity, place, message, mend } = found;
  const color = severity === "error" ? "red" : "yellow";
  const word = colored ? styleText(color, severity, { validateStream: false }) : severity;
  const names = placeText(place);
  return [
    `${word}: ${code}: ${printable(message)}`,
    ...(names === "" ? [] : [`  at    ${printable(names)}`]),
    ...(place.pointer === "" ? [] : [`        ${printable(place.pointer)}`]),
    `  mend  ${printable(mend.advice)}`,
    ...editLines(mend.edit).map((line) => `        ${line}`.trimEnd()),
  ];
}

function editLines(edit: Edit | undefined): readonly string[] {
  const text = yamlOf(edit);
  if (edit === undefined || text === undefined) return [];
  const how = edit.kind === "merge" ? "there, as YAML:" : "in front of it, as YAML:";
  return [how, ...text.split("\n").map((line) => `  ${printable(line)}`)];
}

/** Undefined for what has nothing to write. */
function yamlOf(edit: Edit | undefined): string | undefined {
  if (edit === undefined || edit.kind === "move") return undefined;
  const written = edit.kind === "insert" ? [edit.value] : edit.value;
  return stringify(written, { lineWidth: 0 }).trimEnd();
}

/** For programs, in the order of keys that is promised to them. */
export function plainFindings(findings: readonly Finding[], envoy: string | undefined): string {
  const plain = findings.map(({ code, severity, place, message, mend }) => ({
    code,
    severity,
    place,
    message,
    advice: mend.advice,
    edit: mend.edit ?? null,
    yaml: yamlOf(mend.edit) ?? null,
  }));
  return `${JSON.stringify({ envoy: envoy ?? null, findings: plain }, null, 2)}\n`;
}

function summary(findings: readonly Finding[], envoy: string | undefined): string {
  const about = envoy === undefined ? "Envoy of an unknown version" : `Envoy ${envoy}`;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const found = [count(errors, "error"), count(warnings, "warning")].filter((text) => text !== "");
  return `${found.length === 0 ? "fine" : found.join(", ")}: ${about}`;
}

function count(number: number, one: string): string {
  if (number === 0) return "";
  return `${number} ${number === 1 ? one : `${one}s`}`;
}
