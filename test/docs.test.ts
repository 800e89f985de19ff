import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { MAX_BODY_LENGTH, MAX_DOCUMENT_LENGTH } from "../src/admin/body.ts";
import { MAX_LIMIT, ROUTES } from "../src/admin/routes.ts";
import { MAX_TOKEN_LENGTH, MIN_TOKEN_LENGTH } from "../src/admin/token.ts";
import { expressionMatcher } from "../src/cli/doctor/expression-matcher.ts";
import { MAX_DUMP_LENGTH } from "../src/cli/doctor/read-dump.ts";
import { MAX_SHOWN, renderFindings } from "../src/cli/doctor/render-findings.ts";
import { runProgram } from "../src/cli/program.ts";
import { RULES } from "../src/conformance/rules.ts";
import { MAX_METHOD_LENGTH } from "../src/cors/check.ts";
import { MAX_EXPOSED_LENGTH, MAX_EXPOSED_NAMES } from "../src/cors/edits.ts";
import { MAX_EMPTY_ELEMENTS, MAX_LIST_LENGTH, MAX_NAMES } from "../src/cors/header-list.ts";
import { MAX_ORIGIN_LENGTH } from "../src/cors/origin.ts";
import { type RefusalReason, reject } from "../src/cors/refusal.ts";
import { diagnose } from "../src/doctor/diagnose.ts";
import { readSetup } from "../src/doctor/dump/setup.ts";
import { FINDING_CODES } from "../src/doctor/finding-code.ts";
import { decodeTestFile, MAX_TESTS } from "../src/expectation/decode-test-file.ts";
import {
  EXPECT_FIELDS,
  MAX_TEST_NAME_LENGTH,
  PREFLIGHT_FIELDS,
  REQUEST_FIELDS,
  TEST_FIELDS,
  TEST_FILE_FIELDS,
} from "../src/expectation/test-fields.ts";
import { compileDocument } from "../src/policy/compile.ts";
import { parseOriginPattern } from "../src/policy/decode/written-pattern.ts";
import { PRESETS } from "../src/policy/document.ts";
import { type Preset, presetOf } from "../src/policy/preset.ts";
import { renderProblem } from "../src/policy/problem.ts";
import { policySchema } from "../src/policy/schema.ts";
import { MAX_ANSWERED_PROBLEMS } from "../src/server/diff-answer.ts";
import { METRICS as METRIC_TABLE, type Reading } from "../src/server/metrics/metric-table.ts";
import { Metrics } from "../src/server/metrics/metrics.ts";
import { readProcessUsage } from "../src/server/metrics/process-usage.ts";
import { addTallies, MAX_SERIES } from "../src/server/metrics/tally.ts";
import { MAX_KEPT_NAME, MAX_KEPT_PATH } from "../src/server/refusals/recent-refusals.ts";
import { kebab, SERVE_OPTIONS } from "../src/server/settings.ts";
import { libraries } from "../src/source/libraries.ts";
import { parseBytes } from "../src/source/parse.ts";
import {
  anchorsOf,
  type Block,
  blocksOf,
  linksOf,
  type Page,
  readPages,
  tablesHeaded,
  tableUnder,
} from "./markdown.ts";

// What the pages say is compared with what the program does: a page that is wrong fails here.

const ROOT = join(import.meta.dirname, "..");
const PAGES = readPages(ROOT);
const BLOCKS = PAGES.flatMap(blocksOf);

function page(path: string): Page {
  const found = PAGES.find((each) => each.path === path);
  if (found === undefined) throw new Error(`there is no page ${path}`);
  return found;
}

