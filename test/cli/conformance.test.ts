import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecure } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { policyFiles } from "./policy-files.ts";
import { runCorsd } from "./run-corsd.ts";

// Little gateways that do it wrong, so that every case is seen to fail; real ones are in test/e2e.

const APP = "https://app.example.com";

type Lines = Readonly<Record<string, string | readonly string[]>>;

const GATEWAYS = {
  /** What many a hand-written filter does: whoever asks is let in. */
  echo: (request: IncomingMessage): Lines => ({
    "access-control-allow-origin": request.headers.origin ?? "*",
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, PUT, CORSD-PROBE",
    "access-control-allow-headers":
      request.headers["access-control-request-headers"] ?? "x-api-key",
  }),
  closed: (): Lines => ({}),
} as const;

const servers: Server[] = [];
const urls = new Map<string, string>();
const at = (name: string): string => urls.get(name) ?? "";

beforeAll(async () => {
  for (const [name, headersOf] of Object.entries(GATEWAYS)) {
    const server = createServer((request, response) => {
      for (const [key, value] of Object.entries(headersOf(request))) response.setHeader(key, value);
      response.end("x");
    });
    servers.push(server);
    urls.set(name, `http://127.0.0.1:${await listen(server, 0)}/orders`);
  }
  const switching = createServer((request) => {
    request.socket.end(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    );
  });
  servers.push(switching);
  urls.set("switching", `http://127.0.0.1:${await listen(switching, 0)}/`);
  const silent = createServer(() => {});
  servers.push(silent);
  urls.set("silent", `http://127.0.0.1:${await listen(silent, 0)}/`);
});

afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

const SAID = ["--allowed-origin", APP, "--method", "PUT", "--header", "x-api-key"];

type Report = {
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly {
    readonly name: string;
    readonly passed: boolean;
    readonly failure: string | null;
    readonly sent: { readonly headers: readonly (readonly string[])[] };
  }[];
};

async function failedAt(name: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const args = ["conformance", at(name), "--json", ...flags];
  const { out } = await runCorsd(args);
  const { cases } = JSON.parse(out) as Report;
  return cases.flatMap((each) => (each.passed ? [] : [each.name]));
}

async function namesOf(...flags: readonly string[]): Promise<readonly string[]> {
  const { out } = await runCorsd(["conformance", at("closed"), "--json", ...flags]);
  return (JSON.parse(out) as Report).cases.map(({ name }) => name);
}

const POLICY = `policies:
  - name: web
    allowOrigins: [${APP}]
    allowMethods: [PUT]
    allowHeaders: [x-api-key]
`;

const file = policyFiles({
  "p.yaml": POLICY,
  "any.yaml": 'policies: [{name: a, allowOrigins: "*"}]',
  "bad.yaml": "policies: []",
});

describe("every case can fail", () => {
  test("of those that the standards decide", async () => {
    const failed = new Set([
      ...(await failedAt("echo", ...SAID)),
      ...(await failedAt("closed", ...SAID)),
    ]);
    expect((await namesOf(...SAID)).filter((name) => !failed.has(name))).toEqual([]);
  });

  test("of those that a document decides", async () => {
    const flags = ["--policy", file("p.yaml"), "--method", "PUT", "--header", "x-api-key"];
    const failed = new Set([
      ...(await failedAt("echo", ...flags)),
      ...(await failedAt("closed", ...flags)),
    ]);
    expect((await namesOf(...flags)).filter((name) => !failed.has(name))).toEqual([]);
  });
});

