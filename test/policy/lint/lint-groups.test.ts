import { describe, expect, test } from "vitest";
import { MAX_GROUP_INSTRUCTIONS } from "../../../src/policy/vocabulary/limits.ts";
import { libraries } from "../../../src/source/libraries.ts";
import { compileObject, problemsOf, WEB } from "../compile-object.ts";

const A = "https://a.example";
const B = "https://b.example";
const policy = (name: string, allowOrigins: unknown, more: object = {}) => ({
  name,
  allowOrigins,
  ...more,
});
const group = (name: string, match: readonly object[], ...policies: string[]) => ({
  name,
  match,
  policies,
});
const ANY = "warning origin-any /policies/0/allowOrigins";

describe("a policy without effect", () => {
  const path = [{ path: "/orders" }];
  const cases: readonly [string, object, readonly string[]][] = [
    [
      "admits nobody",
      { policies: [policy("p", [])] },
      ["warning policy-admits-nobody /policies/0"],
    ],
    [
      "admits an application",
      { policies: [policy("p", [])], applications: [{ name: "m", origins: [A] }] },
      [],
    ],
    [
      "admits an application of one of its groups",
      {
        policies: [policy("p", [])],
        applications: [{ name: "m", origins: [A], apiGroups: ["g"] }],
        apiGroups: [group("g", path, "p"), group("h", [{ path: "/h" }], "p")],
      },
      [],
    ],
    [
      "stands in no group",
      { policies: [policy("p", [A]), policy("q", [A])], apiGroups: [group("g", path, "p")] },
      ["warning policy-unattached /policies/1"],
    ],
    [
      "stands in no group and is disabled",
      {
        policies: [policy("p", [A]), policy("q", [A], { enabled: false })],
        apiGroups: [group("g", path, "p")],
      },
      [],
    ],
    [
      "stands behind `*`",
      { policies: [policy("p", "*"), policy("q", [A, "null"])] },
      [ANY, "warning policy-never-governs /policies/1"],
    ],
    [
      "stands behind `*` that takes some HTTP versions only",
      { policies: [policy("p", "*", { httpVersions: ["HTTP/2"] }), policy("q", [A])] },
      [ANY],
    ],
    [
      "admits `null` behind `*` with credentials",
      {
        policies: [
          policy("p", "*", {
            allowCredentials: true,
            dangerouslyAllowAnyOriginWithCredentials: true,
          }),
          policy("q", ["null"]),
          policy("r", ["null", A]),
          policy("s", "*"),
        ],
      },
      [
        ANY,
        "warning policy-never-governs /policies/2",
        "warning policy-never-governs /policies/3",
        "warning origin-any /policies/3/allowOrigins",
      ],
    ],
    [
      "lists what earlier ones list together",
      { policies: [policy("p", [A]), policy("q", [B]), policy("r", [B, A])] },
      ["warning policy-never-governs /policies/2"],
    ],
    [
      "governs in another group",
      {
        policies: [policy("p", [A]), policy("q", [A])],
        apiGroups: [group("g", path, "p", "q"), group("h", [{ path: "/h" }], "q", "p")],
      },
      [],
    ],
    [
      "stands behind in two groups",
      {
        policies: [policy("p", [A]), policy("q", [A])],
        apiGroups: [group("g", path, "p", "q"), group("h", [{ path: "/h" }], "p", "q")],
      },
      ["warning policy-never-governs /policies/1"],
    ],
    [
      "governs in one of three groups",
      {
        policies: [policy("p", [A]), policy("q", [A, B]), policy("r", [A])],
        apiGroups: [
          group("g", path, "p", "q"),
          group("h", [{ path: "/h" }], "p", "r"),
          group("i", [{ path: "/i" }], "q", "p"),
        ],
      },
      ["warning policy-never-governs /policies/2"],
    ],
    [
      "would not govern even if its shadow came true",
      { policies: [policy("p", [A]), policy("q", [A], { mode: "shadow" })] },
      ["warning policy-never-governs /policies/1"],
    ],
    [
      "a shadow hides nobody",
      { policies: [policy("p", [A], { mode: "shadow" }), policy("q", [A])] },
      [],
    ],
  ];
  test.each(cases)("%s", (_, document, problems) => {
    expect(problemsOf(document)).toEqual(problems);
  });
});