describe("examples", () => {
  /** The lines of a report on a block, as `corsd check policies.yaml` prints them. */
  function problemsOf(text: string): readonly string[] {
    const file = "policies.yaml";
    const { root, problems } = parseBytes(file, new TextEncoder().encode(text));
    const files = root === undefined ? [] : [{ file, root }];
    const compiled = compileDocument(files, "docs", libraries);
    return [...problems, ...compiled.problems].map(renderProblem);
  }

  // The first line of a block that is another product's says so.
  const isForeign = ({ text }: Block): boolean =>
    /^# (?:envoy|kubernetes|gateway-api|github|gitlab|pre-commit)\n/.test(text);
  const named = (block: Block): [string, Block] => [`${block.page}:${block.line}`, block];
  // All but `yaml refused`: ones that are broken or mended, and ones that are warned of, are valid too.
  const yaml = BLOCKS.filter(({ info }) =>
    /^yaml(?: broken| mended| tutorial| warned)?$/.test(info),
  );
  const documents = yaml.filter((block) => !isForeign(block)).map(named);
  const foreign = yaml.filter(isForeign).map(named);
  const refused = BLOCKS.filter(({ info }) => info === "yaml refused").map(named);

  test.each(documents)("%s is a policy document without errors", (_, { text }) => {
    const problems = problemsOf(text);
    expect(problems.filter((line) => !line.includes(": warning: "))).toEqual([]);
  });

  const tested = BLOCKS.filter(({ info }) => info === "yaml tests").map(named);
  test.each(tested)("%s is a test file without errors", (_, { text }) => {
    const { root } = parseBytes("tests.yaml", new TextEncoder().encode(text));
    expect(root && decodeTestFile(root).problems).toEqual([]);
  });

  test.each(refused)("%s is refused", (_, { text }) => {
    const problems = problemsOf(text);
    expect(problems.filter((line) => !line.includes(": warning: "))).not.toEqual([]);
  });

  test.each(foreign)("%s is YAML", (_, { text }) => {
    expect(parse(text)).toBeTypeOf("object");
  });

  test("the report shown is the report printed", () => {
    const blocks = blocksOf(page("docs/policy.md"));
    const at = blocks.findIndex(({ info }) => info === "yaml refused");
    const problems = problemsOf(blocks[at]?.text ?? "");
    expect(blocks[at + 1]?.text.trimEnd().split("\n")).toEqual(problems);
  });

  const commands = BLOCKS.filter(({ info }) => info === "console").map(named);

  test.each(commands)("%s is what the command prints", async (_, { text }) => {
    const [, command = "", printed = ""] =
      /^\$ corsd ((?:[^\n]*\\\n)*[^\n]*)\n(.*)$/s.exec(text) ?? [];
    const words = [...command.replaceAll("\\\n", " ").matchAll(/'([^']*)'|(\S+)/g)];
    let output = "";
    const write = (piece: string): void => {
      output += piece;
    };
    const args = words.map(([, quoted, plain]) => quoted ?? plain ?? "");
    await runProgram(args, {}, { out: write, err: write, isTerminal: false });
    expect(printed).toBe(output);
  });

  test("there are examples of each sort", () => {
    const sorts = [documents, foreign, refused, commands];
    expect(sorts.map(({ length }) => length > 0)).toEqual([true, true, true, true]);
  });
});

describe("links", () => {
  const links = PAGES.flatMap((from) =>
    linksOf(from).map((target) => [from.path, target] as const),
  );

  test.each(links)("%s: %s is there", (from, target) => {
    const [file = "", anchor = ""] = target.split("#");
    const path = file === "" ? from : normalize(join(dirname(from), file));
    expect(existsSync(join(ROOT, path))).toBe(true);
    const anchors = PAGES.filter((each) => each.path === path).flatMap((each) => [
      ...anchorsOf(each),
    ]);
    expect(["", ...anchors]).toContain(anchor);
  });

  test("every page of docs is linked to from a page outside of it", () => {
    const linked = new Set(
      links.map(([from, target]) =>
        target.startsWith("#") ? "" : normalize(join(dirname(from), target.split("#")[0] ?? "")),
      ),
    );
    const pages = PAGES.map(({ path }) => path).filter((path) => /^docs\/[^/]+$/.test(path));
    expect(pages.filter((path) => !linked.has(path))).toEqual([]);
  });

  test("every npm script that is named exists", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const named = PAGES.flatMap(({ text }) => [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)]);
    expect(named.length).toBeGreaterThan(0);
    for (const [, script = ""] of named) {
      expect(manifest).toHaveProperty(["scripts", script]);
    }
  });
});

