import type { PolicyDifference } from "./diff-group.ts";

/**
 * What a fact, taken by itself, does to what is admitted: `wider` may admit what was not admitted before, `narrower`
 * admits less, `other` does neither. Facts work together: an origin that one policy no longer lists may come under the
 * next one, which lists more methods.
 */
export type Effect = "wider" | "narrower" | "other";

/** Of keys whose values are texts of a fixed set, the one under which most is admitted. */
const WIDEST: Readonly<Record<string, string>> = {
  allowCredentials: "true",
  httpVersions: "all",
  requireOrigin: "false",
  webSocket: "ignore",
  allowPrivateNetwork: "true",
  timingAllowOrigin: "true",
  "behavior.refusedActual": "forward",
  "behavior.refusedPreflight": "forward",
  "behavior.checkRequested": "false",
  "behavior.checkActualMethod": "false",
  "behavior.safelistedMethods": "always",
  "behavior.sameOrigin": "exempt",
};

/** What the change of one value does; values that admit nobody, such as a status, do nothing. */
export function valueEffect(change: PolicyDifference["values"][number]): Effect {
  const { key, before, after } = change;
  if (after === WIDEST[key]) return "wider";
  if (before === WIDEST[key]) return "narrower";
  if (key !== "httpVersions") return "other";
  const known = before.split(", ");
  return after.split(", ").every((version) => known.includes(version)) ? "narrower" : "wider";
}