describe("a group", () => {
  const off = policy("off", [A], { enabled: false });
  const shadow = policy("shadow", [A], { mode: "shadow" });
  const rest = [{ path: "/" }];
  const cases: readonly [string, object, readonly string[]][] = [
    [
      "of disabled policies",
      { policies: [off], apiGroups: [group("g", rest, "off")] },
      ["warning group-open /apiGroups/0"],
    ],
    ["of shadow policies", { policies: [shadow] }, []],
    [
      "of shadow policies, named",
      { policies: [shadow], apiGroups: [group("g", rest, "shadow")] },
      [],
    ],
    [
      "of disabled and shadow policies",
      { policies: [off, shadow] },
      ["warning group-open /policies/0"],
    ],
    ["with an enforcing policy", { policies: [off, WEB] }, []],
    [
      "of no policies",
      { policies: [WEB], apiGroups: [group("g", rest), group("h", [{ path: "/h" }], "web")] },
      ["warning group-open /apiGroups/0"],
    ],
    ["without entries", { policies: [WEB], apiGroups: [group("g", [], "web")] }, []],
    [
      "whose entries stand in earlier groups",
      {
        policies: [WEB],
        apiGroups: [
          group("g", [{ host: "api.example", path: "/" }, { path: "/x" }], "web"),
          group("h", [{ route: "r" }, { path: "/y" }], "web"),
          group("i", [{ host: "API.example" }, { path: "/y/" }], "web"),
        ],
      },
      ["warning group-never-matches /apiGroups/2"],
    ],
    [
      "one of whose entries stands alone",
      {
        policies: [WEB],
        apiGroups: [
          group("g", [{ host: "api.example" }], "web"),
          group("h", [{ host: "api.example" }, { host: "*.api.example" }], "web"),
        ],
      },
      [],
    ],
  ];
  test.each(cases)("%s", (_, document, problems) => {
    expect(problemsOf(document)).toEqual(problems);
  });
});

describe("the instructions of a group", () => {
  // Two expressions that come to the most allowed, found by measuring, and one more of them goes over.
  const sized = (label: string, letters: number) =>
    `https://${label}${"a".repeat(letters)}\\.example`;
  const cost = (source: string): number => {
    const compiled = libraries.compileExpression(source);
    return compiled.ok ? compiled.value.instructions : Number.NaN;
  };
  const long = Array.from({ length: 4 }, (_, i) => sized(`p${i}`, 400));
  const spent = long.reduce((sum, source) => sum + cost(source), 0);
  const room = MAX_GROUP_INSTRUCTIONS - spent;
  const fitting = sized("q", 400 + room - cost(sized("q", 400)));
  const over = sized("q", 401 + room - cost(sized("q", 400)));
  const written = (...sources: string[]) => sources.map((source) => `~${source}`);

  test("may come to the most allowed", () => {
    expect(spent + cost(fitting)).toBe(MAX_GROUP_INSTRUCTIONS);
    expect(problemsOf({ policies: [policy("p", written(...long, fitting))] })).toEqual([]);
  });

  test("may not go over it", () => {
    expect(spent + cost(over)).toBe(MAX_GROUP_INSTRUCTIONS + 1);
    const { problems } = compileObject({ policies: [policy("p", written(...long, over))] });
    expect(problems).toMatchObject([
      {
        severity: "error",
        code: "expression-budget",
        pointer: "/policies/0/allowOrigins/4",
        value: `~${over}`,
        message: expect.stringContaining("of group `default` come to 2001 RE2 instructions"),
      },
    ]);
  });

  test("are those of its enabled policies and of its applications, together", () => {
    const policies = [
      policy("p", written(...long)),
      policy("any", "*", { enabled: false }),
      policy("off", written(...long), { enabled: false }),
      { name: "left-out" },
    ];
    const applications = [{ name: "m", origins: written(over) }];
    expect(problemsOf({ policies, applications })).toEqual([
      "warning policy-never-governs /policies/3",
      "error expression-budget /applications/0/origins/0",
    ]);
    const [, ...rest] = policies;
    expect(problemsOf({ policies: [...rest, WEB], applications })).toEqual([]);
  });

  test("are counted for each group by itself", () => {
    const policies = [policy("p", written(...long)), policy("q", written(over)), policy("r", "*")];
    const apart = [
      group("g", [{ path: "/g" }], "p"),
      group("h", [{ path: "/h" }], "q"),
      group("i", [{ path: "/i" }], "r"),
    ];
    const star = "warning origin-any /policies/2/allowOrigins";
    expect(problemsOf({ policies, apiGroups: apart })).toEqual([star]);
    const together = [...apart, group("j", [{ path: "/j" }], "r", "q", "p")];
    expect(problemsOf({ policies, apiGroups: together })).toContain(
      "error expression-budget /policies/0/allowOrigins/3",
    );
  });
});
