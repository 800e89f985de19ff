import { describe, expect, test } from "vitest";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

const APP = "https://app.example.com";
const URL = "https://api.example.com/orders";

const FILES = {
  "strict.yaml": `policies:
  - name: web
    allowOrigins:
      - ${APP}
    allowMethods: [GET, PUT]
    allowHeaders: [x-api-key]
`,
  "named.yaml": `policies:
  - name: web
    allowOrigins: [${APP}]
    httpVersions: [HTTP/2]
apiGroups:
  - name: orders
    policies: [web]
`,
  "gateway.yaml": `preset: gateway-api
policies:
  - name: web
    allowOrigins: [${APP}]
    allowMethods: [GET]
`,
  "bad.yaml": "policies: 7\n",
};

function chromium(reason: string, origin = APP): string {
  return `Access to fetch at '${URL}' from origin '${origin}' has been blocked by CORS policy: ${reason}`;
}

const NO_HEADER = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
const PREFLIGHT = `Response to preflight request doesn't pass access control check: ${NO_HEADER}`;
const FIREFOX = `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${URL}. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 403.`;

describe("corsd explain --paste", () => {
  const file = policyFiles({
    ...FILES,
    "pasted.txt": chromium(NO_HEADER, "https://new.example.com"),
  });

  function paste(name: string, input: string, ...flags: readonly string[]) {
    return runCorsd(["explain", file(name), "--paste", "-", ...flags], { input });
  }

  test("what was said and assumed, the steps, and what would let it through", async () => {
    const text = chromium(PREFLIGHT, "https://new.example.com");
    const { code, out, err } = await paste("strict.yaml", text);
    expect({ code, err }).toEqual({ code: 3, err: "" });
    const lines = out.split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "said:    the answer to the preflight has no Access-Control-Allow-Origin",
      "assumed: method: taken to be GET, since the message does not say",
      "assumed: requested headers: taken to be none, since the message does not say",
      "",
      `preflight of GET ${URL} from https://new.example.com`,
    ]);
    expect(out).toContain("\nrefused (origin-not-allowed) with 403");
    expect(lines.slice(lines.indexOf("to let it through:"))).toEqual([
      "to let it through:",
      `  add \`https://new.example.com\` to \`allowOrigins\` of policy \`web\` (${file("strict.yaml")}:4)`,
      "",
      `# ${file("strict.yaml")}:2`,
      "policies:",
      "  - name: web",
      "    allowOrigins:",
      `      - ${APP}`,
      "      - https://new.example.com # add this",
      "",
      "this admits anew:",
      "  group `default`: origins newly admitted: `https://new.example.com`",
      "  group `default`: policy `web`: origins added: `https://new.example.com`",
      "",
    ]);
  });

  test("a file", async () => {
    const { code, out } = await runCorsd([
      "explain",
      file("strict.yaml"),
      "--paste",
      file("pasted.txt"),
    ]);
    expect(code).toBe(3);
    expect(out).toContain("said:    the answer has no Access-Control-Allow-Origin\n");
  });

  test("what is dangerous about a change is said", async () => {
    const { out } = await paste("strict.yaml", `curl -X DELETE ${URL} -H 'Origin: ${APP}'`);
    expect(out).toContain(
      "beware:\n  policy `web` then allows `DELETE` to every origin that it admits\n",
    );
  });

  test("the actual request is not explained where its preflight was refused", async () => {
    const { out } = await paste("strict.yaml", `curl -X DELETE ${URL} -H 'Origin: ${APP}'`);
    expect(out).toContain(`preflight of DELETE ${URL} from ${APP}\n`);
    expect(out).not.toContain(`\nDELETE ${URL}`);
    const granted = await paste("strict.yaml", `curl -X PUT ${URL} -H 'Origin: ${APP}'`);
    expect(granted.code).toBe(0);
    expect(granted.out).toContain(`\n\nPUT ${URL} from ${APP}\n`);
  });

  test("a preset that does not compare grants a preflight, and the browser misses the method in the answer", async () => {
    const text = chromium(
      "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
    );
    const { code, out } = await paste("gateway.yaml", text);
    expect(code).toBe(0);
    expect(out).toContain("      - GET\n      - PUT # add this\n");
  });

  test("Firefox does not name the page's origin: --origin does", async () => {
    const { code, out, err } = await paste("strict.yaml", FIREFOX);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^error: --paste: .*--origin/);
    const added = await paste("strict.yaml", FIREFOX, "--origin", "https://new.example.com");
    expect(added.code).toBe(3);
    expect(added.out).toContain(
      "assumed: origin: https://new.example.com, which is added to the message\n",
    );
  });

  test("a message about what the document lets through says what else it can be", async () => {
    const { code, out } = await paste("strict.yaml", chromium(PREFLIGHT));
    expect(code).toBe(0);
    expect(out).toContain("by this document it is let through");
    expect(out).toContain("the methods allowed are GET, PUT, the headers x-api-key;");
    const actual = await paste("strict.yaml", chromium(NO_HEADER));
    expect(actual.out).toContain("Copy as cURL");
    expect(actual.out).not.toContain("the methods allowed");
    const bare = await paste("gateway.yaml", chromium(PREFLIGHT));
    expect(bare.out).toContain("the headers none;");
    const curl = await paste("strict.yaml", `curl ${URL} -H 'Origin: ${APP}'`);
    expect(curl.out).not.toContain("Copy as cURL");
  });

  test("credentials that the policy does not allow", async () => {
    const text = chromium(
      "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.",
    );
    const { out } = await paste("strict.yaml", text);
    expect(out).toContain("set `allowCredentials: true`");
  });

  test("several requests are several exchanges", async () => {
    const text = `> GET /a HTTP/1.1\n> Host: api.example.com\n> Origin: ${APP}\n>\n< HTTP/1.1 301 Moved\n> GET /b HTTP/1.1\n> Host: api.example.com\n> Origin: null\n>\n< HTTP/1.1 403 Forbidden\n`;
    const { code, out } = await paste("strict.yaml", text, "--json");
    expect(code).toBe(3);
    const { exchanges, claim } = JSON.parse(out);
    expect(claim).toBe("the server answered with status 403");
    expect(exchanges).toMatchObject([
      { requests: [{ request: { url: "/a" }, outcome: "granted" }], mend: null },
      { requests: [{ request: { url: "/b" }, outcome: "refused" }], mend: { kind: "change" } },
    ]);
  });

  test("--json has its keys in their order", async () => {
    const { out } = await paste("strict.yaml", `curl ${URL}`, "--json");
    const printed = JSON.parse(out);
    expect(Object.keys(printed)).toEqual(["kind", "claim", "assumptions", "exchanges"]);
    expect(printed.claim).toBeNull();
    expect(Object.keys(printed.exchanges[0])).toEqual(["requests", "mend"]);
    expect(Object.keys(printed.exchanges[0].requests[0]).slice(0, 3)).toEqual([
      "request",
      "group",
      "policy",
    ]);
    expect(Object.keys(printed.exchanges[0].requests[0].request)).toEqual([
      "method",
      "url",
      "headers",
    ]);
  });

  test("flags say what only the deployment knows", async () => {
    const text = `curl ${URL} -H 'Origin: ${APP}'`;
    const { out } = await paste(
      "named.yaml",
      text,
      "--group",
      "orders",
      "--http-version",
      "HTTP/2",
      "--json",
    );
    expect(JSON.parse(out).exchanges[0].requests[0]).toMatchObject({
      group: "orders",
      outcome: "granted",
    });
    const other = await paste("named.yaml", text, "--group", "orders");
    expect(other.out).toContain("add `HTTP/1.1` to `httpVersions`");
  });

  test("what no document grants", async () => {
    const { code, out } = await paste("strict.yaml", `curl ${URL} -H 'Origin: ${APP}/'`);
    expect(code).toBe(3);
    expect(out).toContain(
      "\nno change of the document lets it through:\n  the Origin header is not one origin",
    );
  });

  test.each([
    ["nothing that is understood", "it does not work", [], /--paste: .*none of what is understood/],
    ["a request that cannot be sent", "curl 'https://api.example.com/a b'", [], /--paste: .*blank/],
    ["a version that is none", "", ["--http-version", "4"], /^error: --http-version: /],
    [
      "a method that is none",
      "curl -X $'\\x1b' /",
      [],
      /--paste: `\\u\{1b\}` is not a method name/,
    ],
    ["too much", "x".repeat(4 * 65_536 + 1), [], /--paste: it has more than 262144 bytes/],
    ["--url beside it", "", ["--url", "/"], /give one of/],
    ["--method beside it", "", ["--method", "GET"], /give one of/],
    ["-H beside it", "", ["-H", "a: b"], /give one of/],
    ["--from-har beside it", "", ["--from-har", "x"], /give one of/],
  ])("%s is wrong usage", async (_, input, flags, says) => {
    const { code, out, err } = await paste("strict.yaml", input, ...flags);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(says);
  });

  test("--origin without a paste, and a file that is not there, are wrong usage", async () => {
    const alone = await runCorsd([
      "explain",
      file("strict.yaml"),
      "--method",
      "GET",
      "--url",
      "/",
      "--origin",
      APP,
    ]);
    expect(alone).toMatchObject({
      code: 2,
      err: expect.stringContaining("--origin goes with --paste"),
    });
    const missing = await runCorsd(["explain", file("strict.yaml"), "--paste", file("no.txt")]);
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("no such file") });
  });

  test("a document with errors", async () => {
    expect(await paste("bad.yaml", chromium(NO_HEADER))).toMatchObject({ code: 1, out: "" });
  });

  test("on a terminal what is to be written stands out", async () => {
    const text = chromium(NO_HEADER, "https://new.example.com");
    const args = ["explain", file("strict.yaml"), "--paste", "-"];
    const { out } = await runCorsd(args, { input: text, isTerminal: true });
    expect(out).toContain("\u001b[32m      - https://new.example.com # add this\u001b[39m\n");
    expect(out).toContain("\u001b[31mrefused");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of a terminal begin with one.
    expect(out.replaceAll(/\u001b\[\d+m/g, "")).toBe((await paste("strict.yaml", text)).out);
  });
});