/** A value inside the JSON Schema; fails where there is none. */
function inSchema(path: readonly string[]): object {
  let value: unknown = policySchema();
  for (const key of path) value = Reflect.get(Object(value), key);
  return Object(value);
}

describe("docs/policy.md", () => {
  const POLICY = page("docs/policy.md");
  const policy = ["properties", "policies", "items"];
  const behavior = [...policy, "properties", "behavior"];
  const group = ["properties", "apiGroups", "items"];

  test.each([
    ["Document fields", []],
    ["Policy fields", policy],
    ["Behavior fields", behavior],
    ["Refusal status fields", [...behavior, "properties", "refusalStatus"]],
    ["Application fields", ["properties", "applications", "items"]],
    ["Group fields", group],
    ["Match fields", [...group, "properties", "match", "items"]],
  ])("%s are those of the JSON Schema", (heading, path) => {
    const documented = tableUnder(POLICY, heading).map(([field]) => field);
    expect(documented).toEqual(Object.keys(inSchema([...path, "properties"])));
  });

  /** Each text in backticks of a cell, or the whole of it, without quotes of YAML. */
  const codesIn = (cell = ""): readonly string[] => {
    const codes = [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
    return (codes.length === 0 ? [cell] : codes).map((code) =>
      code.replace(/^["'](.*)["']$/, "$1"),
    );
  };

  test.each(tablesHeaded(POLICY, "written | admits").flatMap(([cell]) => codesIn(cell)))(
    "%s is an origin pattern",
    (text) => {
      expect(parseOriginPattern(text, libraries).ok).toBe(true);
    },
  );

  test.each(
    tablesHeaded(POLICY, "written | write").flatMap(([cell, write = ""]) =>
      codesIn(cell).map((text) => [text, write]),
    ),
  )("%s is none, and the report says to write %s", (text, write) => {
    const fix: unknown = expect.stringContaining(write);
    expect(parseOriginPattern(text, libraries)).toMatchObject({ ok: false, error: { fix } });
  });
});

describe("docs/policy-tests.md", () => {
  const TESTS = page("docs/policy-tests.md");
  const keysUnder = (heading: string): readonly string[] =>
    tableUnder(TESTS, heading).flatMap(([cell = ""]) => cell.replaceAll("`", "").split(", "));

  test.each([
    ["A file", TEST_FILE_FIELDS],
    ["A test", TEST_FIELDS],
    ["request", REQUEST_FIELDS],
    ["preflight", PREFLIGHT_FIELDS],
    ["expect", EXPECT_FIELDS],
  ])("the keys under %s are those that are read", (heading, fields) => {
    const keys = keysUnder(heading);
    expect(keys.toSorted()).toEqual(Object.keys(fields).sort());
  });

  test("the limits are named", () => {
    expect(TESTS.text).toContain(`at most ${MAX_TESTS.toLocaleString("en")} tests`);
    expect(TESTS.text).toContain(`at most ${MAX_TEST_NAME_LENGTH} characters`);
  });
});

describe("docs/conformance.md", () => {
  const ASKING = page("docs/conformance.md");

  test("the rules are those that answers are held against", () => {
    const named = tableUnder(ASKING, "Rules").flatMap(([cell = ""]) =>
      cell.replaceAll("`", "").split(", "),
    );
    expect(named).toEqual(RULES.map(({ id }) => id));
  });

  test("the flags are those of the command", async () => {
    let help = "";
    const write = (piece: string): void => {
      help += piece;
    };
    const output = { out: write, err: write, isTerminal: false };
    await runProgram(["conformance", "--help"], {}, output);
    const flags = tableUnder(ASKING, "What is expected").flatMap(([cell = ""]) =>
      cell.replaceAll("`", "").split(", "),
    );
    expect(flags).toEqual([...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag));
  });
});

const KNOWN_STATUSES = ["origin", "method", "header", "httpVersion", "missingOrigin"] as const;

function listed(names: readonly string[] | string | undefined, none: string): string {
  if (names === undefined) return none;
  if (typeof names !== "string") return names.length === 0 ? "none" : names.join(", ");
  return { any: "`*`", anyone: "`*`", required: "an error" }[names] ?? names;
}

/** The table of presets as the program has it. */
const PRESET_ROWS: Readonly<Record<string, (preset: Preset) => string>> = {
  "`refusedActual`": ({ behavior }) => behavior.refusedActual,
  "`refusedPreflight`": ({ behavior }) => behavior.refusedPreflight,
  "`preflightStatus`": ({ behavior }) => String(behavior.preflightStatus),
  ...Object.fromEntries(
    KNOWN_STATUSES.map((key) => [
      `\`refusalStatus.${key}\``,
      ({ behavior }: Preset) => String(behavior.refusalStatus[key]),
    ]),
  ),
  "`checkRequested`": ({ behavior }) => String(behavior.checkRequested),
  "`checkActualMethod`": ({ behavior }) => String(behavior.checkActualMethod),
  "`safelistedMethods`": ({ behavior }) => behavior.safelistedMethods,
  "`sameOrigin`": ({ behavior }) => behavior.sameOrigin,
  "`anyOriginAnswer`": ({ behavior }) => behavior.anyOriginAnswer,
  "`exposeOnPreflight`": ({ behavior }) => String(behavior.exposeOnPreflight),
  "`allowOrigins` left out": ({ defaults }) => listed(defaults.allowOrigins, ""),
  "`allowMethods` left out": ({ defaults }) => listed(defaults.allowMethods, ""),
  "`allowHeaders` left out": ({ defaults }) => listed(defaults.allowHeaders, ""),
  "`httpVersions` left out": ({ defaults }) => listed(defaults.httpVersions, ""),
  "`maxAge` left out": ({ defaults }) => String(defaults.maxAge ?? "no header"),
  "methods of the source product": ({ offeredMethods }) => listed(offeredMethods, "any"),
};

/** Cells without their backticks. */
function bare(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map((row) => row.map((cell) => cell.replaceAll("`", "")));
}

function presetTable(names: readonly string[]): readonly (readonly string[])[] {
  return bare(
    names.map((name) => [
      name,
      ...PRESETS.map((preset) => PRESET_ROWS[name]?.(presetOf(preset)) ?? "?"),
    ]),
  );
}

describe("docs/presets.md", () => {
  test("the table is that of the program", () => {
    const documented = bare(tableUnder(page("docs/presets.md"), "What each preset says"));
    expect(documented).toEqual(presetTable(Object.keys(PRESET_ROWS)));
  });
});

describe("docs/command-line.md", () => {
  test("the flags of serve are those of the program", () => {
    const documented = tablesHeaded(page("docs/command-line.md"), "flag | variable");
    const flags = SERVE_OPTIONS.map(({ name, variable, fallback }) => [
      `--${kebab(name)}`,
      variable,
      fallback ?? "none",
    ]);
    expect(documented.map((row) => row.slice(0, 3))).toEqual(flags);
  });
});

describe("docs/doctor.md", () => {
  const DOCTOR = page("docs/doctor.md");

  test("the codes are all codes", () => {
    const documented = tablesHeaded(DOCTOR, "code | severity").map(([code, severity]) => [
      code,
      severity,
    ]);
    expect(documented).toEqual(Object.entries(FINDING_CODES));
  });

  test("the report shown is the report printed", () => {
    const written = readFileSync(join(ROOT, "envoy/full.yaml"), "utf8");
    const spoiled: unknown = parse(
      written.replace("failure_mode_allow: false", "failure_mode_allow: true"),
    );
    const matches = expressionMatcher();
    const setup = readSetup(spoiled, matches);
    if (!setup.ok) throw new Error(setup.error);
    const none = { document: undefined, clusters: [], version: undefined };
    const [shown] = blocksOf(DOCTOR).filter(({ info }) => info === "text");
    const printed = renderFindings(diagnose(setup.value, none, matches), undefined, false);
    expect(shown?.text).toBe(printed);
  });

  test("the limits are named", () => {
    expect(DOCTOR.text).toContain(`Of one code at most ${MAX_SHOWN} are shown`);
    expect(DOCTOR.text).toContain(`${MAX_DUMP_LENGTH.toLocaleString("en")} bytes`);
  });
});

describe("docs/metrics-and-admin.md", () => {
  const METRICS = page("docs/metrics-and-admin.md");
  /** The labels in a cell, whose backticks are gone where it is one alone. */
  const labelsIn = (cell = ""): readonly string[] => {
    if (cell === "none") return [];
    return cell.includes("`") ? cell.replaceAll("`", "").split(", ") : [cell];
  };

  /** Each metric that the server exposes: its name, type and labels as they come out. */
  async function exposed(): Promise<readonly (readonly unknown[])[]> {
    const reading: Reading = {
      tally: addTallies([]),
      status: { revision: "r", since: 0, isStale: false, attempt: "r", problems: [] },
      names: [],
      reloads: [],
      usage: await readProcessUsage(),
    };
    const text = await new Metrics(async () => reading).text();
    const labelsOf = (name: string): readonly string[] =>
      METRIC_TABLE.find((metric) => metric.name === name)?.labels ?? [];
    return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type]) => [
      name,
      type,
      labelsOf(name),
    ]);
  }

  test("the metrics are those that the server exposes", async () => {
    const documented = tablesHeaded(METRICS, "metric | type").map(([name, type, labels]) => [
      name,
      type,
      labelsIn(labels),
    ]);
    expect(documented.toSorted()).toEqual([...(await exposed())].sort());
  });

  test("every metric in an expression is one", async () => {
    const names = (await exposed()).map(([name]) => name);
    const used = METRICS.text.match(/corsd_[a-z_]+[a-z]/g) ?? [];
    expect(used.filter((name) => !names.includes(name))).toEqual([]);
  });

  test("the routes are those that the listener has", () => {
    const documented = tablesHeaded(METRICS, "route | method").map(([route, method]) => [
      route,
      method,
    ]);
    const routes = [...ROUTES]
      .filter(([path]) => !path.startsWith("/console/"))
      .map(([path, { methods }]) => [path, methods[0]]);
    expect(documented.toSorted()).toEqual(routes.sort());
  });

  test.each([
    MAX_BODY_LENGTH,
    MAX_DOCUMENT_LENGTH,
    MAX_SERIES,
    MIN_TOKEN_LENGTH,
    MAX_TOKEN_LENGTH,
    MAX_LIMIT,
    MAX_ANSWERED_PROBLEMS,
    MAX_KEPT_PATH,
    MAX_KEPT_NAME,
  ])("the limit %d is named", (limit) => {
    expect(METRICS.text).toMatch(new RegExp(`\\b${limit.toLocaleString("en")}\\b`));
  });
});

