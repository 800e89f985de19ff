import { err, ok, type Result } from "../../cors/result.ts";
import type { Imported } from "../imported.ts";
import { type Found, JsonReader, rootsOf } from "../json-value.ts";
import { NameGiver } from "../policy-name.ts";
import { type GatewayApi, type GatewayAssets, idOf, nameOf, readAssets } from "./gateway-assets.ts";
import { type ApiGroup, readApplications } from "./webmethods-application.ts";
import { pathsOf } from "./webmethods-path.ts";
import { webmethodsPolicy } from "./webmethods-policy.ts";

/**
 * Reads assets of webMethods API Gateway. An API names its policies, a policy its actions, and one of those may be CORS; an
 * application has origins of its own and names the APIs that it consumes.
 */
export function importWebmethods(inputs: readonly unknown[]): Result<Imported, readonly string[]> {
  const reader = new JsonReader();
  const assets = readAssets(rootsOf(inputs), reader);
  const apis = assets.apis.map((api) => servedApi(api, assets, reader));
  const names = new NameGiver();
  const actions = assets.actions.map((found): Action => {
    // Actions of all APIs have the same name, unless somebody thought of another.
    const owner = apis.find(({ action }) => action === found);
    return { found, name: names.give(owner?.called ?? nameOf(found, reader) ?? "cors") };
  });
  const made = actions.map(({ found, name }) => webmethodsPolicy(found, name, reader));
  const groups = groupsOf(apis, actions, reader);
  const applications = readApplications(assets.applications, groups, reader);
  if (reader.errors.length > 0) return err(reader.errors);
  if (actions.length === 0) return err(["/: there is no CORS policy action in it"]);
  const written = applications.flatMap(({ application }) => application ?? []);
  return ok({
    document: {
      preset: "webmethods",
      policies: made.map(({ policy }) => policy),
      ...(written.length > 0 && { applications: written }),
      apiGroups: groups.map(({ group }) => group),
    },
    differences: [...made, ...groups, ...applications].flatMap(({ differences }) => differences),
  });
}

type Action = { readonly name: string; readonly found: Found };

type ServedApi = {
  readonly called: string;
  readonly api: GatewayApi;
  /** Its CORS policy action. */
  readonly action: Found | undefined;
};

function servedApi(api: GatewayApi, assets: GatewayAssets, reader: JsonReader): ServedApi {
  const policies = reader.texts(reader.under(api.found, "policies")) ?? [];
  const actions = assets.policies
    .filter((policy) => policies.includes(`${idOf(policy, reader)}`))
    .flatMap((policy) => reader.items(reader.under(policy, "policyEnforcements")))
    .flatMap((stage) => reader.items(reader.under(stage, "enforcements")))
    .map((each) => reader.text(reader.under(each, "enforcementObjectId")));
  return {
    called: reader.text(reader.under(api.found, "apiName")) ?? "api",
    api,
    action: assets.actions.find((action) => actions.includes(`${idOf(action, reader)}`)),
  };
}

/** A group for each API, and one that matches nothing for each policy that no API has. */
function groupsOf(
  apis: readonly ServedApi[],
  actions: readonly Action[],
  reader: JsonReader,
): readonly ApiGroup[] {
  const names = new NameGiver();
  const groups = apis.map(({ called, api, action }): ApiGroup => {
    const policies = actions.filter(({ found }) => found === action).map(({ name }) => name);
    const { paths, presumed } = pathsOf(api, reader);
    const text = `the API is taken to be served under \`${paths[0]}\`, as API Gateway does by default`;
    return {
      group: { name: names.give(called), match: paths.map((path) => ({ path })), policies },
      id: idOf(api.found, reader),
      differences: presumed
        ? policies.map((policy) => ({ place: api.found.place, policy, text }))
        : [],
    };
  });
  const attached = new Set(apis.map(({ action }) => action));
  return [
    ...groups,
    ...actions
      .filter(({ found }) => !attached.has(found))
      .map(({ name, found }): ApiGroup => {
        const text = "no API among the files has it: its group matches nothing until you say what";
        return {
          group: { name: names.give(name), match: [], policies: [name] },
          id: undefined,
          differences: [{ place: found.place, policy: name, text }],
        };
      }),
  ];
}
