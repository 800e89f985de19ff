import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../../demo/ports.ts";
import { createService } from "../../../demo/service.ts";
import type { FindingCode } from "../../../src/doctor/finding-code.ts";
import { merged } from "../../doctor/apply-edit.ts";
import { type RunningCorsd, startCorsd } from "../corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "../envoy-process.ts";
import { BAD_CASES } from "./bad-cases.ts";
import { badConfig, type Config, nameOf } from "./bad-config.ts";

// What the doctor says of users is what users meet: bad configurations with a real corsd and a service behind them.

const app = "https://app.example.com";
const evil = "https://evil.example.com";

/** The path of the requests is governed by the name of its group alone. */
const POLICIES = `
policies: [{name: web, allowOrigins: ["${app}"]}]
apiGroups:
  - {name: orders, match: [{path: /nowhere}], policies: [web]}
  - {name: reports, match: [{path: /reports}], policies: [web]}
`;

/** Status and Access-Control-Allow-Origin of a preflight and a GET from an admitted page, and of a GET from another. */
type Met = readonly [preflight: string, admitted: string, other: string];

const admitted = `200 ${app}`;
const passed: Met = ["405 none", "200 none", "200 none"];
const failed: Met = ["500 none", "500 none", "500 none"];

const CONSEQUENCES: readonly (readonly [FindingCode, Met])[] = [
  ["listener-uncovered", passed],
  ["filter-never-enabled", passed],
  ["route-uncovered", passed],
  ["observability-mode", passed],
  ["override-unattached", passed],
  ["after-authentication", ["403 none", "403 none", "403 none"]],
  ["mode-unknown", failed],
  ["request-headers-not-sent", passed],
  ["response-headers-not-sent", [admitted, "200 none", "403 none"]],
  ["immediate-response-disabled", ["500 none", admitted, "500 none"]],
  ["metadata-not-received", [admitted, "200 none", "403 none"]],
  ["forward-origin-missing", passed],
  ["skip-unknown", passed],
  ["group-unknown", failed],
  ["route-without-group", passed],
  ["http2-missing", failed],
  // For comparison: what could be better, and does nobody harm for now.
  ["path-spellings", [admitted, admitted, "403 none"]],
];

let folder: string;
let service: Server;
let corsd: RunningCorsd;
let envoy: RunningEnvoy;
const ports = new Map<string, number>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-doctor-"));
  const policy = join(folder, "policies.yaml");
  await writeFile(policy, POLICIES);
  service = createService();
  const servicePort = await listen(service, 0);
  corsd = await startCorsd({ policy });
  const toService = { socket_address: { address: "127.0.0.1", port_value: servicePort } };
  const toCorsd = { pipe: { path: corsd.socket } };
  const config = badConfig(BAD_CASES);
  const { listeners, clusters } = config.static_resources;
  const moved = clusters.map((cluster) => {
    const address = cluster.name === "service" ? toService : toCorsd;
    const endpoints = [{ lb_endpoints: [{ endpoint: { address } }] }];
    return merged(cluster, { load_assignment: { endpoints } });
  });
  const whole = { ...config, static_resources: { listeners, clusters: moved } } as Config;
  envoy = await startEnvoy({ config: whole, version: "1.40.0" });
  const response = await fetch(`http://127.0.0.1:${envoy.adminPort}/listeners`);
  for (const line of (await response.text()).trim().split("\n")) {
    const [, name = "", port] = /^(.+)::127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
    ports.set(name, Number(port));
  }
});

afterAll(async () => {
  await envoy.stop();
  await corsd.stop();
  service.close();
  service.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

describe("what users meet", () => {
  test.each(CONSEQUENCES)("%s", async (code, met) => {
    const index = BAD_CASES.findIndex((bad) => bad.code === code);
    const bad = BAD_CASES[index];
    if (bad === undefined) throw new Error(`there is no case of ${code}`);
    const ask = async (origin: string, method: string): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${ports.get(nameOf(bad, index))}/orders`, {
        method,
        headers: { origin, "access-control-request-method": "GET" },
      });
      await response.body?.cancel();
      return `${response.status} ${response.headers.get("access-control-allow-origin") ?? "none"}`;
    };
    expect([await ask(app, "OPTIONS"), await ask(app, "GET"), await ask(evil, "GET")]).toEqual(met);
  });
});
