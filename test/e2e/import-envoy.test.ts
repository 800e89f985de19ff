import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { exportEnvoy } from "../../src/export/envoy/export-envoy.ts";
import { importEnvoy } from "../../src/import/envoy/import-envoy.ts";
import { settle } from "../../src/import/settle.ts";
import type { WrittenDocument } from "../../src/import/written-document.ts";
import { resolveDocument } from "../../src/policy/resolve-document.ts";
import { libraries } from "../../src/source/libraries.ts";
import { compileObject } from "../policy/compile-object.ts";
import {
  type Asked,
  CLUSTER,
  decided,
  requestsOf,
  type Seen,
  startNativeEnvoy,
} from "./native-envoy.ts";

// What is imported from a configuration of Envoy's own filter is compared with what that filter does: it never grants
// more, and where it grants less, that stands among the differences.

const ROUTES = join(import.meta.dirname, "..", "import", "envoy", "routes.yaml");

const ORIGINS = [
  "https://app.example.com",
  "https://app.example.com:8443",
  "https://app.example.com.evil.example",
  "http://app.example.com",
  "https://upper.example",
  "https://pr-1.preview.example",
  "https://pr-1.preview.example.evil.example",
  "https://orders.example",
  "https://beta.example",
  "http://localhost:3000",
  "http://localhost",
  "https://a.example.com",
  "https://a.b.example.com",
  "https://example.com",
  "https://partner.example",
  "https://shop.partner.example",
  "https://evilpartner.example",
  "http://partner.example",
  "https://inner.example",
  "https://inner.example.evil.example",
  "https://a-b.example",
  "null",
];

const TARGETS = [
  ["api.example.com", "/"],
  ["api.example.com:8080", "/catalogue"],
  ["api.example.com", "/orders"],
  ["api.example.com", "/orders/1"],
  ["api.example.com", "/status"],
  ["api.example.com", "/status/deep"],
  ["api.example.com", "/old/x"],
  ["api.example.com", "/direct"],
  ["x.public.example", "/open"],
  ["x.public.example", "/open2"],
  ["x.public.example", "/dangerous/x"],
  ["x.public.example", "/prefix"],
  ["foreign.example", "/prefix"],
  ["foreign.example", "/suffix/x"],
  ["foreign.example", "/star"],
  ["foreign.example", "/share"],
  ["foreign.example", "/none"],
] as const;

const REQUESTS = requestsOf(ORIGINS, TARGETS);

/** What is granted less, as `host/path origin`, and with what words it was said. */
const LESS: readonly (readonly [lost: RegExp, said: RegExp])[] = [
  [/\/status\/deep /, /`\/status` cannot be told from the paths below it/],
  [/\/open2 /, /`\/open2` and the like/],
  [/\/dangerous\/x /, /`\*` cannot be combined with credentials/],
  [/\/prefix https?:\/\/app\.example\.com[:.]/, /only begin with `https:\/\/app.example.com`/],
  [/\/prefix https:\/\/app\./, /origins that begin with `https:\/\/app\.`/],
  [/\/star /, /takes the text `\*` too/],
  [/\/suffix\/x http:/, /nor any scheme but https/],
  [/\/suffix\/x https:\/\/evilpartner/, /`partner.example` is read as the domain/],
  [/\/suffix\/x https:\/\/inner.example.evil/, /`inner.example` is read as the domain/],
  [/\/suffix\/x https:\/\/(?:a-b|pr-1)/, /contains `-` are left out/],
];

async function answersOf(routeConfig: object): Promise<readonly Seen[]> {
  const envoy = await startNativeEnvoy(routeConfig);
  onTestFinished(envoy.stop);
  const answers: Seen[] = [];
  for (const asked of REQUESTS) answers.push(await envoy.ask(asked));
  return answers;
}

const nameOf = ({ host, path, headers }: Asked): string => `${host}${path} ${headers.origin}`;

describe("corsd import envoy, against a real Envoy", () => {
  test("grants nothing that the filter does not, and says what it no longer grants", async () => {
    const configuration = parse(await readFile(ROUTES, "utf8"));
    const read = importEnvoy([configuration]);
    if (!read.ok) throw new Error(read.error.join("\n"));
    const { document, differences } = settle(read.value, libraries);
    const answers = await answersOf(configuration);
    const rows = REQUESTS.map((asked, index) => ({
      name: nameOf(asked),
      asked,
      native: answers[index] ?? {},
      imported: decided(document, asked),
    }));
    const same = rows.filter(({ native, imported }) => isSame(native, imported));
    const others = rows.filter((row) => !same.includes(row));
    // Nothing is granted that was not.
    expect(others.filter(({ native }) => Object.keys(native).length === 0)).toEqual([]);
    // And what is granted less is expected to be, and said.
    const unexpected = others.filter(({ name }) => !LESS.some(([lost]) => lost.test(name)));
    expect(unexpected).toEqual([]);
    const texts = differences.map(({ text }) => text).join("\n");
    for (const [lost, said] of LESS) {
      expect([lost, others.some(({ name }) => lost.test(name))]).toEqual([lost, true]);
      expect(texts).toMatch(said);
    }
    expect(same.filter(({ native }) => Object.keys(native).length > 0).length).toBeGreaterThan(150);
  });

  test("what is exported and imported again decides the same", async () => {
    const read = importEnvoy([parse(await readFile(ROUTES, "utf8"))]);
    if (!read.ok) throw new Error(read.error.join("\n"));
    const first = settle(read.value, libraries).document;
    const exported = exportEnvoy(resolveDocument(compileObject(first).document), CLUSTER);
    // Left out of the export, which says so.
    expect(exported.losses.map(({ text }) => text).join()).toContain("`~[*]|https://app");
    const isKept = ({ path }: Asked): boolean => path !== "/star";
    const again = importEnvoy([exported]);
    if (!again.ok) throw new Error(again.error.join("\n"));
    const second = settle(again.value, libraries).document;
    const decisions = (document: WrittenDocument): readonly unknown[] =>
      REQUESTS.filter(isKept).map((asked) => [nameOf(asked), decided(document, asked)]);
    expect(decisions(second)).toEqual(decisions(first));
    const answers = await answersOf(exported.route_config);
    const seen = REQUESTS.flatMap((asked, index) =>
      isKept(asked) ? [[nameOf(asked), answers[index]]] : [],
    );
    expect(seen).toEqual(decisions(first));
  });
});

function isSame(native: Seen, imported: Seen): boolean {
  return JSON.stringify(native) === JSON.stringify(imported);
}
