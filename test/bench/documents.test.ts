import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { envoyConfig, UNEXPECTED } from "../../bench/envoy-config.ts";
import {
  documentText,
  LARGE,
  originOf,
  pathOf,
  SMALL,
  samplePairs,
} from "../../bench/large-document.ts";
import { NODE_ARGUMENTS } from "../../bench/node-arguments.ts";
import { SETUPS, variantNames, variantsOf } from "../../bench/variant.ts";
import { decide } from "../../src/cors/decide.ts";
import { compileDocument } from "../../src/policy/compile.ts";
import { libraries } from "../../src/source/libraries.ts";
import { parseBytes } from "../../src/source/parse.ts";
import { preflight } from "../cors/sample.ts";

const ROOT = join(import.meta.dirname, "..", "..");

function compile(text: string) {
  const { root, problems } = parseBytes("bench.yaml", new TextEncoder().encode(text));
  const files = root === undefined ? [] : [{ file: "bench.yaml", root }];
  const compiled = compileDocument(files, "1", libraries);
  return { snapshot: compiled.snapshot, problems: [...problems, ...compiled.problems] };
}

test("corsd is measured with the arguments of the image", () => {
  const dockerfile = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  const [, entry = "[]"] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  expect(JSON.parse(entry)).toEqual(["/nodejs/bin/node", ...NODE_ARGUMENTS, "dist/main.js"]);
});

test("the policy of the benchmark has neither errors nor a warning about its origins", () => {
  const text = readFileSync(join(ROOT, "bench", "policies.yaml"), "utf8");
  const { snapshot, problems } = compile(text);
  expect(snapshot).toBeDefined();
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
});

describe("a large document", () => {
  test("of three groups grants each of its origins in its own group only", () => {
    const size = { groups: 3, origins: 5 };
    const { snapshot } = compile(documentText(size, ["https://new.example.org"]));
    const outcomes = [
      [originOf(2, 4), pathOf(2)],
      [originOf(2, 4), pathOf(1)],
      [originOf(2, 5), pathOf(2)],
      ["https://new.example.org", pathOf(0)],
    ].map(([origin, path]) =>
      snapshot === undefined
        ? undefined
        : decide(
            snapshot,
            preflight("PUT", "content-type", { origin: origin ?? "", path: path ?? "" }),
          ).outcome,
    );
    expect(outcomes).toEqual(["granted", "refused", "refused", "granted"]);
  });

  test("has as many origins as it says, and stays under the limit of a document", () => {
    const text = documentText(LARGE);
    expect(text.match(/^ {6}- https:/gm)).toHaveLength(100_000);
    expect(text.match(/policies: \[/g)).toHaveLength(1000);
    expect(Buffer.byteLength(text)).toBeLessThan(8 * 1024 * 1024);
  });

  test("is asked all over; the small one always the same", () => {
    const pairs = new Set(samplePairs(LARGE, 2000).map(([group, at]) => `${group} ${at}`));
    expect(pairs.size).toBe(2000);
    expect(new Set(samplePairs(SMALL, 2000).map(String)).size).toBe(1);
  });
});

describe("the Envoy of a variant", () => {
  const asked = new Set(["full", "skipping", "request-only"]);

  test.each(SETUPS)("%s differs from the ready configuration in its filter only", async (setup) => {
    const socket = asked.has(setup) ? "/run/x.sock" : undefined;
    const text = JSON.stringify(await envoyConfig({ setup, servicePort: 81, socket }));
    const has = (part: string): boolean => text.includes(part);
    expect({
      ext_proc: has("ext_proc.v3.ExternalProcessor"),
      group: has("x-corsd-group"),
      socket: has('"path":"/run/x.sock"'),
      lua: has("filters.http.lua.v3.Lua"),
      native: has("cors.v3.CorsPolicy"),
      skips: has("SkipFilter"),
      metadata: has("DYNAMIC_METADATA"),
    }).toEqual({
      ext_proc: asked.has(setup),
      group: asked.has(setup),
      socket: asked.has(setup),
      lua: setup === "lua",
      native: setup === "native-cors",
      skips: setup === "skipping",
      metadata: setup === "request-only",
    });
    expect(text).toContain(UNEXPECTED);
    expect(text).toContain('"normalize_path":true');
  });

  test("may leave the group to the server", async () => {
    const config = await envoyConfig({
      setup: "full",
      servicePort: 81,
      socket: "/x",
      namesGroups: false,
    });
    expect(JSON.stringify(config)).not.toContain("x-corsd-group");
  });
});

test("a peer is set up as full, and can be picked", () => {
  const peers = [{ name: "go", socket: "/x" }];
  expect(variantNames(peers)).toEqual([...SETUPS, "go"]);
  expect(variantsOf(peers, undefined).map(({ name }) => name)).toEqual([...SETUPS, "go"]);
  expect(variantsOf(peers, ["go", "lua"]).map(({ name, setup }) => [name, setup])).toEqual([
    ["lua", "lua"],
    ["go", "full"],
  ]);
});
