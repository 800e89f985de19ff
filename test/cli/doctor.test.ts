import { spawn } from "node:child_process";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { MAX_SHOWN } from "../../src/cli/doctor/render-findings.ts";
import { merged } from "../doctor/apply-edit.ts";
import { config, group, route } from "../doctor/small-config.ts";
import { policyFiles } from "./policy-files.ts";
import { type Ran, runCorsd } from "./run-corsd.ts";

const fine = config({ routes: [route("orders", group("orders"))] });
const warned = config({ manager: { merge_slashes: false } });
const PUT = { match: { headers: [{ name: ":method", string_match: { exact: "PUT" } }] } };
const bad = config({
  extProc: { failure_mode_allow: true },
  routes: [route("a\u001b[31m", { ...group("orders"), ...PUT })],
});

const files = policyFiles({
  "fine.json": JSON.stringify(fine),
  "warned.json": JSON.stringify(warned),
  "bad.json": JSON.stringify(bad),
  "old.json": JSON.stringify(merged(fine, { node: null })),
  "cut.json": JSON.stringify(fine).slice(0, 1000),
  "text.json": "no JSON\n",
  "page.json": "\n<!doctype html><title>Sign in</title>",
  "empty.json": " \n",
  "other.json": '{"policies": []}',
  "full.yaml": "static_resources: {listeners: [}\n",
  "policies.yaml": `
policies:
  - {name: web, allowOrigins: [https://app.example.com], httpVersions: [HTTP/2]}
  - {name: api, allowOrigins: [https://api.example.com], allowMethods: [GET], httpVersions: [HTTP/2]}
  - name: all
    allowOrigins: [https://all.example.com]
    allowCredentials: true
    exposeHeaders: "*"
    preflight: continue
    requireOrigin: true
apiGroups:
  - {name: order, match: [{route: orders}, {route: orders-write}], policies: [web, all]}
  - {name: rest, match: [{path: /rest}], policies: [api]}
`,
  "wrong.yaml": "policies: 7\n",
});

const doctor = (source: string, ...flags: readonly string[]): Promise<Ran> =>
  runCorsd(["doctor", "--config-dump", source, ...flags]);

