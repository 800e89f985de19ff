import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IMPORTERS } from "../../src/import/importers.ts";
import { SERVE_OPTIONS } from "../../src/server/settings.ts";
import { runCorsd } from "./run-corsd.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

describe("help", () => {
  test.each([
    {
      args: ["--help"],
      says: [
        "serve",
        "check",
        "explain",
        "diff",
        "doctor",
        "import",
        "schema",
        "probe",
        "Examples:",
        "Exit codes:",
      ],
    },
    { args: ["help"], says: ["Usage: corsd"] },
    { args: ["check", "--help"], says: ["--strict", "--json", "Examples:", "Exit codes:"] },
    {
      args: ["explain", "--help"],
      says: ["--method", "--url", "-H, --header", "--http-version", "--route", "--group", "--json"],
    },
    { args: ["diff", "--help"], says: ["<old>", "<new>", "--tag", "--json", "Exit codes:"] },
    {
      args: ["doctor", "--help"],
      says: ["--config-dump", "--policy", "--cluster", "--strict", "--json", "Exit codes:"],
    },
    {
      args: ["import", "--help"],
      says: [...IMPORTERS.keys(), "--output", "--force", "--json", "Exit codes:"],
    },
    { args: ["schema", "--help"], says: ["JSON Schema", "Example:"] },
    {
      args: ["serve", "--help"],
      says: SERVE_OPTIONS.map(({ variable }) => variable),
    },
    {
      args: ["serve", "--help"],
      says: ["--policy <path>", "--log-refusals", "127.0.0.1:50051", "SIGHUP", "500ms"],
    },
    { args: ["help", "check"], says: ["--strict"] },
  ])("$args says $says", async ({ args, says }) => {
    const { code, out, err } = await runCorsd(args);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const word of says) expect(out).toContain(word);
  });

  test("no line of it is too long for a terminal", async () => {
    for (const args of [
      [],
      ["serve"],
      ["check"],
      ["explain"],
      ["diff"],
      ["doctor"],
      ["import"],
      ["schema"],
      ["probe"],
    ]) {
      const { out } = await runCorsd([...args, "--help"]);
      const longest = Math.max(...out.split("\n").map((line) => line.length));
      expect(longest).toBeLessThanOrEqual(120);
    }
  });
});

test.each(["--version", "-V"])("%s", async (flag) => {
  expect(await runCorsd([flag])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

describe("wrong usage is exit code 2 and goes to stderr", () => {
  test.each([
    { args: [], says: "Usage: corsd" },
    { args: ["chek"], says: "Did you mean check?" },
    { args: ["--policy", "a.yaml"], says: "unknown option '--policy'" },
    { args: ["check"], says: "missing required argument 'path'" },
    { args: ["check", "a.yaml", "--strikt"], says: "Did you mean --strict?" },
    { args: ["schema", "a.yaml"], says: "too many arguments" },
    { args: ["explain", "a.yaml", "--url", "/"], says: "--method <method>' not specified" },
    { args: ["explain", "a.yaml", "--method", "GET"], says: "--url <url>' not specified" },
    { args: ["diff", "a.yaml"], says: "missing required argument 'new'" },
    { args: ["diff", "a.yaml", "b.yaml", "c.yaml"], says: "too many arguments" },
    { args: ["diff", "a.yaml", "b.yaml", "--jsn"], says: "Did you mean --json?" },
    { args: ["doctor"], says: "--config-dump <source>' not specified" },
    { args: ["doctor", "--config-dump", ""], says: "--config-dump: a file, `-`, or" },
    {
      args: ["doctor", "--config-dump", "https://127.0.0.1:9901"],
      says: "`https` is no scheme of Envoy's admin listener; write `http://HOST:PORT`",
    },
    { args: ["doctor", "--config-dump", "http://:x"], says: "it is no address" },
    { args: ["doctor", "dump.json"], says: "--config-dump <source>' not specified" },
    { args: ["serve"], says: "--policy" },
    { args: ["serve", "--policy"], says: "argument missing" },
    { args: ["serve", "a.yaml"], says: "too many arguments" },
    { args: ["serve", "--policy", "a.yaml", "--listen", "nowhere"], says: "--listen" },
    { args: ["serve", "--policy", "a.yaml", "--socket-mode", "9"], says: "--socket-mode" },
    {
      args: ["serve", "--policy", "a.yaml", "--listen", `unix:/${"a".repeat(107)}`],
      says: "has 108 bytes",
    },
  ])("corsd $args", async ({ args, says }) => {
    const { code, out, err } = await runCorsd(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(says);
  });

  test("every wrong setting is said at once, from flag or variable", async () => {
    const environment = { CORSD_DRAIN_DELAY: "soon" };
    const args = ["serve", "--log-level", "loud"];
    const { code, err } = await runCorsd(args, { environment });
    expect(code).toBe(2);
    expect(err).toContain("--policy");
    expect(err).toContain("--log-level");
    expect(err).toContain("--drain-delay");
    expect(err).toContain("--help");
  });
});
