import { createServer, type Server } from "node:http";
import { extname } from "node:path";
import type { Site } from "./build-site.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

/** Serves the site's files, and nothing else of this machine; the site needs nothing from elsewhere either. */
export function createSiteServer(site: Site): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const path = pathname.slice(1).replace(/(^|\/)$/, "$1index.html");
    const content = site.get(path);
    if (content === undefined) {
      response.writeHead(404, { "content-type": "text/plain" }).end("there is no such page\n");
      return;
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "text/plain; charset=utf-8",
      "content-security-policy": "default-src 'self'",
      "cache-control": "no-store",
    });
    response.end(content);
  });
}
