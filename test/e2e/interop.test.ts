import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { choosePort, listen } from "../../demo/ports.ts";
import { type EnvoyVersion, envoyVersions } from "../../envoy/fetch.ts";
import { findEnvoy } from "../../envoy/find.ts";
import { startEnvoyProcess } from "../../envoy/start.ts";
import {
  attempt,
  CHECKS,
  type Check,
  ERROR_CHECK,
  type Init,
  type Seen,
} from "../interop/checks.ts";
import { envoyWithProtocols } from "../interop/envoy-with-protocols.ts";
import { LANES, type Lane } from "../interop/lane.ts";
import { type Cell, matrixOf } from "../interop/matrix.ts";
import { findChromium, launchChromium } from "./browser.ts";
import { startCorsd } from "./corsd-process.ts";

// Every version of Envoy that can be had, both set-ups, and every protocol that a browser speaks to it. The table in
// docs/proof/interop.md is what comes out.

const ROOT = join(import.meta.dirname, "..", "..");
const PAGE = join(ROOT, "docs", "proof", "interop.md");
const SETUPS = ["full", "request-only"] as const;

const chromium = await findChromium();

describe.skipIf(chromium === undefined)("interoperability", () => {
  /** What to stop, the last first: the start may fail halfway. */
  const running: (() => unknown)[] = [];
  const cells: Cell[] = [];
  let browser: Browser;
  let pages: Record<Check["page"], Page>;
  let places: { servicePort: number; quicPort: number; socket: string };

  beforeAll(async () => {
    const service = createServer((_, response) => response.end("[]"));
    running.push(
      () => service.closeAllConnections(),
      () => service.close(),
    );
    const site = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>page</title>");
    });
    running.push(
      () => site.closeAllConnections(),
      () => site.close(),
    );
    const sitePort = await listen(site, 0);
    const folder = await mkdtemp(join(tmpdir(), "corsd-interop-"));
    running.push(() => rm(folder, { recursive: true, force: true }));
    const policy = join(folder, "policies.yaml");
    await writeFile(policy, documentFor(`http://app.localhost:${sitePort}`));
    const corsd = await startCorsd({ policy });
    running.push(corsd.stop);
    places = {
      servicePort: await listen(service, 0),
      quicPort: await choosePort(0),
      socket: corsd.socket,
    };
    browser = await launchChromium(chromium ?? "", {
      args: await flagsFor(places.quicPort),
    });
    running.push(() => browser.close());
    pages = {
      admitted: await open(browser, `http://app.localhost:${sitePort}/`),
      foreign: await open(browser, `http://evil.localhost:${sitePort}/`),
    };
  });

  afterAll(async () => {
    for (const stop of running.toReversed()) await stop();
  });

  describe.each(envoyVersions.flatMap((version) => SETUPS.map((setup) => ({ version, setup }))))(
    "Envoy $version, $setup",
    ({ version, setup }) => {
      let ports: ReadonlyMap<string, number>;
      let stop: (() => Promise<void>) | undefined;

      beforeAll(async () => {
        const config = await envoyWithProtocols(`${setup}.yaml`, places);
        const envoy = await startEnvoyProcess({
          path: await findEnvoy({ version }),
          config: { ...config, admin: { address: { socket_address: LOOPBACK } } },
        });
        stop = envoy.stop;
        ports = await portsOf(envoy.adminPort, places.quicPort);
      });

      afterAll(() => stop?.());

      test.for(LANES)("$name", async (lane) => {
        const checks = [...CHECKS, ERROR_CHECK];
        const passed: string[] = [];
        for (const check of checks) {
          const url = `${lane.transport === "plaintext" ? "http" : "https"}://api.localhost:${ports.get(lane.name)}${check.path}`;
          const seen = await pages[check.page].evaluate<Seen, [string, Init]>(attempt, [
            url,
            check.init,
          ]);
          if (isAsMeant(check, lane, seen)) passed.push(check.name);
        }
        cells.push({
          version,
          setup,
          lane: lane.name,
          passed: passed.length,
          tried: checks.length,
        });
        expect(passed).toEqual(meant(version, setup).map(({ name }) => name));
      });
    },
  );

  test("the table is that of the page", async () => {
    const page = await readFile(PAGE, "utf8");
    expect(cells).toHaveLength(envoyVersions.length * SETUPS.length * LANES.length);
    const table = matrixOf(cells);
    const { UPDATE_MATRIX: update } = process.env;
    if (update === "1") {
      await writeFile(PAGE, page.replace(/\| Envoy \| set-up[\s\S]*?\n(?!\|)/, `${table}\n`));
    }
    expect(await readFile(PAGE, "utf8"), "run `npm run interop`").toContain(table);
  });
});

const LOOPBACK = { address: "127.0.0.1", port_value: 0 };

/** What does not come out as meant is known, and stands in docs/attaching.md. */
function meant(version: EnvoyVersion, setup: string): readonly Check[] {
  // Before 1.37 Envoy's own answers do not pass through ext_proc.
  return version === "1.36.4" && setup === "full" ? CHECKS : [...CHECKS, ERROR_CHECK];
}

function isAsMeant({ expected }: Check, { protocol }: Lane, seen: Seen): boolean {
  if (expected === "unreadable" || seen === "unreadable") return expected === seen;
  return (
    seen.status === expected.status &&
    seen.protocol === protocol &&
    (expected.grpc === undefined || seen.grpc === expected.grpc)
  );
}

function documentFor(page: string): string {
  return `policies:
  - name: web
    allowOrigins: ["${page}"]
    allowMethods: [GET, POST, PUT]
    allowHeaders: [x-api-key, content-type, x-grpc-web]
    exposeHeaders: [x-protocol, grpc-status]
    allowCredentials: true
apiGroups:
  - {name: orders, match: [{path: /}], policies: [web]}
  - {name: reports, match: [{path: /reports}], policies: [web]}
`;
}

/** The certificate of the tests is nobody's, and HTTP/3 is otherwise spoken only where an answer has offered it. */
async function flagsFor(quicPort: number): Promise<readonly string[]> {
  const pem = await readFile(join(ROOT, "test", "server", "tls", "first.pem"));
  const key = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
  const digest = createHash("sha256").update(key).digest("base64");
  return [
    `--ignore-certificate-errors-spki-list=${digest}`,
    "--enable-quic",
    `--origin-to-force-quic-on=api.localhost:${quicPort}`,
  ];
}

async function open(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

/** Envoy's admin says a line a listener over TCP: `HTTP/1.1::127.0.0.1:10000`. */
async function portsOf(adminPort: number, quicPort: number): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/listeners`);
  const lines = (await response.text()).trim().split("\n");
  const named = lines.map((line) => {
    const name = line.slice(0, line.indexOf("::"));
    return [name, Number(line.slice(line.lastIndexOf(":") + 1))] as const;
  });
  return new Map([...named, ["HTTP/3", quicPort]]);
}
