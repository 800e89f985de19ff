import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { buildSite } from "../../site/build-site.ts";
import { navigationOf } from "../../site/navigation.ts";
import { createSiteServer } from "../../site/serve-site.ts";
import { readSourcePages } from "../../site/source-page.ts";
import { writeSite } from "../../site/write-site.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SITE = buildSite(ROOT);
const DOCUMENTS = [...SITE.keys()]
  .filter((path) => path.endsWith(".html"))
  .map((path) => [path, textOf(path)] as const);
const PAGES = readSourcePages(ROOT);

function textOf(path: string): string {
  const content = SITE.get(path);
  return typeof content === "string" ? content : "";
}

/** Values of an attribute of the document's elements. */
function attributes(html: string, name: string): readonly string[] {
  return [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    value.replaceAll("&amp;", "&"),
  );
}

const outward = (address: string): boolean => /^[a-z]+:/.test(address);

describe("links", () => {
  test.each(DOCUMENTS)(
    "all links of %s lead to a file of the site, and to an anchor of it",
    (path, html) => {
      const lost = [...attributes(html, "href"), ...attributes(html, "src")].filter((address) => {
        if (outward(address)) return false;
        const [file = "", anchor = ""] = address.split("#");
        const target = file === "" ? path : posix.join(posix.dirname(path), file);
        const isThere = SITE.has(target);
        return !(isThere && (anchor === "" || attributes(textOf(target), "id").includes(anchor)));
      });
      expect(lost).toEqual([]);
    },
  );

  test("a link that leads nowhere is an error", () => {
    expect(() => navigationOf(PAGES.filter(({ source }) => source !== "docs/policy.md"))).toThrow(
      "there is no page docs/policy.md",
    );
  });
});

describe("every document", () => {
  test.each(DOCUMENTS)("%s asks nothing of other hosts", (_, html) => {
    const loaded = [...html.matchAll(/<(?:script|link|img|iframe)[^>]*>/g)].flatMap(([tag]) => [
      ...attributes(tag, "src"),
      ...attributes(tag, "href"),
    ]);
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((address) => outward(address) || address.startsWith("/"))).toEqual([]);
  });

  test.each(DOCUMENTS)("%s has one first heading, and each id once", (_, html) => {
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    const ids = attributes(html, "id");
    expect(ids).toEqual([...new Set(ids)]);
  });

  test("the stylesheet loads nothing", () => {
    expect(textOf("assets/style.css")).not.toMatch(/url\(|@import/);
  });
});

describe("navigation", () => {
  test("has every page once", () => {
    const inOrder = navigationOf(PAGES).flatMap(({ pages }) => pages.map(({ source }) => source));
    expect(inOrder.toSorted()).toEqual(PAGES.map(({ source }) => source).sort());
  });

  test.each(PAGES)("stands on $source, which is the current one there", ({ target }) => {
    const html = textOf(target);
    const [, navigation = ""] = /<nav id="site-navigation"(.*?)<\/nav>/s.exec(html) ?? [];
    expect(attributes(navigation, "href")).toHaveLength(PAGES.length);
    const current = navigation.match(/<a href="([^"]*)" aria-current="page">/)?.[1] ?? "";
    expect(posix.join(posix.dirname(target), current)).toBe(target);
  });

  test("has the pages of a folder as its README lists them", () => {
    const pains = navigationOf(PAGES).find(({ title }) => title === "Why did it fail?");
    const [index, ...others] = pains?.pages ?? [];
    const listed = [...(index?.text ?? "").matchAll(/^## \[.*\]\((.*)\)$/gm)].map(
      ([, name]) => name,
    );
    expect(others.map(({ source }) => source.replace("docs/pains/", ""))).toEqual(listed);
  });

  test("a page that is in no section is an error", () => {
    const stray = { source: "docs/stray.md", target: "stray.html", title: "Stray", text: "" };
    expect(() => navigationOf([...PAGES, stray])).toThrow("in no section: docs/stray.md");
  });

  test("previous and next lead through all pages", () => {
    const order = navigationOf(PAGES).flatMap(({ pages }) => pages.map(({ target }) => target));
    const walked: string[] = [];
    for (let at: string | undefined = order[0]; at !== undefined; ) {
      walked.push(at);
      const [, next] = / rel="next" href="([^"]*)"/.exec(textOf(at)) ?? [];
      at = next === undefined ? undefined : posix.join(posix.dirname(at), next);
    }
    expect(walked).toEqual(order);
  });
});

test("every document is reachable from the first page", () => {
  const seen = new Set(["index.html"]);
  for (const path of seen) {
    for (const address of attributes(textOf(path), "href")) {
      const target = posix.join(posix.dirname(path), address.split("#")[0] ?? "");
      if (!outward(address) && target.endsWith(".html")) seen.add(target);
    }
  }
  expect([...seen].toSorted()).toEqual(DOCUMENTS.map(([path]) => path).sort());
});

test("is written as files, and replaces what was there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "corsd-site-"));
  try {
    const site = new Map([
      ["index.html", "first"],
      ["deep/er/page.html", "second"],
    ]);
    await writeSite(new Map([["old.html", "old"]]), folder);
    await writeSite(site, folder);
    expect(await readFile(join(folder, "deep/er/page.html"), "utf8")).toBe("second");
    await expect(readFile(join(folder, "old.html"))).rejects.toThrow("ENOENT");
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe("the server", () => {
  async function answersOf(...paths: readonly string[]): Promise<readonly Response[]> {
    const server = createSiteServer(SITE).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const answers = await Promise.all(
      paths.map((path) => fetch(`http://127.0.0.1:${port}${path}`)),
    );
    const whole = await Promise.all(
      answers.map(async (answer) => new Response(await answer.arrayBuffer(), answer)),
    );
    server.close();
    server.closeAllConnections();
    return whole;
  }

  async function statusesOf(...paths: readonly string[]): Promise<readonly number[]> {
    return (await answersOf(...paths)).map(({ status }) => status);
  }

  test("has the site's files and nothing else", async () => {
    const there = ["/", "/index.html", "/policy.html", "/decisions/0001-node-from-npm.html"];
    expect(await statusesOf(...there)).toEqual([200, 200, 200, 200]);
    const not = ["/nothing.html", "/..%2fpackage.json", "/%", "/package.json"];
    expect(await statusesOf(...not)).toEqual([404, 404, 404, 404]);
  });

  test("has pictures as they are", async () => {
    const [answer] = await answersOf("/files/docs/console.png");
    expect(answer?.headers.get("content-type")).toBe("image/png");
    const file = await readFile(join(ROOT, "docs/console.png"));
    expect(file.equals(new Uint8Array((await answer?.arrayBuffer()) ?? []))).toBe(true);
  });
});
