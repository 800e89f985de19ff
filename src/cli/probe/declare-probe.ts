import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { ProbeFlags } from "./probe.ts";

/** `corsd probe` on the command line. */
export function declareProbe(program: Command, { output, finish }: Context): void {
  program
    .command("probe")
    .description("ask a running server as Envoy would: health, then a preflight")
    .argument("<address>", "unix:PATH or HOST:PORT, as --listen of serve")
    .option("--timeout <duration>", "how long all of it may last", "2s")
    .option("--service <name>", "the service whose health is asked for", "")
    .option(
      "--tls-ca <file>",
      "authorities (PEM) of the server's certificate; without it plaintext",
    )
    .option("--tls-cert <file>", "client certificate (PEM)")
    .option("--tls-key <file>", "private key (PEM) of that certificate")
    .option("--admin", "the address is that of the admin listener: ask whether the server is ready")
    .addHelpText(
      "after",
      `
Examples:
  corsd probe unix:/run/corsd/corsd.sock
  corsd probe 127.0.0.1:50051 --tls-ca ca.pem
  corsd probe --admin 127.0.0.1:9905

The preflight's origin is https://corsd-probe.invalid; whatever is decided about it is fine. It is counted and logged
like any other.

Exit codes: 0 it answers, 1 it does not, or is not ready, 2 wrong usage.`,
    )
    .action(async (address: string, flags: ProbeFlags) => {
      const { probeCommand } = await import("./probe.ts");
      finish(await probeCommand(address, flags, output));
    });
}
