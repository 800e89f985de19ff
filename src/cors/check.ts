import { allowsVersion } from "./chain.ts";
import { parseHeaderList } from "./header-list.ts";
import type { Policy } from "./policy.ts";
import type { CheckReason } from "./refusal.ts";
import type { Request } from "./request.ts";
import { err, ok, type Result } from "./result.ts";
import { isToken } from "./token.ts";

/** Longest Access-Control-Request-Method taken, in bytes: the longest registered method has 17. */
export const MAX_METHOD_LENGTH = 64;

/** The first check that failed. */
export type Failure = {
  readonly reason: CheckReason;
  /** The requested header that is not listed, where that is the reason. */
  readonly header?: string;
};

/** What a script can send without a preflight: the CORS-safelisted methods, Fetch section 2.2.1. */
export const CORS_SAFELISTED_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST"]);

/** Checks an actual request against the policy that governs it. */
export function checkActual(policy: Policy, request: Request): Failure | undefined {
  if (!allowsVersion(policy, request.httpVersion)) return { reason: "http-version-not-allowed" };
  if (policy.behavior.checkActualMethod && !allowsMethod(policy, request.method)) {
    return { reason: "method-not-allowed" };
  }
  return undefined;
}

/** Checks a preflight against the policy that governs it; gives the requested header names in lower case. */
export function checkPreflight(
  policy: Policy,
  request: Request,
): Result<readonly string[], Failure> {
  if (!allowsVersion(policy, request.httpVersion)) {
    return err({ reason: "http-version-not-allowed" });
  }
  const { checkRequested } = policy.behavior;
  const method = request.requestMethod ?? "";
  if (method.length > MAX_METHOD_LENGTH || !isToken(method)) {
    return err({ reason: "method-not-allowed" });
  }
  if (checkRequested && !allowsMethod(policy, method)) return err({ reason: "method-not-allowed" });
  const names = parseHeaderList(request.requestHeaders ?? "");
  if (names === undefined) return err({ reason: "headers-malformed" });
  const refused = checkRequested ? names.find((name) => !allowsHeader(policy, name)) : undefined;
  return refused === undefined ? ok(names) : err({ reason: "header-not-allowed", header: refused });
}

/** Methods are compared exactly, as Fetch compares them: `patch` is not `PATCH`. */
function allowsMethod({ methods, behavior }: Policy, method: string): boolean {
  if (methods.kind === "any" || methods.names.has(method)) return true;
  return behavior.safelistedMethods === "always" && CORS_SAFELISTED_METHODS.has(method);
}

function allowsHeader({ headers }: Policy, name: string): boolean {
  return headers.kind === "any" || headers.names.has(name);
}
