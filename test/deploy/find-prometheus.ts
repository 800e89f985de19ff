import { findProgram } from "../find-program.ts";

/** A program of Prometheus; both are in Debian's package. */
export function findPrometheus(name: "prometheus" | "promtool"): string | undefined {
  return findProgram(name, "; Debian has it in `prometheus`");
}
