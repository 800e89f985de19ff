import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ASSETS, openAsset, PAGE } from "../../src/console/assets.ts";
import { startForTest } from "../admin/running-admin.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "src", "console", "page");
const HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

test("all files of the page are served, and each is there", async () => {
  const listed = [PAGE, ...ASSETS].map(({ name }) => name);
  expect(listed.toSorted()).toEqual((await readdir(FOLDER)).toSorted());
});

describe("/", () => {
  test.each([undefined, "*/*", "text/plain", "application/json"])(
    "is the list of routes where %s is asked for",
    async (accept) => {
      const { origin } = await startForTest();
      const answer = await fetch(origin, accept === undefined ? {} : { headers: { accept } });
      expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(answer.headers.get("vary")).toBe("accept");
    },
  );

  test("is the page where a browser asks, without inline script or style", async () => {
    const { origin } = await startForTest();
    const answer = await fetch(origin, { headers: { accept: HTML } });
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("vary")).toBe("accept");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    const text = await answer.text();
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/);
    expect(text).not.toMatch(/(?:src|href)="(?!#|console\/)/);
  });
});

describe("a file of the page", () => {
  test.each(ASSETS)("$name is what it is said to be", async ({ name, type }) => {
    const { origin } = await startForTest();
    const answer = await fetch(`${origin}/console/${name}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect((await answer.text()).length).toBeGreaterThan(0);
  });

  test("that a browser has is not sent again", async () => {
    const { origin } = await startForTest();
    const { tag } = await openAsset(PAGE);
    const ask = (known: string) =>
      fetch(origin, { headers: { accept: HTML, "if-none-match": known } });
    const same = await ask(`W/"x", ${tag}`);
    expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", tag]);
    expect((await ask('"x"')).status).toBe(200);
  });

  test("that is missing is a fault, each time", async () => {
    const missing = { name: "none.js", type: "text/javascript" };
    await expect(openAsset(missing)).rejects.toThrow("ENOENT");
    await expect(openAsset(missing)).rejects.toThrow("ENOENT");
  });
});
