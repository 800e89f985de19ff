import { err, ok } from "../../cors/result.ts";
import { exactOrigin, globOrigin, type ReadOrigin } from "../origin-entry.ts";

/** An entry of `allowedOrigins`: compared without regard to case, and to a slash behind it. */
export function springOrigin(text: string): ReadOrigin {
  if (text === "*") return ok({ pattern: "*", note: undefined });
  return exactOrigin(text.replace(/\/$/, ""), { ignoresCase: true, dropsDefaultPort: false });
}

const PORTS = /^(.*):\[(\*|[0-9]+(?:,[0-9]+)*)\]$/;

/** An entry of `allowedOriginPatterns`: `*` for any characters, and ports in brackets behind: `:[8080,8081]`, `:[*]`. */
export function springPatterns(text: string): readonly ReadOrigin[] {
  const written = text.replace(/\/$/, "");
  const [, base, ports] = PORTS.exec(written) ?? [];
  if (base === undefined || ports === undefined) return [globOrigin(written)];
  const read = globOrigin(base);
  if (!read.ok) return [err(read.error)];
  const { pattern } = read.value;
  if (pattern === "*") return [read];
  if (pattern.endsWith(":*")) {
    // The star of the host stands for a port already, so this says nothing that could be said otherwise.
    return ports === "*" ? [read] : [withPorts(`~${pattern.slice(0, -3)}.*`, ports)];
  }
  if (pattern.startsWith("~")) return [withPorts(pattern, ports)];
  const each =
    ports === "*" ? [`${pattern}:*`] : ports.split(",").map((port) => `${pattern}:${port}`);
  return each.map((one) => ok({ pattern: one, note: undefined }));
}

function withPorts(pattern: string, ports: string): ReadOrigin {
  const end = ports === "*" ? "(?::[0-9]+)?" : `:(?:${ports.replaceAll(",", "|")})`;
  return ok({ pattern: `${pattern}${end}`, note: undefined });
}
