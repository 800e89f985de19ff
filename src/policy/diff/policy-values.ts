import type { Behavior, Policy, RefusalStatus } from "../../cors/policy.ts";

/** Everything of a policy that is one value, by the key it is written under. */
export const POLICY_VALUES: readonly (readonly [key: string, of: (policy: Policy) => string])[] = [
  ["allowCredentials", ({ access }) => String(access.kind === "credentialed")],
  ["maxAge", ({ maxAge }) => String(maxAge ?? "no header")],
  ["httpVersions", ({ httpVersions }) => versionsText(httpVersions)],
  ["requireOrigin", ({ requireOrigin }) => String(requireOrigin)],
  ["preflight", ({ preflight }) => preflight],
  ["webSocket", ({ webSocket }) => webSocket],
  ["allowPrivateNetwork", ({ allowPrivateNetwork }) => String(allowPrivateNetwork)],
  ["timingAllowOrigin", ({ timingAllowOrigin }) => String(timingAllowOrigin)],
  ...switchKeys().map((key) => behaviorValue(key, ({ behavior }) => behavior[key])),
  ...statusKeys().map((key) =>
    behaviorValue(`refusalStatus.${key}`, ({ behavior }) => behavior.refusalStatus[key]),
  ),
];

function behaviorValue(
  key: string,
  of: (policy: Policy) => string | number | boolean,
): readonly [string, (policy: Policy) => string] {
  return [`behavior.${key}`, (policy) => String(of(policy))];
}

function versionsText(versions: Policy["httpVersions"]): string {
  return versions === undefined ? "all" : [...versions].join(", ");
}

function switchKeys(): readonly Exclude<keyof Behavior, "refusalStatus">[] {
  return [
    "refusedActual",
    "refusedPreflight",
    "preflightStatus",
    "checkRequested",
    "checkActualMethod",
    "safelistedMethods",
    "sameOrigin",
    "anyOriginAnswer",
    "exposeOnPreflight",
  ];
}

function statusKeys(): readonly (keyof RefusalStatus)[] {
  return ["origin", "method", "header", "httpVersion", "missingOrigin"];
}
