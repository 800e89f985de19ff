import { parse, stringify } from "yaml";
import { describePolicy } from "../../src/policy/describe.ts";
import { PRESETS, type PresetName } from "../../src/policy/document.ts";
import { PROBLEM_CODES } from "../../src/policy/problem-code.ts";
import { type JsonObject, policySchema } from "../../src/policy/schema.ts";
import { FULL_DOCUMENT } from "./full-document.ts";
import { judgeText } from "./judge-text.ts";
import { shownProblem } from "./problems-page.ts";
import { boundsOf, type Schema, typeOf } from "./schema-words.ts";

/** A key of the vocabulary. */
type Key = {
  /** As headings write it: `policies[].maxAge`. */
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly example: unknown;
};

/** `docs/reference/policy-document.md`: every key of the vocabulary. */
export function policyDocumentPage(): string {
  const keys = keysOf(policySchema(), "", parse(FULL_DOCUMENT));
  const sections = keys.map(keySection);
  return `# Every key of the policy document

What each key takes, what it means where it is left out, and what can be wrong with it. How the keys work together is in
[the policy document](../policy.md).

This page is made by \`npm run docs:reference\` from the program's own tables. An editor can have them too:
[\`corsd schema\`](../command-line.md#schema).

A document with every key:

\`\`\`yaml
${FULL_DOCUMENT}\`\`\`

${sections.join("\n")}`;
}

/** The keys of an object and of what stands in them, in their order. */
function keysOf(schema: Schema, prefix: string, example: unknown): readonly Key[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Readonly<Record<string, JsonObject>>;
    required?: readonly string[];
  };
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const shown: unknown = Reflect.get(Object(example), name);
    const key = { path, schema: property, required: required.includes(name), example: shown };
    return [key, ...innerKeys(property, path, shown)];
  });
}

function innerKeys(schema: Schema, path: string, example: unknown): readonly Key[] {
  const items = Reflect.get(schema, "items") as Schema | undefined;
  return items === undefined
    ? keysOf(schema, `${path}.`, example)
    : keysOf(items, `${path}[].`, Array.isArray(example) ? example[0] : undefined);
}

function keySection({ path, schema, required, example }: Key): string {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const facts = [
    ["type", typeOf(schema)],
    ["bounds", boundsOf(schema)],
    ["left out", required ? "an error" : leftOut(path)],
    ["problems", problemsOf(path)],
  ].flatMap(([word, fact]) => (fact === "" ? [] : [`* ${word}: ${fact}`]));
  const shown = isFlat(example) ? `\n\`\`\`text\n${exampleText(name, example)}\n\`\`\`\n` : "";
  return `## \`${path}\`\n\n${Reflect.get(schema, "description")}\n\n${facts.join("\n")}\n${shown}`;
}

/** What holds other keys is shown by theirs. */
function isFlat(example: unknown): boolean {
  const [first] = Array.isArray(example) ? example : [example];
  return typeof first !== "object";
}

function exampleText(name: string, example: unknown): string {
  const flow = Array.isArray(example)
    ? `[${example.map(scalarText).join(", ")}]`
    : scalarText(example);
  return `${name}: ${flow}`;
}

function scalarText(value: unknown): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

/** What a key means that is left out, in every preset; nothing where that is not a value. */
function leftOut(path: string): string {
  const presets = new Map<string, PresetName[]>();
  for (const preset of PRESETS) {
    const value = defaultOf(path, preset);
    if (value === undefined) return FIXED_DEFAULTS[path] ?? "nothing";
    presets.set(value, [...(presets.get(value) ?? []), preset]);
  }
  const [[only = ""] = []] = presets;
  if (presets.size === 1) return only;
  return [...presets]
    .map(([value, names]) => `${value} (${names.map((name) => `\`${name}\``).join(", ")})`)
    .join("; ");
}

/** Keys outside of policies. */
const FIXED_DEFAULTS: Readonly<Record<string, string>> = {
  version: "`1`",
  preset: "`strict`",
  policies: "an error, unless another file has policies",
  applications: "none",
  apiGroups: "one group, `default`, of everything, with all policies in their order",
  "policies[].preset": "that of the file, else `strict`",
  "policies[].behavior": "as the preset says",
  "policies[].behavior.refusalStatus": "as the preset says",
  "policies[].dangerouslyAllowAnyOriginWithCredentials": "`false`",
  "applications[].apiGroups": "`*`: every group",
  "apiGroups[].match": "nothing matches: only Envoy can name the group",
  "apiGroups[].match[].host": "any",
  "apiGroups[].match[].path": "any",
  "apiGroups[].match[].route": "any",
};

/** Read off the policy that the program makes of one with nothing but a name. */
function defaultOf(path: string, preset: PresetName): string | undefined {
  if (path in FIXED_DEFAULTS || !path.startsWith("policies[].")) return undefined;
  const { problems, resolved } = judgeText(`policies: [{name: web, preset: ${preset}}]\n`);
  const key = path.slice("policies[].".length);
  const isRequired = problems.some(
    ({ code }) =>
      (code === "methods-required" && key === "allowMethods") ||
      (code === "http-versions-required" && key === "httpVersions"),
  );
  if (isRequired) return "an error";
  const [policy] = resolved.policies;
  if (policy === undefined) throw new Error(`preset ${preset} makes no policy`);
  let value: unknown = describePolicy(policy);
  for (const step of key.split(".")) value = Reflect.get(Object(value), step);
  return valueText(key, value);
}

function valueText(key: string, value: unknown): string {
  if (value === null) return key === "maxAge" ? "no header" : "none";
  if (Array.isArray(value)) {
    if (value.length > 0) return value.map((each) => `\`${each}\``).join(", ");
    return key === "allowOrigins" ? "nobody" : "none";
  }
  if (value === "*" && key === "httpVersions") return "all";
  return `\`${value}\``;
}

/** Codes whose example is about this key. */
function problemsOf(path: string): string {
  const codes = PROBLEM_CODES.filter((code) => {
    const pointer = shownProblem(code)?.pointer ?? "";
    const key = pointer
      .slice(1)
      .replaceAll(/\/[0-9]+(?=\/|$)/g, "[]")
      .replaceAll("/", ".");
    return key === path || key === `${path}[]`;
  });
  return codes.map((code) => `[\`${code}\`](problems.md#${code})`).join(", ");
}