describe("docs/decisions-explained.md", () => {
  const EXPLAINED = page("docs/decisions-explained.md");
  const REASONS: Readonly<Record<RefusalReason, true>> = {
    "origin-malformed": true,
    "origin-not-allowed": true,
    "http-version-not-allowed": true,
    "method-not-allowed": true,
    "headers-malformed": true,
    "header-not-allowed": true,
    "origin-required": true,
    "path-ambiguous": true,
    "unknown-group": true,
  };
  const rows = tableUnder(EXPLAINED, "Reasons");

  test("the reasons are all reasons", () => {
    expect(rows.map(([reason]) => reason)).toEqual([...Object.keys(REASONS), "same-origin"]);
  });

  test.each(Object.keys(REASONS) as RefusalReason[])("the text of %s is the body", (reason) => {
    const row = rows.find(([documented]) => documented === reason);
    expect(reject(reason, 400, [])).toMatchObject({ body: row?.[3] });
  });

  test.each([
    ["Origin", MAX_ORIGIN_LENGTH],
    ["requested headers, bytes", MAX_LIST_LENGTH],
    ["requested headers, names", MAX_NAMES],
    ["requested headers, empty", MAX_EMPTY_ELEMENTS],
    ["requested method", MAX_METHOD_LENGTH],
    ["exposed names", MAX_EXPOSED_NAMES],
    ["exposed bytes", MAX_EXPOSED_LENGTH],
  ])("the limit on %s is named", (_, limit) => {
    expect(EXPLAINED.text).toMatch(
      new RegExp(`at most ${limit.toLocaleString("en")}\\b|${limit.toLocaleString("en")} bytes`),
    );
  });
});
