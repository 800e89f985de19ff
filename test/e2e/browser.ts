import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** `$CHROMIUM`, else a Chromium or Chrome on the PATH; undefined, and said loudly, where there is none. */
export async function findChromium(): Promise<string | undefined> {
  const { CHROMIUM: named = "", PATH: path = "" } = process.env;
  const onPath = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const candidate of named === "" ? onPath : [named]) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  process.stderr.write(
    "\n*** skipped: no Chromium (set CHROMIUM, or put `chromium` or `google-chrome` on the PATH)\n\n",
  );
  return undefined;
}

/** A browser without its own traffic; whoever starts it closes it. Rules say where names lead, as `MAP host:port address`. */
export function launchChromium(
  executablePath: string,
  more: { readonly rules?: readonly string[]; readonly args?: readonly string[] } = {},
): Promise<Browser> {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({
    executablePath,
    args: [
      ...asRoot,
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-dev-shm-usage",
      "--no-first-run",
      // The names of the demo are loopback's wherever the machine's resolver would send them.
      `--host-resolver-rules=${["MAP *.localhost 127.0.0.1", ...(more.rules ?? [])].join(", ")}`,
      "--no-proxy-server",
      ...(more.args ?? []),
    ],
  });
}
