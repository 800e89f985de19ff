import { describe, expect, test } from "vitest";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

const FINE = `
policies:
  - name: web
    allowOrigins: [https://app.example.com]
`;

const GROUPS = `
policies:
  - name: web
    allowOrigins: [https://app.example.com]
  - name: partner
    allowOrigins: [https://partner.example]
apiGroups:
  - name: orders
    match: [{path: /orders}]
    policies: [web, partner]
  - name: rest
    match: [{path: /}]
    policies: [web]
`;

const WARNED = `
policies:
  - name: web
    allowOrigins: "*"
`;

const BAD = `
policies:
  - name: web
    allowOrigins: [https://app.example.com/]
    allowMethods: [GET, G T]
`;

describe("corsd check", () => {
  const file = policyFiles({
    "fine.yaml": FINE,
    "groups.yaml": GROUPS,
    "warned.yaml": WARNED,
    "bad.yaml": BAD,
  });

  test.each([
    { name: "fine.yaml", flags: [], code: 0, summary: "fine: 1 policy, 1 group" },
    { name: "fine.yaml", flags: ["--strict"], code: 0, summary: "fine: 1 policy, 1 group" },
    { name: "groups.yaml", flags: [], code: 0, summary: "fine: 2 policies, 2 groups" },
    { name: "warned.yaml", flags: [], code: 0, summary: "1 warning: 1 policy, 1 group" },
    { name: "warned.yaml", flags: ["--strict"], code: 1, summary: "1 warning: 1 policy, 1 group" },
    { name: "bad.yaml", flags: [], code: 1, summary: "2 errors" },
    { name: "missing.yaml", flags: [], code: 1, summary: "1 error" },
  ])("$name $flags: $summary, exit $code", async ({ name, flags, code, summary }) => {
    const ran = await runCorsd(["check", file(name), ...flags]);
    expect({ code: ran.code, err: ran.err }).toEqual({ code, err: "" });
    expect(ran.out.trimEnd().split("\n").at(-1)).toBe(summary);
  });

  test("a problem's line: place, value, way out", async () => {
    const { out } = await runCorsd(["check", file("bad.yaml")]);
    const [first] = out.split("\n");
    const place = `${file("bad.yaml")}:4:20 /policies/0/allowOrigins/0`;
    expect(first?.startsWith(`${place}: \`https://app.example.com/\` is not an origin`)).toBe(true);
    expect(first?.endsWith("; write `https://app.example.com`")).toBe(true);
  });

  test("several files are one document", async () => {
    const { code, out } = await runCorsd(["check", file("fine.yaml"), file("warned.yaml")]);
    expect(code).toBe(1);
    expect(out).toContain("`web`");
  });

  test("--json prints every problem with its parts, in order", async () => {
    const { code, out } = await runCorsd(["check", file("bad.yaml"), "--json"]);
    expect(code).toBe(1);
    const { problems, ...rest } = JSON.parse(out) as { problems: readonly object[] };
    expect(rest).toEqual({});
    expect(problems).toHaveLength(2);
    expect(Object.keys(problems[0] ?? {})).toEqual([
      "file",
      "line",
      "column",
      "pointer",
      "code",
      "severity",
      "value",
      "message",
      "fix",
    ]);
    expect(problems[0]).toMatchObject({
      file: file("bad.yaml"),
      line: 4,
      column: 20,
      pointer: "/policies/0/allowOrigins/0",
      severity: "error",
      value: "https://app.example.com/",
    });
  });

  test.each([
    { name: "fine.yaml", flags: [], code: 0, severities: [] },
    { name: "warned.yaml", flags: [], code: 0, severities: ["warning"] },
    { name: "warned.yaml", flags: ["--strict"], code: 1, severities: ["warning"] },
  ])("--json of $name $flags: exit $code", async ({ name, flags, code, severities }) => {
    const ran = await runCorsd(["check", "--json", ...flags, file(name)]);
    expect(ran.code).toBe(code);
    const { problems } = JSON.parse(ran.out) as { problems: readonly { severity: string }[] };
    expect(problems.map(({ severity }) => severity)).toEqual(severities);
  });
});
