import { execFile } from "node:child_process";
import type { Server } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { type EnvoyVersion, envoyVersions } from "../../envoy/fetch.ts";
import { findEnvoy } from "../../envoy/find.ts";
import { renderConfig } from "../../envoy/render.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { type RunningEnvoy, startEnvoy } from "./envoy-process.ts";

const folder = join(import.meta.dirname, "..", "..", "envoy");
const files = ["full.yaml", "full-skipping.yaml", "request-only.yaml"];
const app = "http://app.demo.localhost:8081";
const evil = "http://evil.demo.localhost:8081";

const setups = envoyVersions.flatMap((version) => files.map((file) => ({ version, file })));

let service: Server;
let servicePort: number;
let corsd: RunningCorsd;

beforeAll(async () => {
  service = createService();
  servicePort = await listen(service, 0);
  corsd = await startCorsd({ policy: join(folder, "policies.yaml") });
});

afterAll(async () => {
  await corsd.stop();
  service.close();
  service.closeAllConnections();
});

test.for(setups)("envoy/$file is valid for Envoy $version", async ({ version, file }) => {
  const path = await findEnvoy({ version });
  const args = ["--mode", "validate", "--config-path", join(folder, file), "--disable-hot-restart"];
  const { stdout, stderr } = await promisify(execFile)(path, args);
  expect(stdout + stderr).toContain("OK");
});

/** Headers of CORS and what caches read; everything else is the service's and Envoy's business. */
function relevant(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );
}

/** The names in a Vary, each once and in order: the request-only set-up may repeat one. */
function varied(headers: Headers): string[] {
  const names = (headers.get("vary") ?? "").split(",").map((name) => name.trim().toLowerCase());
  return [...new Set(names)].sort();
}

const preflightVary = ["access-control-request-headers", "access-control-request-method", "origin"];

describe.each(setups)("envoy/$file under Envoy $version", ({ version, file }) => {
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    const places = { servicePort, corsd: { pipe: corsd.socket } };
    envoy = await startEnvoy({ config: await renderConfig(join(folder, file), places), version });
  });

  afterAll(() => envoy.stop());

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${envoy.port}${path}`, init);

  const preflight = (path: string, origin: string, method: string): Promise<Response> =>
    ask(path, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "x-api-key",
      },
    });

  test("grants a preflight", async () => {
    const response = await preflight("/orders/1", app, "PUT");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect(relevant(response.headers)).toEqual({
      "access-control-allow-origin": app,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, HEAD, POST, PUT",
      "access-control-allow-headers": "content-type, x-api-key",
      "access-control-max-age": "0",
      vary: expect.any(String),
    });
    expect(varied(response.headers)).toEqual(preflightVary);
  });

  test.for([
    { what: "method", origin: app, method: "DELETE", status: 405, text: "Method Not Allowed" },
    {
      what: "origin",
      origin: evil,
      method: "PUT",
      status: 403,
      text: "Specified Origin is not allowed",
    },
  ])("refuses a preflight by $what", async ({ origin, method, status, text }) => {
    const response = await preflight("/orders/1", origin, method);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(text);
    expect(relevant(response.headers)).toEqual({ vary: expect.any(String) });
    expect(varied(response.headers)).toEqual(preflightVary);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("decorates an actual request and keeps the service's own Vary", async () => {
    const response = await ask("/orders", { headers: { origin: app } });
    expect(response.status).toBe(200);
    expect(relevant(response.headers)).toEqual({
      "access-control-allow-origin": app,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "x-total-count",
      vary: expect.any(String),
    });
    expect(varied(response.headers)).toEqual(["accept-encoding", "origin"]);
  });

  test("replaces the service's own star", async () => {
    const response = await ask("/public", { headers: { origin: app } });
    expect(response.headers.get("access-control-allow-origin")).toBe(app);
  });

  test("decorates an error of the service", async () => {
    const response = await ask("/broken", { headers: { origin: app } });
    expect(response.status).toBe(503);
    expect(response.headers.get("access-control-allow-origin")).toBe(app);
  });

  test("refuses an actual request before the service, and says why in the access log", async () => {
    const response = await ask("/orders?try=refused", { headers: { origin: evil } });
    expect(response.status).toBe(403);
    expect(relevant(response.headers)).toEqual({ vary: "Origin" });
    const seen = await fetch(`http://127.0.0.1:${servicePort}/seen?try=refused`);
    expect(await seen.json()).toEqual([]);
    await expect.poll(envoy.log).toContain('"details":"corsd_origin-not-allowed"');
  });

  test("tells caches about Origin in the answer to a request without one", async () => {
    const response = await ask("/orders");
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(varied(response.headers)).toContain("origin");
  });
});

/** `preflight: continue` in a full set-up needs Envoy 1.37. */
const continuing = setups.filter(({ version, file }) => later(version) || file === files[2]);

function later(version: EnvoyVersion): boolean {
  return Number(version.split(".")[1]) >= 37;
}

test.for(continuing)(
  "envoy/$file under Envoy $version lets an allowed preflight go on",
  async ({ version, file }) => {
    const places = { servicePort, corsd: { pipe: corsd.socket } };
    const envoy = await startEnvoy({
      config: await renderConfig(join(folder, file), places),
      version,
    });
    try {
      const response = await fetch(`http://127.0.0.1:${envoy.port}/reports`, {
        method: "OPTIONS",
        headers: { origin: app, "access-control-request-method": "GET" },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get("access-control-allow-origin")).toBe(app);
      // Envoy's own answer: the preflight went through the filters to the route.
      await expect.poll(envoy.log).toContain('"details":"direct_response"');
    } finally {
      await envoy.stop();
    }
  },
);