describe("the report", () => {
  test("shows what was sent, what was expected and what came", async () => {
    const { code, out, err } = await runCorsd(["conformance", at("echo"), ...SAID]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain(
      [
        "failed  actual-refused",
        "          sent      GET | origin: https://corsd-probe.invalid",
        "          vary-origin (Fetch, CORS protocol and HTTP caches; RFC 9110, 12.5.5)",
        "            expected  Origin in Vary",
        "            came      (none)",
      ].join("\n"),
    );
    expect(out).toMatch(/\n\n31 cases, \d+ failed\n$/);
  });

  test("is coloured on a terminal only", async () => {
    const args = ["conformance", at("closed"), ...SAID];
    expect((await runCorsd(args, { isTerminal: true })).out).toContain(
      "\u001b[31mfailed\u001b[39m",
    );
    expect((await runCorsd(args)).out).not.toContain("\u001b");
  });

  test("--compare shows what the two answer differently", async () => {
    const flags = ["--compare", at("closed"), ...SAID];
    const { code, out } = await runCorsd(["conformance", at("echo"), ...flags]);
    expect(code).toBe(4);
    expect(out).toContain(
      [
        "actual-allowed",
        `          sent      GET | origin: ${APP}`,
        "          headers",
        `            first   access-control-allow-credentials: true | access-control-allow-headers: x-api-key | access-control-allow-methods: CORSD-PROBE, GET, PUT | access-control-allow-origin: ${APP}`,
        "            second  (none)",
      ].join("\n"),
    );
    expect(out).toMatch(/\n\n31 cases, 31 answered differently\n$/);
  });

  test("a gateway that does not answer is given up, either of two", async () => {
    const flags = ["--timeout", "1s", ...SAID];
    const given = {
      code: 1,
      out: "",
      err: `error: ${at("silent")}: no answer to the first 3 requests: no answer in 1000 ms\n`,
    };
    expect(await runCorsd(["conformance", at("silent"), ...flags])).toEqual(given);
    const compared = ["conformance", at("closed"), "--compare", at("silent")];
    expect(await runCorsd([...compared, ...flags])).toEqual(given);
  });

  test("a case without an answer fails, and says why", async () => {
    const mute = createServer((request, response) => {
      if (request.headers.origin === "null") request.socket.destroy();
      else response.end();
    });
    servers.push(mute);
    const url = `http://127.0.0.1:${await listen(mute, 0)}/`;
    const { code, out } = await runCorsd(["conformance", url, ...SAID]);
    expect(code).toBe(1);
    expect(out).toContain("          no answer: socket hang up");
    const compared = await runCorsd(["conformance", url, "--compare", at("closed"), ...SAID]);
    expect(compared.code).toBe(1);
    expect(compared.out).toContain("          no answer: socket hang up");
  });

  test("a gateway that hands the connection over has answered", async () => {
    const { code, out } = await runCorsd(["conformance", at("switching"), ...SAID]);
    expect(code).toBe(1);
    expect(out).not.toContain("no answer");
  });
});

describe("what is sent", () => {
  test("is on the wire as the case has it, line by line", async () => {
    const seen: (readonly [string | undefined, readonly string[]])[] = [];
    const server = createServer((request, response) => {
      const { rawHeaders } = request;
      const origins = rawHeaders.flatMap((name, at) =>
        name === "origin" ? [rawHeaders[at + 1] ?? ""] : [],
      );
      seen.push([request.method, origins]);
      response.end();
    });
    servers.push(server);
    const url = `http://127.0.0.1:${await listen(server, 0)}/`;
    const { out } = await runCorsd(["conformance", url, "--json", ...SAID]);
    const { cases } = JSON.parse(out) as Report;
    const written = cases.map(({ sent }) =>
      sent.headers.flatMap(([name, value]) => (name === "origin" ? [value] : [])),
    );
    expect(seen.map(([, origins]) => origins)).toEqual(written);
    expect(written).toContainEqual([APP, APP]);
    expect(written).toContainEqual([""]);
    expect(new Set(seen.map(([method]) => method))).toEqual(new Set(["OPTIONS", "GET", "HEAD"]));
  });

  describe("over TLS", () => {
    const pem = (name: string): string => join("test/server/tls", name);
    let url: string;

    beforeAll(async () => {
      const server = createSecure(
        { cert: readFileSync(pem("first.pem")), key: readFileSync(pem("first.key")) },
        (_, response) => response.end(),
      );
      servers.push(server);
      url = `https://localhost:${await listen(server, 0)}/`;
    });

    test.each([
      [[], "no answer"],
      [["--insecure"], "vary-origin"],
      [["--ca", pem("first.pem")], "vary-origin"],
      [["--ca", pem("stranger.pem")], "no answer"],
    ])("%j: %s", async (flags, words) => {
      const { out, err } = await runCorsd(["conformance", url, ...SAID, ...flags]);
      expect(out + err).toContain(words);
    });
  });
});

describe("wrong usage", () => {
  test.each([
    ["/orders", SAID, "write `https://api.example.com/path`"],
    ["ws://a.example/", SAID, "write `https://api.example.com/path`"],
    ["http://u@a.example/", SAID, "leave the user out"],
    ["http://a b/", SAID, "holds a blank"],
    ["http://a.example/", [], "name an origin with --allowed-origin, or a --policy"],
    [
      "http://a.example/",
      ["--allowed-origin", "a.example"],
      "--allowed-origin: `a.example` is not an origin",
    ],
    [
      "http://a.example/",
      [...SAID, "--refused-origin", "x"],
      "--refused-origin: `x` is not an origin",
    ],
    ["http://a.example/", [...SAID, "--method", "P T"], "`P T` is no method or header name"],
    ["http://a.example/", [...SAID, "--header", "a b"], "`a b` is no method or header name"],
    ["http://a.example/", [...SAID, "--timeout", "x"], "--timeout: "],
    ["http://a.example/", [...SAID, "--timeout", "0"], "--timeout: in no time nobody answers"],
    ["http://a.example/", [...SAID, "--ca", "none.pem"], "--ca: `none.pem` cannot be read"],
    ["http://a.example/", [...SAID, "--compare", "x"], "`x`: write `https://"],
    ["http://a.example/", [...SAID, "--credentials", "maybe"], "Allowed choices are yes, no"],
  ])("%s %j", async (url, flags, words) => {
    const { code, out, err } = await runCorsd(["conformance", url, ...flags]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(words);
  });

  test("a document that names nobody, and one with errors", async () => {
    const url = "http://a.example/";
    const open = await runCorsd(["conformance", url, "--policy", file("any.yaml")]);
    expect([open.code, open.err]).toEqual([2, expect.stringContaining("use --allowed-origin")]);
    const both = ["--policy", file("p.yaml"), "--credentials", "yes"];
    expect((await runCorsd(["conformance", url, ...both])).code).toBe(2);
    const bad = await runCorsd(["conformance", url, "--policy", file("bad.yaml")]);
    expect([bad.code, bad.err]).toEqual([1, expect.stringContaining("no policy in the document")]);
  });
});
