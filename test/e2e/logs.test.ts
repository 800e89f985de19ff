import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { listen } from "../../demo/ports.ts";
import { createService } from "../../demo/service.ts";
import { renderConfig } from "../../envoy/render.ts";
import { attributes, ExtProcClient, headers, type TestHeader } from "../server/ext-proc-client.ts";
import { adminOf } from "./corsd-metrics.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";
import { startEnvoy } from "./envoy-process.ts";

// What a process says of requests, at its most talkative: enough to find them again, and nothing of what is in them.

const SECRET = "hunter2";
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;
const ENVOY = join(import.meta.dirname, "..", "..", "envoy");

/** Refuses what it does not name, and rehearses another policy that refuses more. */
const POLICY = `policies:
  - name: web
    allowOrigins: [https://app.example.com]
    allowMethods: [GET]
    webSocket: check
  - name: next
    mode: shadow
    allowOrigins: [https://next.example.com]
`;

type Line = { readonly msg?: string; readonly reason?: string; readonly origin?: string };

/** Refused for its origin, its method, its headers, as a WebSocket handshake; and one that only a shadow refuses. */
const KINDS: readonly (readonly TestHeader[])[] = [
  [[":method", "GET"]],
  [[":method", "PATCH"]],
  [
    [":method", "OPTIONS"],
    ["access-control-request-method", "GET"],
    ["access-control-request-headers", `x-${SECRET}`],
  ],
  [
    [":method", "OPTIONS"],
    ["access-control-request-method", `${SECRET}`],
  ],
  [
    [":method", "GET"],
    ["upgrade", "websocket"],
    ["sec-websocket-protocol", SECRET],
  ],
];

const ORIGINS: readonly string[] = [
  "https://app.example.com",
  "https://evil.example",
  `https://user:${SECRET}@evil.example`,
  `https://${SECRET}@evil.example:8443`,
  `https://evil.example/?token=${SECRET}`,
  `https://evil.example#${SECRET}`,
  `https://evil.example, https://b:${SECRET}@evil.example/`,
  `https://user:${"x".repeat(300)}${SECRET}@evil.example`,
];

const PRIVATE: readonly TestHeader[] = [
  [":path", `/orders/${SECRET}?api_key=${SECRET}`],
  ["cookie", `session=${SECRET}`],
  ["authorization", `Bearer ${SECRET}`],
  ["proxy-authorization", `Basic ${SECRET}`],
  ["x-api-key", SECRET],
  ["referer", `https://app.example.com/?token=${SECRET}`],
  ["tracestate", `vendor=${SECRET}`],
  ["baggage", `user=${SECRET}`],
];

let folder: string;
let policy: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-logs-"));
  policy = join(folder, "policies.yaml");
  await writeFile(policy, POLICY);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(level: string, file = policy): Promise<RunningCorsd> {
  const args = ["--log-level", level, "--log-refusals", "1000"];
  const corsd = await startCorsd({ policy: file, args });
  onTestFinished(corsd.stop);
  return corsd;
}

/** Everything that may be refused, missing, malformed or asked for, each with secrets in it. */
async function provoke(corsd: RunningCorsd): Promise<void> {
  const client = new ExtProcClient(`unix:${corsd.socket}`);
  onTestFinished(() => client.close());
  const all = KINDS.flatMap((kind) =>
    ORIGINS.map((origin) => [...kind, ["origin", origin] as const]),
  );
  for (const lines of all) {
    const stream = client.open({ "x-api-key": SECRET, authorization: SECRET });
    stream.send({
      request_headers: headers([...lines, ...PRIVATE, ["traceparent", TRACEPARENT]]),
      attributes: attributes({ "xds.route_name": SECRET, "request.protocol": SECRET }),
    });
    await stream.next();
    stream.cancel();
  }
  for (const stream of [
    client.open({ "x-corsd-mode": SECRET }),
    client.open({ "x-corsd-group": SECRET }),
  ]) {
    stream.send({ request_headers: headers([[":method", "GET"], ...PRIVATE]) });
    await stream.next();
    stream.cancel();
  }
  for (const bytes of [Buffer.from(SECRET), Buffer.alloc(0)]) {
    await client.openRaw(bytes).status();
  }
}

/** The log of a process that has ended, line for line. */
async function linesOf(corsd: RunningCorsd): Promise<readonly Line[]> {
  await corsd.stop();
  const lines = corsd.log().trim().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Line);
}

test("nothing of what is private is said, and of a refusal these things and no others", async () => {
  const corsd = await start("trace");
  await provoke(corsd);
  const admin = await adminOf(corsd);
  await fetch(`http://${admin}/${SECRET}?token=${SECRET}`, {
    headers: { authorization: `Bearer ${SECRET}`, cookie: SECRET, origin: `https://${SECRET}` },
  });
  const lines = await linesOf(corsd);
  expect(corsd.log()).not.toContain(SECRET);
  const refusals = lines.filter(({ msg }) => msg === "request refused");
  expect(new Set(refusals.map(({ reason }) => reason))).toEqual(
    new Set(["origin-not-allowed", "method-not-allowed", "header-not-allowed", "origin-malformed"]),
  );
  for (const refusal of refusals) {
    expect(Object.keys(refusal).sort()).toEqual(
      ["level", "time", "group", "policy", "kind", "outcome", "reason", "origin", "passedOver"]
        .concat("trace_id", "span_id", "trace_flags", "msg")
        .sort(),
    );
    expect(refusal).toMatchObject({ trace_id: TRACE, span_id: SPAN, trace_flags: "01" });
    expect(String(refusal.origin).length).toBeLessThanOrEqual(256);
  }
  expect(refusals.map(({ origin }) => origin)).toContain("https://…@evil.example");
});

test.each(["full.yaml", "full-skipping.yaml", "request-only.yaml"])(
  "behind envoy/%s a refusal names the trace that the client began",
  async (name) => {
    const corsd = await start("info", join(ENVOY, "policies.yaml"));
    const service: Server = createService();
    const places = { servicePort: await listen(service, 0), corsd: { pipe: corsd.socket } };
    const envoy = await startEnvoy({ config: await renderConfig(join(ENVOY, name), places) });
    onTestFinished(async () => {
      await envoy.stop();
      service.close();
      service.closeAllConnections();
    });
    const response = await fetch(`http://127.0.0.1:${envoy.port}/orders?token=${SECRET}`, {
      headers: {
        origin: "https://evil.example",
        traceparent: TRACEPARENT,
        tracestate: `vendor=${SECRET}`,
        cookie: SECRET,
        authorization: SECRET,
      },
    });
    expect(response.status).toBe(403);
    const lines = await linesOf(corsd);
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: "request refused",
        origin: "https://evil.example",
        trace_id: TRACE,
        span_id: SPAN,
        trace_flags: "01",
      }),
    );
    expect(corsd.log()).not.toContain(SECRET);
  },
);
