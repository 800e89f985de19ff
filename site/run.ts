import { join } from "node:path";
import { Command } from "commander";
import { listen } from "../demo/ports.ts";
import { buildSite } from "./build-site.ts";
import { createSiteServer } from "./serve-site.ts";
import { writeSite } from "./write-site.ts";

// `npm run docs`: the site made of `docs/`.

const root = join(import.meta.dirname, "..");

const program = new Command("npm run docs --")
  .description("make the documentation's site in dist-docs/")
  .option(
    "--serve [port]",
    "then show it on 127.0.0.1, on this port or, where it is taken, a free one (default 8090)",
  )
  .parse();
const { serve } = program.opts<{ serve?: string | true }>();
const port = serve === true ? 8090 : Number(serve ?? 0);
if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
  program.error(`--serve ${serve}: not a port`);
}
const site = buildSite(root);
await writeSite(site, join(root, "dist-docs"));
process.stdout.write(`dist-docs/: ${site.size} files\n`);
if (serve !== undefined) {
  const bound = await listen(createSiteServer(site), port);
  process.stdout.write(`http://127.0.0.1:${bound}/\n`);
}
