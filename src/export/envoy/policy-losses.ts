import { CORS_SAFELISTED_METHODS } from "../../cors/check.ts";
import type { Policy } from "../../cors/policy.ts";

// What the native filter has no word for, as users of the API will see it.

type Remark = { readonly holds: (policy: Policy) => boolean; readonly text: string };

const REMARKS: readonly Remark[] = [
  {
    holds: ({ behavior }) => behavior.refusedActual === "reject",
    text: "a request of another origin is not refused: it reaches the service, and only the browser keeps the answer from the page",
  },
  {
    holds: ({ behavior }) => behavior.refusedPreflight === "reject",
    text: "a refused preflight gets 200 without Access-Control-Allow-Origin, not an error that says why",
  },
  {
    holds: ({ behavior }) => behavior.preflightStatus !== 200,
    text: "a preflight is answered with 200, the only status there is",
  },
  {
    holds: ({ behavior }) => behavior.checkRequested,
    text: "a preflight of an admitted origin is always answered: that its method and headers are listed is for the browser to compare",
  },
  {
    holds: ({ behavior }) => behavior.checkActualMethod,
    text: "the method of an actual request is not compared",
  },
  {
    holds: (policy) => !takesSafelisted(policy),
    text: "GET, HEAD and POST that need no preflight can be sent and read although they are not listed",
  },
  {
    holds: ({ httpVersions }) => httpVersions !== undefined,
    text: "every HTTP version is served",
  },
  { holds: ({ requireOrigin }) => requireOrigin, text: "a request without Origin is not refused" },
  {
    holds: ({ preflight }) => preflight === "continue",
    text: "preflights are answered at once: filters behind this one do not see them",
  },
  {
    holds: ({ webSocket }) => webSocket === "check",
    text: "WebSocket handshakes of other origins are not refused",
  },
  {
    holds: ({ timingAllowOrigin }) => timingAllowOrigin,
    text: "Timing-Allow-Origin is not sent, and not removed from what the service answers",
  },
  {
    holds: ({ access }) => access.kind === "anyone" && access.answer === "star",
    text: "Access-Control-Allow-Origin names the page's origin instead of `*`",
  },
  {
    holds: ({ access, exposed }) => access.kind === "credentialed" && exposed.kind === "any",
    text: "with credentials browsers take `*` in Access-Control-Expose-Headers for a name, so no header is exposed",
  },
];

export function policyLosses(policy: Policy): readonly string[] {
  return REMARKS.filter(({ holds }) => holds(policy)).map(({ text }) => text);
}

function takesSafelisted({ methods, behavior }: Policy): boolean {
  if (methods.kind === "any" || behavior.safelistedMethods === "always") return true;
  return [...CORS_SAFELISTED_METHODS].every((method) => methods.names.has(method));
}
