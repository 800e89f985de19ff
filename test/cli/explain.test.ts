import { describe, expect, test } from "vitest";
import type { Explanation } from "../../src/explain/explanation.ts";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

const PLAIN = `
policies:
  - name: web
    allowOrigins: [https://app.example.com]
    allowMethods: [GET, PUT]
    allowHeaders: [x-api-key]
    exposeHeaders: [x-total-count]
    allowCredentials: true
    maxAge: 10m
`;

const RICH = `
policies:
  - name: web
    allowOrigins: [https://app.example.com]
    allowCredentials: true
    exposeHeaders: "*"
    timingAllowOrigin: true
    httpVersions: [HTTP/1.1, HTTP/2]
  - name: beta
    mode: shadow
    allowOrigins: [https://beta.example.com]
apiGroups:
  - name: orders
    match: [{host: api.example.com, path: /orders}, {route: r-orders}]
    policies: [web, beta]
  - name: open
    match: [{path: /open}]
    policies: [beta]
`;

const ORIGIN = ["-H", "Origin: https://app.example.com"];
const OTHER = ["-H", "Origin: https://other.example.com"];
const PREFLIGHT = ["-H", "Access-Control-Request-Method: PUT"];
const URL = "https://api.example.com/orders";

describe("corsd explain --json", () => {
  const file = policyFiles({ "plain.yaml": PLAIN, "rich.yaml": RICH, "bad.yaml": "policies: 7\n" });

  async function explainJson(
    name: string,
    method: string,
    url: string,
    ...rest: readonly string[]
  ) {
    const args = ["explain", file(name), "--json", "--method", method, "--url", url, ...rest];
    const { code, out, err } = await runCorsd(args);
    expect(err).toBe("");
    return { code, explained: JSON.parse(out) as Explanation };
  }

  test("has its keys in their order", async () => {
    const { explained } = await explainJson("plain.yaml", "GET", URL, ...ORIGIN);
    expect(Object.keys(explained)).toEqual([
      "group",
      "policy",
      "kind",
      "outcome",
      "reason",
      "status",
      "body",
      "headers",
      "steps",
      "shadow",
      "mend",
    ]);
    expect(Object.keys(explained.headers)).toEqual(["set", "remove", "vary"]);
  });

  test("an actual request that is granted", async () => {
    const { code, explained } = await explainJson("plain.yaml", "GET", URL, ...ORIGIN);
    expect(code).toBe(0);
    expect(explained).toMatchObject({
      group: "default",
      policy: "web",
      kind: "actual",
      outcome: "granted",
      reason: null,
      status: null,
      body: null,
      headers: {
        set: [
          ["access-control-allow-origin", "https://app.example.com"],
          ["access-control-allow-credentials", "true"],
          ["access-control-expose-headers", "x-total-count"],
        ],
        remove: ["access-control-*"],
        vary: ["Origin"],
      },
      shadow: null,
    });
    expect(explained.steps).not.toEqual([]);
  });

  test("a preflight that is granted", async () => {
    const { code, explained } = await explainJson(
      "plain.yaml",
      "OPTIONS",
      URL,
      ...ORIGIN,
      ...PREFLIGHT,
    );
    expect(code).toBe(0);
    expect(explained).toMatchObject({
      kind: "preflight",
      outcome: "granted",
      status: 200,
      body: null,
      headers: {
        set: [
          ["access-control-allow-origin", "https://app.example.com"],
          ["access-control-allow-methods", "GET, PUT"],
          ["access-control-allow-headers", "x-api-key"],
          ["access-control-allow-credentials", "true"],
          ["access-control-max-age", "600"],
        ],
        remove: [],
        vary: ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"],
      },
    });
  });

  test("a request that is refused", async () => {
    const { code, explained } = await explainJson("plain.yaml", "GET", URL, ...OTHER);
    expect(code).toBe(3);
    expect(explained).toMatchObject({
      group: "default",
      policy: null,
      outcome: "refused",
      reason: "origin-not-allowed",
      status: 403,
      body: "Specified Origin is not allowed",
      headers: {
        set: [
          ["cache-control", "no-store"],
          ["content-type", "text/plain; charset=utf-8"],
        ],
        remove: [],
        vary: ["Origin"],
      },
    });
  });

  test("a request that is passed", async () => {
    const { code, explained } = await explainJson("rich.yaml", "GET", "/elsewhere", ...ORIGIN);
    expect(code).toBe(0);
    expect(explained).toMatchObject({
      group: null,
      policy: null,
      outcome: "passed",
      reason: null,
      status: null,
      headers: { set: [], remove: [], vary: [] },
      shadow: null,
    });
  });

  test("names that only a response can tell, and Timing-Allow-Origin", async () => {
    const { explained } = await explainJson("rich.yaml", "GET", URL, ...ORIGIN);
    expect(explained.headers).toEqual({
      set: [
        ["access-control-allow-origin", "https://app.example.com"],
        ["access-control-allow-credentials", "true"],
        ["timing-allow-origin", "https://app.example.com"],
      ],
      remove: ["access-control-*", "timing-allow-origin"],
      vary: ["Origin"],
    });
    expect(explained.steps.at(-1)).toContain("access-control-expose-headers");
  });

  test("what shadow policies would change", async () => {
    const beta = ["-H", "Origin: https://beta.example.com"];
    const { code, explained } = await explainJson("rich.yaml", "GET", URL, ...beta);
    expect(code).toBe(3);
    expect(explained.shadow).toEqual({
      policy: "beta",
      outcome: "granted",
      reason: null,
      differs: true,
    });
    const open = await explainJson("rich.yaml", "GET", "/open", ...ORIGIN);
    expect(open.code).toBe(0);
    expect(open.explained.shadow).toEqual({
      policy: null,
      outcome: "refused",
      reason: "origin-not-allowed",
      differs: true,
    });
  });

  test.each([
    { what: "--group", url: "/", flags: ["--group", "orders"], group: "orders" },
    { what: "an empty --group", url: "/open", flags: ["--group", ""], group: "open" },
    { what: "--route", url: "/", flags: ["--route", "r-orders"], group: "orders" },
    { what: "the URL's host and path", url: URL, flags: [], group: "orders" },
    {
      what: "a Host header",
      url: "/orders",
      flags: ["-H", "Host: api.example.com"],
      group: "orders",
    },
    {
      what: "a Host header before the URL's",
      url: URL,
      flags: ["-H", "host: b.example.com"],
      group: null,
    },
    { what: "nothing", url: "/orders", flags: [], group: null },
  ])("the group by $what is $group", async ({ url, flags, group }) => {
    const { explained } = await explainJson("rich.yaml", "GET", url, ...flags);
    expect(explained.group).toBe(group);
  });

  test("a group that the document does not have", async () => {
    const args = ["--group", "ordres", ...ORIGIN];
    const { code, explained } = await explainJson("rich.yaml", "GET", "/", ...args);
    expect(code).toBe(3);
    expect(explained).toMatchObject({ group: null, reason: "unknown-group", status: 500 });
  });

  test("a path that two readings place differently is not tidied up", async () => {
    const { explained } = await explainJson(
      "rich.yaml",
      "GET",
      "/x/..%2fopen/../orders",
      ...ORIGIN,
      "-H",
      "Host: api.example.com",
    );
    expect(explained.reason).toBe("path-ambiguous");
  });

  test.each([
    { version: "HTTP/2", code: 0 },
    { version: "2", code: 0 },
    { version: "http/1.1", code: 0 },
    { version: "3.0", code: 3 },
    { version: "1.0", code: 3 },
  ])("--http-version $version: exit $code", async ({ version, code }) => {
    const args = ["--http-version", version, ...ORIGIN];
    const { code: exit, explained } = await explainJson("rich.yaml", "GET", URL, ...args);
    expect(exit).toBe(code);
    expect(explained.steps[0]).not.toContain("since none is given");
  });

  test("an HTTP version that is asked for and not said is taken to be 1.1, in so many words", async () => {
    const { code, explained } = await explainJson("rich.yaml", "GET", URL, ...ORIGIN);
    expect(code).toBe(0);
    expect(explained.steps[0]).toContain("HTTP/1.1, since none is given");
    const plain = await explainJson("plain.yaml", "GET", URL, ...ORIGIN);
    expect(plain.explained.steps[0]).not.toContain("since none is given");
  });

  test.each([
    { what: "two lines are one list", lines: ["a, b", "c"], code: 3 },
    { what: "an empty line is dropped", lines: ["", "x-api-key"], code: 0 },
    { what: "only empty lines ask for nothing", lines: ["", ""], code: 0 },
  ])("repeated headers: $what", async ({ lines, code }) => {
    const asked = lines.flatMap((line) => ["-H", `Access-Control-Request-Headers: ${line}`]);
    const args = [...ORIGIN, ...PREFLIGHT, ...asked];
    expect((await explainJson("plain.yaml", "OPTIONS", URL, ...args)).code).toBe(code);
  });

  test("two Origin lines are one malformed Origin", async () => {
    const { explained } = await explainJson("plain.yaml", "GET", URL, ...ORIGIN, ...ORIGIN);
    expect(explained.reason).toBe("origin-malformed");
  });

  test("an empty Origin is malformed, not absent", async () => {
    const { explained } = await explainJson("plain.yaml", "GET", URL, "-H", "Origin:");
    expect(explained.reason).toBe("origin-malformed");
  });

  test.each([
    { what: "no Origin", flags: [], kind: "no-origin" },
    { what: "an upgrade", flags: [...ORIGIN, "-H", "Upgrade: WebSocket"], kind: "websocket" },
    {
      what: "Sec-Fetch-Site",
      flags: [...OTHER, "-H", "Sec-Fetch-Site: same-origin"],
      kind: "actual",
      reason: "same-origin",
    },
    {
      what: "X-Forwarded-Proto",
      flags: ["-H", "Origin: http://api.example.com", "-H", "X-Forwarded-Proto: http"],
      kind: "actual",
      reason: "same-origin",
    },
    {
      what: "the URL's scheme",
      flags: ["-H", "Origin: https://api.example.com"],
      kind: "actual",
      reason: "same-origin",
    },
  ])("$what is seen", async ({ flags, kind, reason = null }) => {
    const { explained } = await explainJson("plain.yaml", "GET", URL, ...flags);
    expect(explained).toMatchObject({ kind, reason });
  });

  test.each([
    ["--method", "G T", URL, []],
    ["--url", "GET", "api.example.com/orders", []],
    ["--header", "GET", URL, ["-H", "Origin"]],
    ["--http-version", "GET", URL, ["--http-version", "4"]],
  ])("a wrong %s is wrong usage", async (flag, method, url, rest) => {
    const args = ["explain", file("plain.yaml"), "--method", method, "--url", url, ...rest];
    const { code, out, err } = await runCorsd(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(new RegExp(`^error: ${flag}: `));
  });

  test.each([["bad.yaml"], ["missing.yaml"]])("%s has errors", async (name) => {
    const args = ["explain", file(name), "--method", "GET", "--url", URL, "--json"];
    const { code, out, err } = await runCorsd(args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(name);
  });

  describe("for people", () => {
    const ESCAPE = String.fromCharCode(27);

    async function explainText(isTerminal: boolean, ...rest: readonly string[]) {
      const args = ["explain", file("plain.yaml"), "--method", "GET", "--url", URL, ...rest];
      return runCorsd(args, { isTerminal });
    }

    test("the steps, the verdict, the headers", async () => {
      const { code, out } = await explainText(false, ...ORIGIN);
      expect(code).toBe(0);
      const [steps = "", rest = ""] = out.split("\n\n");
      expect(steps).toMatch(/^ 1\. .*\n 2\. /);
      expect(rest.split("\n")).toEqual([
        "granted by policy web",
        "  remove  access-control-*",
        "  set     access-control-allow-origin: https://app.example.com",
        "  set     access-control-allow-credentials: true",
        "  set     access-control-expose-headers: x-total-count",
        "  vary    Origin",
        "",
      ]);
    });

    test("a refusal says what the client gets", async () => {
      const { code, out } = await explainText(false, ...OTHER);
      expect(code).toBe(3);
      expect(out).toContain(
        '\n\nrefused (origin-not-allowed) with 403 "Specified Origin is not allowed"\n',
      );
    });

    test("a request without an Origin is no page's: how to add one is said", async () => {
      const args = ["explain", file("plain.yaml"), "--method", "GET", "--url", URL];
      const { code, out, err } = await runCorsd(args);
      expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("granted\n") });
      expect(err).toMatch(/^\nnote: .*; for one add -H 'Origin: https:\/\/app\.example\.com'\n$/);
      expect((await runCorsd([...args, ...ORIGIN])).err).toBe("");
      expect((await runCorsd([...args, "--json"])).err).toBe("");
    });

    test("colours on a terminal only", async () => {
      expect((await explainText(true, ...ORIGIN)).out).toContain(`${ESCAPE}[32mgranted`);
      expect((await explainText(false, ...ORIGIN)).out).not.toContain(ESCAPE);
    });
  });
});
