import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** A file of the page. */
export type Asset = { readonly name: string; readonly type: string };

export type OpenAsset = {
  readonly type: string;
  readonly bytes: Buffer;
  /** A strong entity tag (RFC 9110 section 8.8.3). */
  readonly tag: string;
};

const SCRIPT = "text/javascript; charset=utf-8";

/** The page itself. */
export const PAGE: Asset = { name: "index.html", type: "text/html; charset=utf-8" };

/** The modules that it consists of. */
const MODULES = [
  "app.js",
  "change.js",
  "chart.js",
  "copy-button.js",
  "document-cards.js",
  "element.js",
  "explained.js",
  "format.js",
  "history.js",
  "live.js",
  "origins.js",
  "paged-list.js",
  "policy.js",
  "polling.js",
  "printable.js",
  "problems.js",
  "refusals.js",
  "rooms.js",
  "server.js",
  "state-bar.js",
  "token.js",
  "why.js",
];

/** What the page loads, and nothing else of its folder: what is asked for never becomes a path. */
export const ASSETS: readonly Asset[] = [
  { name: "style.css", type: "text/css; charset=utf-8" },
  { name: "icon.svg", type: "image/svg+xml" },
  ...MODULES.map((name) => ({ name, type: SCRIPT })),
];

const opened = new Map<Asset, Promise<OpenAsset>>();

/** Read when it is first asked for, and kept: a server whose console nobody opens holds none of it. */
export function openAsset(asset: Asset): Promise<OpenAsset> {
  const known = opened.get(asset);
  if (known !== undefined) return known;
  const opening = readAsset(asset);
  opened.set(asset, opening);
  // A file that is missing may be there the next time.
  opening.catch(() => opened.delete(asset));
  return opening;
}

async function readAsset({ name, type }: Asset): Promise<OpenAsset> {
  const bytes = await readFile(new URL(`./page/${name}`, import.meta.url));
  const digest = createHash("sha256").update(bytes).digest("base64url");
  return { type, bytes, tag: `"${digest}"` };
}
