import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

const OLD = `
policies:
  - name: web
    tags: [team:shop]
    allowOrigins: [https://app.example.com, https://old.example.com]
    allowMethods: [GET, PUT]
    maxAge: 10m
  - name: open
    allowOrigins: [https://open.example.com]
`;

const NEW = `
policies:
  - name: web
    tags: [team:shop]
    allowOrigins: [https://app.example.com, https://new.example.com]
    allowMethods: [GET]
    maxAge: 10m
  - name: open
    allowOrigins: [https://open.example.com]
    allowHeaders: [x-a]
`;

const SAME = `${OLD}
    description: nobody behaves by this
`;

const GROUPED = `
policies:
  - name: web
    allowOrigins: [https://app.example.com]
apiGroups:
  - name: orders
    match: [{path: /orders}]
    policies: [web]
`;

const LINES = [
  "group `default`: changed",
  "  origins newly admitted: `https://new.example.com`",
  "  origins no longer admitted: `https://old.example.com`; browsers may keep a preflight for up to 600 s",
  "  policy `web`: origins added: `https://new.example.com`",
  "  policy `web`: origins removed: `https://old.example.com`; browsers may keep a preflight for up to 600 s",
  "  policy `web`: methods removed: `PUT`; browsers may keep a preflight for up to 600 s",
  "  policy `open`: headers added: `x-a`",
  "",
];

