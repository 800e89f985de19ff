import { parseArgs } from "node:util";
import { reportOf, violations } from "./report.ts";
import { soak } from "./soak.ts";

// npm run soak [-- --minutes N]: prints a table of what was seen; exit code 1 where something should not be.

const { values } = parseArgs({ options: { minutes: { type: "string", default: "30" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 7 * 24 * 60)) {
  process.stderr.write("--minutes is a number above 0, at most a week\n");
  process.exitCode = 2;
} else {
  const began = Date.now();
  const findings = await soak({
    seconds: minutes * 60,
    progress: (line) => {
      const at = Math.round((Date.now() - began) / 1_000);
      process.stderr.write(`${String(at).padStart(5)} s  ${line}\n`);
    },
  });
  process.stdout.write(`\n${reportOf(findings)}\n`);
  for (const words of findings.ledger.words) process.stdout.write(`${words}\n`);
  const found = violations(findings);
  process.stdout.write(found.length === 0 ? "all is well\n" : `${found.join("\n")}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
