import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf } from "../markdown.ts";
import {
  attributes,
  ExtProcClient,
  headers,
  type ProcessingResponse,
} from "../server/ext-proc-client.ts";
import { type RunningCorsd, startCorsd } from "./corsd-process.ts";

// A shadow policy in front of the one in force, as docs/operations.md says to roll a change out: what a real process
// answers, counts and logs.

const PAGE = "docs/operations.md";
const PAGE_TEXT = await readFile(join(import.meta.dirname, "..", "..", PAGE), "utf8");
const [DOCUMENT = ""] = blocksOf({ path: PAGE, text: PAGE_TEXT })
  .filter(({ info, text }) => info === "yaml" && text.includes("mode: shadow"))
  .map(({ text }) => text);

const app = "https://app.example.com";
const foreign = "https://evil.example";

describe.each([{ args: [] }, { args: ["--workers", "2"] }])("serve $args", ({ args }) => {
  let folder: string;
  let corsd: RunningCorsd;
  let client: ExtProcClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "corsd-shadow-"));
    const policy = join(folder, "policies.yaml");
    await writeFile(policy, DOCUMENT);
    corsd = await startCorsd({ policy, args });
    client = new ExtProcClient(`unix:${corsd.socket}`);
  });

  afterAll(async () => {
    client.close();
    await corsd.stop();
    await rm(folder, { recursive: true });
  });

  async function ask(method: string, origin: string): Promise<ProcessingResponse | undefined> {
    const stream = client.open({});
    stream.send({
      request_headers: headers([
        [":method", method],
        [":path", "/orders"],
        [":authority", "api.example.com"],
        ["origin", origin],
      ]),
      attributes: attributes({}),
    });
    const answer = await stream.next();
    stream.end();
    return answer;
  }

  test("applies the policy in force, and tells where the other one would do otherwise", async () => {
    await expect.poll(corsd.log).toContain('"serving"');
    expect(await ask("GET", app)).toHaveProperty("request_headers");
    // The shadow policy allows GET alone.
    expect(await ask("POST", app)).toHaveProperty("request_headers");
    const refused = await ask("GET", foreign);
    expect(refused?.immediate_response).toMatchObject({ status: { code: 403 } });

    const [, admin] = /"admin":"([^"]+)"/.exec(corsd.log()) ?? [];
    const metrics = await (await fetch(`http://${admin}/metrics`)).text();
    const seen = metrics
      .split("\n")
      .flatMap(
        (line) =>
          /^corsd_(?:shadow_)?decisions_total\{group="orders",(.*)$/.exec(line)?.slice(0, 1) ?? [],
      )
      .toSorted();
    expect(seen).toEqual([
      'corsd_decisions_total{group="orders",policy="",kind="actual",outcome="refused",reason="origin-not-allowed"} 1',
      'corsd_decisions_total{group="orders",policy="shop",kind="actual",outcome="granted",reason=""} 2',
      'corsd_shadow_decisions_total{group="orders",policy="",kind="actual",outcome="refused",reason="origin-not-allowed",differs="false"} 1',
      'corsd_shadow_decisions_total{group="orders",policy="shop-next",kind="actual",outcome="granted",reason="",differs="false"} 1',
      'corsd_shadow_decisions_total{group="orders",policy="shop-next",kind="actual",outcome="refused",reason="method-not-allowed",differs="true"} 1',
    ]);

    const differing = (): readonly string[] =>
      corsd
        .log()
        .split("\n")
        .filter((line) => line.includes('"shadow decision differs"'));
    await expect.poll(differing).toHaveLength(1);
    expect(JSON.parse(differing()[0] ?? "")).toMatchObject({
      level: "info",
      group: "orders",
      policy: "shop-next",
      kind: "actual",
      outcome: "refused",
      reason: "method-not-allowed",
      origin: app,
      passedOver: 0,
    });
  });
});