describe("corsd diff", () => {
  const file = policyFiles({
    "old.yaml": OLD,
    "new.yaml": NEW,
    "same.yaml": SAME,
    "grouped.yaml": GROUPED,
    "bad.yaml": "policies: 7\n",
    "worse.yaml": "polices: []\npolicies:\n  - name: web\n    allowOrigins: [app.example.com]\n",
  });

  const diff = (before: string, after: string, ...flags: readonly string[]) =>
    runCorsd(["diff", file(before), file(after), ...flags]);

  test("says what a change does, and that it does something", async () => {
    expect(await diff("old.yaml", "new.yaml")).toEqual({
      code: 4,
      out: LINES.join("\n"),
      err: "",
    });
  });

  test.each(["old.yaml", "same.yaml"])("%s behaves as the old one: exit 0", async (after) => {
    const ran = { code: 0, out: "nothing behaves differently\n", err: "" };
    expect(await diff("old.yaml", after)).toEqual(ran);
  });

  test("on a terminal what is newly admitted stands out, and nothing else is changed", async () => {
    const paths = [file("old.yaml"), file("new.yaml")];
    const { code, out, err } = await runCorsd(["diff", ...paths], { isTerminal: true });
    expect({ code, err }).toEqual({ code: 4, err: "" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of a terminal begin with one.
    const codes = /\u001b\[\d+m/g;
    expect(out.replaceAll(codes, "")).toBe(LINES.join("\n"));
    const bright = out.split("\n").filter((line) => line.includes("\u001b[33m"));
    expect(bright.map((line) => line.replaceAll(codes, ""))).toEqual(
      [1, 3, 6].map((line) => LINES[line]),
    );
    expect(out.split("\n")[0]).toBe(`\u001b[1m${LINES[0]}\u001b[22m`);
  });

  test("--tag leaves out policies without it", async () => {
    const { code, out } = await diff("old.yaml", "new.yaml", "--tag", "team:shop");
    expect({ code, out }).toEqual({ code: 4, out: `${LINES.slice(0, 6).join("\n")}\n` });
    expect(await diff("old.yaml", "old.yaml", "--tag", "team:shop")).toMatchObject({ err: "" });
  });

  test("--tag that no policy has is warned of", async () => {
    expect(await diff("old.yaml", "new.yaml", "--tag", "team:shp")).toEqual({
      code: 0,
      out: "nothing behaves differently\n",
      err: "warning: no policy of either document has the tag `team:shp`\n",
    });
  });

  test("--json has its keys in their order", async () => {
    const { code, out, err } = await diff("old.yaml", "new.yaml", "--json");
    expect({ code, err }).toEqual({ code: 4, err: "" });
    // Compared as text: the order is part of it.
    expect(out).toBe(
      `${JSON.stringify(
        {
          widens: true,
          differences: [
            {
              groups: ["default"],
              change: "changed",
              match: { added: [], removed: [] },
              origins: {
                added: ["https://new.example.com"],
                removed: ["https://old.example.com"],
              },
              governance: null,
              reordered: false,
              keptSeconds: 600,
              policies: [
                {
                  policy: "web",
                  before: "enforcing",
                  after: "enforcing",
                  lists: [
                    {
                      list: "origins",
                      added: ["https://new.example.com"],
                      removed: ["https://old.example.com"],
                    },
                    { list: "methods", added: [], removed: ["PUT"] },
                  ],
                  values: [],
                  keptSeconds: 600,
                },
                {
                  policy: "open",
                  before: "enforcing",
                  after: "enforcing",
                  lists: [{ list: "headers", added: ["x-a"], removed: [] }],
                  values: [],
                  keptSeconds: null,
                },
              ],
            },
          ],
        },
        null,
        2,
      )}\n`,
    );
  });

  test("--json of groups that come and go, with what is absent", async () => {
    const { out } = await diff("old.yaml", "grouped.yaml", "--json");
    expect(JSON.parse(out)).toMatchObject({
      widens: true,
      differences: [
        {
          groups: ["default"],
          change: "removed",
          governance: "opened",
          policies: [
            { policy: "web", before: "enforcing", after: "absent" },
            { policy: "open", before: "enforcing", after: "absent" },
          ],
        },
        {
          groups: ["orders"],
          change: "added",
          match: { added: ["path /orders"], removed: [] },
          governance: "governed",
          keptSeconds: null,
          policies: [{ policy: "web", before: "absent", after: "enforcing", keptSeconds: null }],
        },
      ],
    });
  });

  test("--json: taking away widens nothing; nothing at all is an empty list", async () => {
    const narrowed = await diff("new.yaml", "new.yaml", "--json");
    expect(narrowed).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(narrowed.out)).toEqual({ widens: false, differences: [] });
    const folder = await mkdtemp(join(tmpdir(), "corsd-diff-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const less = join(folder, "less.yaml");
    await writeFile(less, OLD.replace("GET, PUT", "GET"));
    const { out } = await runCorsd(["diff", file("old.yaml"), less, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ widens: false, differences: [{ origins: {} }] });
  });

  test.each([
    { before: "bad.yaml", after: "new.yaml", named: ["bad.yaml"], unnamed: ["new.yaml"] },
    { before: "old.yaml", after: "bad.yaml", named: ["bad.yaml"], unnamed: ["old.yaml"] },
    { before: "bad.yaml", after: "worse.yaml", named: ["bad.yaml", "worse.yaml"], unnamed: [] },
    { before: "missing.yaml", after: "new.yaml", named: ["missing.yaml"], unnamed: ["new.yaml"] },
  ])("$before -> $after: every problem with its file, exit 1", async (each) => {
    for (const flags of [[], ["--json"]]) {
      const { code, out, err } = await diff(each.before, each.after, ...flags);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      const lines = err.trimEnd().split("\n");
      for (const name of each.named) {
        expect(lines.filter((line) => line.startsWith(`${file(name)}:`))).not.toEqual([]);
      }
      for (const name of each.unnamed) expect(err).not.toContain(file(name));
    }
    const worse = await diff("old.yaml", "worse.yaml");
    expect(worse.err.trimEnd().split("\n")).toHaveLength(2);
  });

  test("a folder is one document", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corsd-diff-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [, web = "", open = ""] = NEW.split("  - name: ");
    const parts = { "a.yaml": web, "b.yaml": open };
    for (const [name, text] of Object.entries(parts)) {
      const path = join(folder, "policies", name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `policies:\n  - name: ${text}`);
    }
    const args = ["diff", file("new.yaml"), join(folder, "policies")];
    expect(await runCorsd(args)).toMatchObject({ code: 0, err: "" });
  });
});