describe("corsd doctor", () => {
  test("says that all is well", async () => {
    const ran = { code: 0, out: "fine: Envoy 1.40.0\n", err: "" };
    expect(await doctor(files("fine.json"))).toEqual(ran);
    const unknown = { ...ran, out: "fine: Envoy of an unknown version\n" };
    expect(await doctor(files("old.json"))).toEqual(unknown);
  });

  test.each([
    "envoy/full.yaml",
    "envoy/full-skipping.yaml",
    "envoy/request-only.yaml",
    "deploy/kubernetes/overlays/sidecar/envoy.yaml",
  ])("has nothing to say of %s, a bootstrap in YAML", async (path) => {
    const root = join(import.meta.dirname, "..", "..");
    const policies = join(root, "deploy/kubernetes/base/policies.yaml");
    const ran = { code: 0, out: "fine: Envoy of an unknown version\n", err: "" };
    expect(await doctor(join(root, path), "--policy", policies)).toEqual(ran);
  });

  test("warnings fail with --strict", async () => {
    expect(await doctor(files("warned.json"))).toMatchObject({ code: 0 });
    const { code, out } = await doctor(files("warned.json"), "--strict");
    expect(code).toBe(1);
    expect(out).toMatch(/^warning: path-spellings: .*\n {2}at {4}listener api, filter chain 0\n/);
    expect(out).toMatch(/\n1 warning: Envoy 1\.40\.0\n$/);
    expect(await doctor(files("fine.json"), "--strict")).toMatchObject({ code: 0 });
  });

  test("says where, what, and what to write", async () => {
    const { code, out } = await doctor(files("bad.json"));
    expect(code).toBe(1);
    const filter = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";
    expect(out.split("\n")).toEqual(
      expect.arrayContaining([
        "  at    listener api, filter chain 0, filter corsd",
        `        ${filter}/http_filters/0/typed_config`,
        "  mend  fail closed, or take the request-only set-up, which may fail open",
        "        there, as YAML:",
        "          failure_mode_allow: false",
        "        in front of it, as YAML:",
        "            match:",
        "2 errors: Envoy 1.40.0",
      ]),
    );
    // A name in somebody's configuration is no command to a terminal.
    expect(out).toContain("route a\\u{1b}[31m");
    expect(out).not.toContain("\u001b");
  });

  test("a long list is cut, for people", async () => {
    const routes = Array.from({ length: 12 }, () => route("a", { ...group("order"), ...PUT }));
    const [start, end] = [routes.slice(0, MAX_SHOWN), routes];
    for (const [some, more] of [
      [start, ""],
      [end, "\nand 2 more of preflight-elsewhere: --json has them all\n"],
    ] as const) {
      const url = await serve((_, response) =>
        response.end(JSON.stringify(config({ routes: [...some] }))),
      );
      const { out } = await doctor(url);
      expect(out.match(/^error: preflight-elsewhere/gm)).toHaveLength(MAX_SHOWN);
      expect(out).toContain(`${more}\n${some.length} errors`);
      expect(out.includes(" more of ")).toBe(more !== "");
    }
  });

  test("in colour on a terminal", async () => {
    const args = ["doctor", "--config-dump", files("bad.json")];
    const { out } = await runCorsd(args, { isTerminal: true });
    expect(out).toContain("\u001b[31merror\u001b[39m: fails-open");
  });

  test("prints one object for programs", async () => {
    const { out } = await doctor(files("bad.json"), "--json");
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({
      envoy: "1.40.0",
      findings: [
        {
          code: "fails-open",
          severity: "error",
          place: { listener: "api", filterChain: "0", filter: "corsd" },
          message: expect.any(String) as unknown,
          advice: expect.any(String) as unknown,
          edit: { kind: "merge", value: { failure_mode_allow: false } },
          yaml: "failure_mode_allow: false",
        },
        { code: "preflight-elsewhere", edit: { kind: "insert" } },
      ],
    });
    expect(JSON.parse((await doctor(files("old.json"), "--json")).out)).toEqual({
      envoy: null,
      findings: [],
    });
    const strangers = await doctor(files("fine.json"), "--json", "--cluster", "judge");
    expect(JSON.parse(strangers.out)).toMatchObject({
      findings: [{ code: "filter-absent", place: { pointer: "" }, edit: null, yaml: null }],
    });
  });

  test("knows what the policies ask for", async () => {
    const { out } = await doctor(files("fine.json"), "--json", "--policy", files("policies.yaml"));
    const { findings } = JSON.parse(out) as { findings: { code: string; message: string }[] };
    expect(findings.map(({ code }) => code)).toEqual(["group-unknown", "route-unknown"]);
    expect(findings[1]?.message).toContain("`orders-write`");
  });

  test("prints what is wrong with the policies", async () => {
    const { code, out, err } = await doctor(files("fine.json"), "--policy", files("wrong.yaml"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("wrong.yaml:1:11");
  });
});

describe("what is no configuration of an Envoy is one clear line", () => {
  test.each([
    ["missing.json", /ENOENT: no such file or directory/],
    ["cut.json", /: it is no JSON: .*; is it cut off\?$/m],
    ["text.json", /: it is no JSON: .*not valid JSON$/m],
    ["page.json", /: it is a web page, not a config_dump; ask Envoy's admin listener/],
    ["empty.json", /: it is empty$/m],
    ["other.json", /: it is neither a config_dump of Envoy \(`configs`\) nor a bootstrap/],
    ["full.yaml", /: it is no JSON or YAML: [^{}]* at line 1, column \d+$/m],
  ])("%s", async (name, says) => {
    const { code, out, err } = await doctor(files(name));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

/** An HTTP server on loopback for one test. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("an admin listener", () => {
  const admin =
    (dump: unknown, info: string): RequestListener =>
    (request, response) => {
      const answers = new Map([
        ["/config_dump?include_eds", JSON.stringify(dump)],
        ["/config_dump?mask=x", JSON.stringify(dump)],
        ["/server_info", info],
      ]);
      const answer = answers.get(request.url ?? "");
      response.writeHead(answer === undefined ? 404 : 200).end(answer);
    };
  const silent = { ...fine, node: {} };

  test.each(["", "/", "/config_dump", "/config_dump?mask=x"])("is asked at %j", async (path) => {
    const url = await serve(admin(fine, ""));
    expect(await doctor(url + path)).toMatchObject({ code: 0, out: "fine: Envoy 1.40.0\n" });
  });

  test.each([
    ['{"version": "abc/1.38.1/Clean/RELEASE/BoringSSL"}', "1.38.1"],
    ["{", "of an unknown version"],
    ["{}", "of an unknown version"],
  ])("is asked for its version where the dump has none: %s", async (info, says) => {
    const { out } = await doctor(await serve(admin(silent, info)));
    expect(out).toContain(`Envoy ${says}`);
  });

  test("that does not tell its version is taken as it is", async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === "/server_info" ? 404 : 200).end(JSON.stringify(silent));
    });
    expect(await doctor(url)).toMatchObject({ out: "fine: Envoy of an unknown version\n" });
  });

  test("that is none", async () => {
    const url = await serve(admin(fine, ""));
    const { code, err } = await doctor(`${url}/elsewhere`);
    expect(code).toBe(1);
    expect(err).toContain("HTTP status 404; is that Envoy's admin listener?");
  });

  test("that does not answer", async () => {
    const url = await serve((request) => request.socket.destroy());
    const { code, err } = await doctor(url);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: http:\S+: .+\n$/);
    const nobody = await doctor("http://127.0.0.1:1");
    expect(nobody).toMatchObject({
      code: 1,
      err: expect.stringContaining("ECONNREFUSED") as unknown,
    });
  });
});

test("standard input", async () => {
  const main = join(import.meta.dirname, "..", "..", "src", "main.ts");
  const child = spawn(process.execPath, [main, "doctor", "--config-dump", "-"]);
  child.stdin.end(JSON.stringify(fine));
  expect(await text(child.stdout)).toBe("fine: Envoy 1.40.0\n");
});

test("a dump beyond the limit is not taken", async () => {
  const url = await serve((_, response) => {
    const piece = Buffer.alloc(16 * 1024 * 1024, " ");
    const write = (left: number): void => {
      if (left === 0) response.end();
      else response.write(piece, () => write(left - 1));
    };
    response.on("error", () => {});
    write(9);
  });
  const { code, err } = await doctor(url);
  expect(code).toBe(1);
  expect(err).toContain("it is longer than 134,217,728 bytes");
});

test("an answer that breaks off", async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.write("{", () => response.destroy());
  });
  expect(await doctor(url)).toMatchObject({ code: 1, out: "" });
});
