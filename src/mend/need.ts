import type { Chain } from "../cors/chain.ts";
import { CORS_SAFELISTED_METHODS, MAX_METHOD_LENGTH } from "../cors/check.ts";
import type { Decision } from "../cors/decision.ts";
import { parseHeaderList } from "../cors/header-list.ts";
import { HTTP_VERSIONS } from "../cors/http-version.ts";
import type { Policy } from "../cors/policy.ts";
import type { Request } from "../cors/request.ts";
import { isToken } from "../cors/token.ts";
import { quote } from "../policy/quote.ts";
import type { Edit } from "./edit.ts";

/** What a request lacks to be granted, and for its browser to take the answer. */
export type Need =
  | { readonly kind: "nothing" }
  /** Some policy has to list its origin. */
  | { readonly kind: "origin" }
  | { readonly kind: "edits"; readonly edits: readonly Edit[] }
  /** No change of a document grants it; what to do instead, as an instruction. */
  | { readonly kind: "impossible"; readonly because: string };

const NOTHING: Need = { kind: "nothing" };
const ORIGIN: Need = { kind: "origin" };

export function needOf(decision: Decision, request: Request): Need {
  if (decision.outcome !== "refused") return browserNeed(decision, request);
  const { policy } = decision;
  switch (decision.reason) {
    case "origin-not-allowed":
      return ORIGIN;
    case "origin-required":
      return originlessNeed(decision);
    case "http-version-not-allowed":
      return versionNeed(policy, request.httpVersion);
    case "method-not-allowed":
      return methodNeed(decision, request);
    case "header-not-allowed":
      return headerNeed(decision, request);
    case "headers-malformed":
      return impossible(
        "Access-Control-Request-Headers is not a list of header names within the limits; browsers write it themselves, so correct the program that sent it",
      );
    case "path-ambiguous":
      return impossible(
        "the path as received and the path decoded belong to different groups; request it without encoded or repeated slashes and dots",
      );
    case "unknown-group":
      return impossible(
        `the deployment names the group ${quote(String(request.group))}, which the document does not have; correct the name in Envoy's configuration, or add the group`,
      );
    default:
      return impossible(
        "the Origin header is not one origin, such as `https://app.example.com`; correct what sends it",
      );
  }
}

function impossible(because: string): Need {
  return { kind: "impossible", because };
}

function edits(policy: Policy | undefined, key: Edit["key"], values: readonly string[]): Need {
  const name = String(policy?.name);
  return { kind: "edits", edits: values.map((value) => ({ policy: name, key, value })) };
}

/** One policy of the group is enough for a refusal, so that each that requires an Origin has to be changed. */
function originlessNeed({ chain }: Decision): Need {
  // Nobody but a chain refuses for that.
  const requiring = (chain as Chain).policies.filter(({ requireOrigin }) => requireOrigin);
  return {
    kind: "edits",
    edits: requiring.map(({ name }) => ({ policy: name, key: "requireOrigin", value: "false" })),
  };
}

function versionNeed(policy: Policy | undefined, version: string | undefined): Need {
  const known = HTTP_VERSIONS.find((each) => each === version);
  if (known !== undefined) return edits(policy, "httpVersions", [known]);
  return impossible(
    "the deployment does not say which HTTP version the request has; add `request.protocol` to the filter's `request_attributes`",
  );
}

function methodNeed({ kind, policy }: Decision, request: Request): Need {
  const method = String(kind === "preflight" ? request.requestMethod : request.method);
  // A list of `*` and others is an error, and `*` alone would allow every method.
  if (method.length > MAX_METHOD_LENGTH || !isToken(method) || method === "*") {
    return impossible(
      `${quote(method)} is not a method that a document can list; correct what sends it`,
    );
  }
  return edits(policy, "allowMethods", [method]);
}

function headerNeed({ policy }: Decision, request: Request): Need {
  const missing = unlisted(policy?.headers, requestedNames(request));
  const bad = missing.find((name) => name === "*" || isCorsHeader(name));
  if (bad !== undefined) {
    return impossible(
      `${quote(bad)} is not a request header that a document can list; leave it out of the request`,
    );
  }
  return edits(policy, "allowHeaders", missing);
}

/** Of a preflight that was refused for nothing before its names were looked at: so they are well formed. */
function requestedNames({ requestHeaders }: Request): readonly string[] {
  return parseHeaderList(requestHeaders ?? "") as readonly string[];
}

/** As a document is read: response headers of CORS itself are in no list. */
function isCorsHeader(name: string): boolean {
  return name.startsWith("access-control-") && !name.startsWith("access-control-request-");
}

function unlisted(
  list: Policy["methods"] | undefined,
  names: readonly string[],
): readonly string[] {
  return names.filter((name) => list?.kind === "listed" && !list.names.has(name));
}

/**
 * Where a preset does not compare what is requested, a preflight is granted all the same, and it is the browser that
 * finds its method or header missing in the answer (Fetch section 4.8, CORS-preflight fetch).
 */
function browserNeed(decision: Decision, request: Request): Need {
  const { kind, policy, outcome } = decision;
  if (kind !== "preflight" || outcome !== "granted") return NOTHING;
  const method = String(request.requestMethod);
  const isListed = unlisted(policy?.methods, [method]).length === 0;
  if (!isListed && !CORS_SAFELISTED_METHODS.has(method)) return methodNeed(decision, request);
  return unlisted(policy?.headers, requestedNames(request)).length === 0
    ? NOTHING
    : headerNeed(decision, request);
}
