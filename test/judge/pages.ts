import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright-core";
import { listen } from "../../demo/ports.ts";
import { originOf, type PageName, type Ports } from "./places.ts";

/** The web site: the same page under every name and port, with a frame of each kind of origin inside. */
export type Site = {
  readonly ports: Pick<Ports, "page" | "secondPage" | "ipv6Page">;
  readonly stop: () => void;
};

const HTML = `<!doctype html><title>page</title>
<iframe id="sandbox" sandbox="allow-scripts" srcdoc="<!doctype html>"></iframe>
<iframe id="data" src="data:text/html,<!doctype html>"></iframe>
<iframe id="blob"></iframe>
<script>
  const blob = new Blob(["<!doctype html>"], { type: "text/html" });
  document.getElementById("blob").src = URL.createObjectURL(blob);
</script>`;

/** Whoever starts it stops it. */
export async function startSite(): Promise<Site> {
  const create = () =>
    createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(HTML);
    });
  const servers = [create(), create(), create()] as const;
  const [first, second, third] = servers;
  const page = await listen(first, 0);
  const secondPage = await listen(second, 0);
  third.listen(0, "::1");
  const ipv6Page = await once(third, "listening").then(
    () => (third.address() as AddressInfo).port,
    () => undefined,
  );
  if (ipv6Page === undefined) {
    process.stderr.write("\n*** skipped: pages at [::1], which this machine does not have\n\n");
  }
  const stop = (): void => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  };
  return { ports: { page, secondPage, ipv6Page }, stop };
}

/** Where scripts run: a page, or a frame of one. */
export type Scripts = ReadonlyMap<PageName, Frame>;

/** All pages in a context of their own, which holds the cookies of the two named API hosts. Closed by `close`. */
export async function openPages(
  browser: Browser,
  ports: Ports,
): Promise<{ readonly scripts: Scripts; readonly close: () => Promise<void> }> {
  const context = await browser.newContext();
  await context.addCookies(
    ["api", "other"].map((host) => ({
      name: "visit",
      value: "1",
      domain: `${host}.demo.localhost`,
      path: "/",
      sameSite: "Lax",
    })),
  );
  const scripts = new Map<PageName, Frame>();
  const open = async (url: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  for (const name of ["app", "port", "sibling", "evil", "own", "ipv6"] as const) {
    if (name === "ipv6" && ports.ipv6Page === undefined) continue;
    const page = await open(`${originOf(name, ports)}/page`);
    scripts.set(name, page.mainFrame());
    if (name !== "app") continue;
    scripts.set("sandbox", await frameOf(page, "sandbox", "about:srcdoc"));
    scripts.set("data", await frameOf(page, "data", "data:"));
    scripts.set("blob", await frameOf(page, "blob", "blob:"));
  }
  return { scripts, close: () => context.close() };
}

/** The frame with this id, once it holds what it is to hold. */
async function frameOf(page: Page, id: string, start: string): Promise<Frame> {
  const element = await page.waitForSelector(`#${id}`, { state: "attached" });
  const frame = await element.contentFrame();
  if (frame === null) throw new Error(`the page has no frame \`${id}\``);
  await frame.waitForURL((url) => url.href.startsWith(start));
  return frame;
}
