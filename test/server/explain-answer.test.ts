import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerExplain } from "../../src/server/explain-answer.ts";
import { openSource, type Source } from "../../src/source/source.ts";
import { runCorsd } from "../cli/run-corsd.ts";

const APP = "https://app.example.com";

let folder: string;
let source: Source;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corsd-explain-"));
  const file = join(folder, "a.yaml");
  await writeFile(file, `policies:\n  - name: web\n    allowOrigins: [${APP}]\n`);
  source = await openSource([file]);
});

afterAll(() => rm(folder, { recursive: true }));

async function explained(json: unknown) {
  const answer = await answerExplain(source, json);
  if (!answer.ok) throw new Error(answer.error);
  return answer.value;
}

const DESCRIBED = { method: "GET", url: "https://api.example.com/", headers: { Origin: APP } };

describe("a request that is described", () => {
  test("is explained, and needs no change where it is granted", async () => {
    const answer = await explained(DESCRIBED);
    expect(answer).toMatchObject({ outcome: "granted", policy: "web", mend: null });
    expect(answer).not.toHaveProperty("pasted");
  });

  test("comes with the change that would let it through", async () => {
    const headers = { Origin: "https://other.example" };
    expect(await explained({ ...DESCRIBED, headers })).toMatchObject({
      outcome: "refused",
      reason: "origin-not-allowed",
      mend: { kind: "change", snippet: expect.stringContaining("https://other.example") },
    });
  });
});

describe("a paste", () => {
  const CURL = `curl -X DELETE https://api.example.com/orders -H 'Origin: ${APP}'`;

  test("is what the command prints of it, and its decisive request besides", async () => {
    const copied = join(folder, "copied.txt");
    await writeFile(copied, CURL);
    const policies = join(folder, "a.yaml");
    const { out } = await runCorsd(["explain", policies, "--paste", copied, "--json"]);
    const { pasted, ...answer } = await explained({ paste: CURL });
    expect(pasted).toEqual(JSON.parse(out));
    expect(answer).toMatchObject({ outcome: "refused", reason: "method-not-allowed" });
    expect(answer).not.toHaveProperty("request");
    expect(answer.mend).toEqual(pasted?.exchanges[0]?.mend);
  });

  test("of what is granted is explained by its last request", async () => {
    const paste = `curl https://api.example.com/ -H 'Origin: ${APP}'`;
    const { pasted, ...answer } = await explained({ paste, origin: null });
    expect(answer).toMatchObject({ kind: "actual", outcome: "granted", mend: null });
    expect(pasted?.claim).toBeNull();
  });

  test("is completed by what it does not say", async () => {
    const paste =
      "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/orders. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 403.";
    const beside = { origin: "https://firefox.example", group: "none", httpVersion: "HTTP/2" };
    const { pasted, reason } = await explained({ paste, ...beside });
    expect(pasted?.claim).toEqual(expect.any(String));
    expect(reason).toBe("unknown-group");
    const [request] = pasted?.exchanges[0]?.requests ?? [];
    expect(request?.request.headers).toContainEqual(["origin", "https://firefox.example"]);
  });
});

test("a large document is unpacked only where something has to be changed", async () => {
  const unpacked: string[] = [];
  const watched: Source = {
    ...source,
    document: () => {
      unpacked.push(source.status().revision);
      return source.document();
    },
  };
  await answerExplain(watched, DESCRIBED);
  await answerExplain(watched, { paste: `curl https://api.example.com/ -H 'Origin: ${APP}'` });
  expect(unpacked).toEqual([]);
  await answerExplain(watched, { ...DESCRIBED, headers: { Origin: "https://other.example" } });
  expect(unpacked).toHaveLength(1);
});

test.each([
  [undefined, "write an object with `method` and `url`"],
  [{ ...DESCRIBED, url: "nowhere" }, "url: `nowhere`: "],
  [{ ...DESCRIBED, headers: { "a b": "" } }, "headers: `a b`: "],
  [{ ...DESCRIBED, method: "G\u202eT" }, "method: `G\\u{202e}T` is not a method name"],
  [{ paste: 1 }, "paste: write a text"],
  [{ paste: "" }, "paste: it is empty"],
  [{ paste: "x", origin: 1 }, "origin: write a text, or leave it out"],
  [{ paste: "x", method: "GET" }, "`method` is no key beside `paste`; the keys are origin"],
  [{ paste: "curl 'ftp://api.example.com/a'" }, "paste: "],
])("%j cannot be explained", async (json, error) => {
  expect(await answerExplain(source, json)).toEqual({
    ok: false,
    error: expect.stringContaining(error),
  });
});
