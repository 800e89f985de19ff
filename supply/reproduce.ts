import { buildAnew } from "./build-anew.ts";

// npm run reproduce: builds dist twice, in other folders, time zones and languages, and compares what came out.

const here = await buildAnew("one", { TZ: "UTC", LANG: "C" });
const there = await buildAnew("a folder of another name", {
  TZ: "Pacific/Kiritimati",
  LANG: "de_DE.UTF-8",
});
process.stdout.write(`${here}  dist\n${there}  dist, built elsewhere\n`);
if (here !== there) {
  process.stderr.write("the two builds differ\n");
  process.exitCode = 1;
}
