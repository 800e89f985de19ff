/**
 * Turns the output of Envoy and corsd, mostly JSON lines, into lines for people. Takes text as it comes, in pieces.
 */
export function narrator(name: string, write: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const said = narrate(line);
      if (said !== "") write(`${name.padEnd(6)} ${said}`);
    }
  };
}

function narrate(line: string): string {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof entry !== "object" || entry === null) return line;
  return "details" in entry ? accessLine(new Map(Object.entries(entry))) : logLine(entry);
}

/** Of Envoy's access log. */
function accessLine(entry: ReadonlyMap<string, unknown>): string {
  const origin = entry.get("origin");
  const from = origin === null || origin === undefined ? "" : ` from ${origin}`;
  // `via_upstream` and its like are the normal course and say nothing here.
  const details = String(entry.get("details"));
  const because = details.startsWith("corsd_") ? `  ${details.slice("corsd_".length)}` : "";
  return `${entry.get("method")} ${entry.get("path")}${from}  ${entry.get("status")}${because}`;
}

/** What pino writes on every line and a person at a terminal does not need. */
const noise = new Set(["level", "time", "pid", "hostname", "msg", "name"]);

function logLine(entry: object): string {
  const more = Object.entries(entry)
    .filter(([key]) => !noise.has(key))
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const message = "msg" in entry ? String(entry.msg) : "";
  return [message, ...more].join("  ");
}
