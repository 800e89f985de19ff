import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackendTrafficPolicy } from "@kubernetes-models/envoy-gateway/gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy";
import { ClientTrafficPolicy } from "@kubernetes-models/envoy-gateway/gateway.envoyproxy.io/v1alpha1/ClientTrafficPolicy";
import { EnvoyExtensionPolicy } from "@kubernetes-models/envoy-gateway/gateway.envoyproxy.io/v1alpha1/EnvoyExtensionPolicy";
import { EnvoyPatchPolicy } from "@kubernetes-models/envoy-gateway/gateway.envoyproxy.io/v1alpha1/EnvoyPatchPolicy";
import { EnvoyProxy } from "@kubernetes-models/envoy-gateway/gateway.envoyproxy.io/v1alpha1/EnvoyProxy";
import { Gateway } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway";
import { GatewayClass } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/GatewayClass";
import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import { EnvoyFilter } from "@kubernetes-models/istio/networking.istio.io/v1alpha3/EnvoyFilter";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { startChild } from "../../envoy/child.ts";
import type { Manifest } from "./manifests.ts";

// What Kubernetes, Gateway API, Envoy Gateway and Istio publish for their kinds, as the packages `kubernetes-models`
// make it from their sources: types, and validators of values. The validators let unknown fields through as the API
// server's pruning would; the types do not. Rules in CEL (`x-kubernetes-validations`) are in neither.

type Published = {
  readonly model: new (data: never) => { readonly validate: () => void };
  /** Where the interface of the kind is, which is named `I` and the kind. */
  readonly module: string;
};

const CORE = "kubernetes-models";
const GATEWAY_API = "@kubernetes-models/gateway-api/gateway.networking.k8s.io";
const ENVOY_GATEWAY = "@kubernetes-models/envoy-gateway/gateway.envoyproxy.io";
const ISTIO = "@kubernetes-models/istio/networking.istio.io";

const PUBLISHED: Readonly<Record<string, Published>> = {
  "v1/Service": { model: Service, module: CORE },
  "v1/ServiceAccount": { model: ServiceAccount, module: CORE },
  "apps/v1/Deployment": { model: Deployment, module: CORE },
  "autoscaling/v2/HorizontalPodAutoscaler": { model: HorizontalPodAutoscaler, module: CORE },
  "networking.k8s.io/v1/NetworkPolicy": { model: NetworkPolicy, module: CORE },
  "policy/v1/PodDisruptionBudget": { model: PodDisruptionBudget, module: CORE },
  "gateway.networking.k8s.io/v1/Gateway": { model: Gateway, module: GATEWAY_API },
  "gateway.networking.k8s.io/v1/GatewayClass": { model: GatewayClass, module: GATEWAY_API },
  "gateway.networking.k8s.io/v1/HTTPRoute": { model: HTTPRoute, module: GATEWAY_API },
  "gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy": {
    model: BackendTrafficPolicy,
    module: ENVOY_GATEWAY,
  },
  "gateway.envoyproxy.io/v1alpha1/ClientTrafficPolicy": {
    model: ClientTrafficPolicy,
    module: ENVOY_GATEWAY,
  },
  "gateway.envoyproxy.io/v1alpha1/EnvoyExtensionPolicy": {
    model: EnvoyExtensionPolicy,
    module: ENVOY_GATEWAY,
  },
  "gateway.envoyproxy.io/v1alpha1/EnvoyPatchPolicy": {
    model: EnvoyPatchPolicy,
    module: ENVOY_GATEWAY,
  },
  "gateway.envoyproxy.io/v1alpha1/EnvoyProxy": { model: EnvoyProxy, module: ENVOY_GATEWAY },
  "networking.istio.io/v1alpha3/EnvoyFilter": { model: EnvoyFilter, module: ISTIO },
};

/** Everything that the published types and validators have against these manifests, a line each. */
export async function problemsOf(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const known = manifests.filter((each) => PUBLISHED[idOf(each)] !== undefined);
  const unknown = manifests
    .filter((each) => PUBLISHED[idOf(each)] === undefined)
    .map((each) => `${each.file}: nothing is published for ${idOf(each)}`);
  return [...unknown, ...known.flatMap(wrongValues), ...(await wrongFields(known))];
}

function idOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion}/${kind}`;
}

function publishedFor(manifest: Manifest): Published {
  const published = PUBLISHED[idOf(manifest)];
  if (published === undefined) throw new Error(`nothing is published for ${idOf(manifest)}`);
  return published;
}

function wrongValues(manifest: Manifest): readonly string[] {
  const { model: Model } = publishedFor(manifest);
  try {
    new Model(manifest.written as never).validate();
    return [];
  } catch (error) {
    return [`${manifest.file}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** A manifest written as an object literal of its type: the compiler then refuses every field that the type lacks. */
async function wrongFields(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "corsd-manifests-"));
  const root = join(import.meta.dirname, "..", "..");
  try {
    // One line each, so that the compiler's line says which.
    const lines = manifests.map((manifest, index) => {
      const { apiVersion, kind, written } = manifest;
      const version = apiVersion.includes(".") ? (apiVersion.split("/")[1] ?? "") : apiVersion;
      const base = publishedFor(manifest).module;
      const group = base === CORE ? apiVersion : version;
      return `export const m${index}: import("${base}/${group}/${kind}").I${kind} = ${JSON.stringify(written)};`;
    });
    await writeFile(join(folder, "manifests.ts"), `${lines.join("\n")}\n`);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      module: "NodeNext",
      target: "ES2023",
      types: [],
      skipLibCheck: true,
    };
    const config = { compilerOptions, files: ["manifests.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const compiler = startChild(process.execPath, [tsc, "--project", folder, "--pretty", "false"]);
    const end = await compiler.ended;
    const errors = [
      ...compiler.output().matchAll(/^[^\n]*manifests\.ts\((\d+),\d+\): error ([^\n]*)/gm),
    ].map(([, line, message]) => `${manifests[Number(line) - 1]?.file}: ${message}`);
    // Whatever else the compiler has to say is a fault of this test.
    if (end !== "exit 0" && errors.length === 0) throw new Error(`${end}\n${compiler.output()}`);
    return errors;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
