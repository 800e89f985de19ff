import { readOrigin } from "../cors/origin.ts";
import type { AdmittedOrigin } from "../cors/origin-pattern.ts";
import type { Application, Policy } from "../cors/policy.ts";
import type { Request } from "../cors/request.ts";

/**
 * Policies and applications as a few requests see them: of their lists only the entries that could admit one of the
 * origins. What is decided about these requests is the same, and a group of 100,000 origins becomes one of a handful:
 * one pass over the lists, and no index of them.
 */
export class OriginView {
  readonly #candidates: ReadonlySet<string>;
  readonly #seen: Map<readonly AdmittedOrigin[], readonly AdmittedOrigin[]> = new Map();

  constructor(requests: readonly Request[]) {
    this.#candidates = new Set(["*", "null", ...requests.flatMap(candidates)]);
  }

  policy(policy: Policy): Policy {
    const { access } = policy;
    if (access.kind === "anyone") return policy;
    return { ...policy, access: { ...access, origins: this.#origins(access.origins) } };
  }

  application(application: Application): Application {
    return { ...application, origins: this.#origins(application.origins) };
  }

  #origins(origins: readonly AdmittedOrigin[]): readonly AdmittedOrigin[] {
    const seen =
      this.#seen.get(origins) ??
      origins.filter((each) => typeof each !== "string" || this.#candidates.has(each));
    this.#seen.set(origins, seen);
    return seen;
  }
}

/** The texts of all patterns that admit the request's origin, expressions aside; at most 512 for a host of 127 labels. */
function candidates({ origin }: Request): readonly string[] {
  const received = readOrigin(origin);
  if (received.kind !== "tuple") return [];
  const { scheme, host, port } = received.origin;
  const hosts = [host, "*"];
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    hosts.push(`*${host.slice(dot)}`);
  }
  const written = port === undefined ? "" : `:${port}`;
  return hosts.flatMap((each) => [`${scheme}://${each}${written}`, `${scheme}://${each}:*`]);
}
