import { type Found, isAbsent, isObject, type JsonReader } from "../json-value.ts";

/** Assets of an API Gateway that are about CORS, each as it was found. */
export type GatewayAssets = {
  /** CORS policy actions. */
  readonly actions: readonly Found[];
  /** What names actions by their ids. */
  readonly policies: readonly Found[];
  readonly apis: readonly GatewayApi[];
  readonly applications: readonly Found[];
};

export type GatewayApi = {
  readonly found: Found;
  /** URLs under which the gateway serves it; the REST API gives them beside the API. */
  readonly endpoints: Found;
};

type Kind = "action" | "policy" | "api" | "application";

/** By what one sees which asset an object is. */
const SIGNS: readonly (readonly [string, Kind])[] = [
  ["templateKey", "action"],
  ["policyEnforcements", "policy"],
  ["apiName", "api"],
  ["jsOrigins", "application"],
  ["consumingAPIs", "application"],
];

/** What the answers of the REST API put around assets. */
const WRAPPERS = [
  "policyAction",
  "policyActions",
  "policy",
  "policies",
  "apiResponse",
  "api",
  "applications",
];

/** Sorts what the inputs hold: files of an export, or answers of the REST API, one asset or a list. */
export function readAssets(roots: readonly Found[], reader: JsonReader): GatewayAssets {
  const sorted: Record<Kind, Asset[]> = { action: [], policy: [], api: [], application: [] };
  for (const root of roots) {
    const assets = assetsOf(root, NOTHING, reader);
    for (const asset of assets) sorted[asset.kind].push(asset);
    if (assets.length > 0) continue;
    reader.report(
      root,
      "this is no policy action, policy, API or application of webMethods API Gateway",
    );
  }
  return {
    actions: sorted.action.map(({ found }) => found).filter((found) => isCors(found, reader)),
    policies: sorted.policy.map(({ found }) => found),
    apis: sorted.api,
    applications: sorted.application.map(({ found }) => found),
  };
}

type Asset = GatewayApi & { readonly kind: Kind };

/** A value that is not there. */
export const NOTHING: Found = { value: undefined, place: "" };

function assetsOf(found: Found, endpoints: Found, reader: JsonReader): readonly Asset[] {
  if (Array.isArray(found.value)) {
    return reader.items(found).flatMap((item) => assetsOf(item, NOTHING, reader));
  }
  const { value } = found;
  if (!isObject(value)) return [];
  const kind = SIGNS.find(([key]) => Object.hasOwn(value, key))?.[1];
  if (kind !== undefined) return [{ kind, found, endpoints }];
  const beside = reader.under(found, "gatewayEndPoints");
  return WRAPPERS.filter((key) => Object.hasOwn(value, key)).flatMap((key) =>
    assetsOf(reader.under(found, key), beside, reader),
  );
}

function isCors(action: Found, reader: JsonReader): boolean {
  return ["cors", "corsPolicy"].includes(reader.text(reader.under(action, "templateKey")) ?? "");
}

/** The text under `names`, of which there is one for each language. */
export function nameOf(found: Found, reader: JsonReader): string | undefined {
  const [first] = reader.items(reader.under(found, "names"));
  return first && reader.text(reader.under(first, "value"));
}

/** The texts of the parameters of an action by their keys, on whatever level they stand. */
export function parametersOf(action: Found, reader: JsonReader): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  for (const parameter of reader.items(reader.under(action, "parameters"))) {
    const key = reader.text(reader.under(parameter, "templateKey"));
    const values = reader.under(parameter, "values");
    if (key !== undefined && !isAbsent(values)) found.set(key, values);
    for (const [below, each] of parametersOf(parameter, reader)) found.set(below, each);
  }
  return found;
}

export function idOf(found: Found, reader: JsonReader): string | undefined {
  return reader.text(reader.under(found, "id"));
}
