import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderConfig } from "../../envoy/render.ts";
import { compileDocument } from "../../src/policy/compile.ts";
import { kebab, parseDuration, SERVE_OPTIONS } from "../../src/server/settings.ts";
import { libraries } from "../../src/source/libraries.ts";
import { parseBytes } from "../../src/source/parse.ts";
import { DEPLOY, type Manifest, manifest, readManifests } from "./manifests.ts";
import { problemsOf } from "./published-types.ts";

const BASE = "kubernetes/base";
const SIDECAR = "kubernetes/overlays/sidecar";
const SERVICE = "kubernetes/overlays/service";

type Container = {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly volumeMounts?: readonly { readonly name: string; readonly subPath?: string }[];
  readonly [probe: `${string}Probe`]: { readonly httpGet?: { readonly port: string } } | undefined;
};

type Pod = {
  readonly terminationGracePeriodSeconds: number;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
};

/** Checked against the published types by the first test; only what is read here. */
function podOf(deployment: Manifest): Pod {
  return (deployment.written as { spec: { template: { spec: Pod } } }).spec.template.spec;
}

const deployments = {
  sidecar: manifest(SIDECAR, "Deployment", "gateway"),
  service: manifest(SERVICE, "Deployment", "corsd"),
};
const pods = { sidecar: podOf(deployments.sidecar), service: podOf(deployments.service) };

function containersOf({ initContainers = [], containers }: Pod): readonly Container[] {
  return [...initContainers, ...containers];
}

function corsdIn(pod: Pod): Container {
  const found = containersOf(pod).find(({ name }) => name === "corsd");
  if (found === undefined) throw new Error("the pod has no container `corsd`");
  return found;
}

/** The value of a flag in `--flag=value`, in seconds. */
function seconds(container: Container, flag: string): number {
  const written = container.args?.find((arg) => arg.startsWith(`--${flag}=`))?.split("=")[1];
  const option = SERVE_OPTIONS.find(({ name }) => kebab(name) === flag);
  const parsed = parseDuration(written ?? option?.fallback ?? "");
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value / 1000;
}

describe("the manifests", () => {
  test("are what Kubernetes publishes for their kinds, without an unknown field", async () => {
    const manifests = readManifests("kubernetes");
    expect(manifests.length).toBeGreaterThan(8);
    expect(await problemsOf(manifests)).toEqual([]);
  });

  test("a misspelt field and a wrong value are refused, however deep", async () => {
    const text = readFileSync(join(DEPLOY, SERVICE, "deployment.yaml"), "utf8");
    const broken = (from: string, to: string): Manifest => {
      expect(text).toContain(from);
      return { ...deployments.service, written: parse(text.replace(from, to)), file: to };
    };
    const problems = await problemsOf([
      broken("readOnlyRootFilesystem", "readOnlyRootFileSystem"),
      broken("terminationGracePeriodSeconds: 35", "terminationGracePeriodSeconds: soon"),
      broken("whenUnsatisfiable: ScheduleAnyway", "whenUnsatisfiable: Whatever"),
      { ...deployments.service, kind: "Deploiment" },
    ]);
    expect(problems).toEqual([
      expect.stringContaining("nothing is published for apps/v1/Deploiment"),
      expect.stringMatching(/: soon: .*terminationGracePeriodSeconds must be integer/s),
      expect.stringMatching(/: Whatever: .*whenUnsatisfiable must be equal to one of the allowed/s),
      expect.stringMatching(/^readOnlyRootFileSystem: .*readOnlyRootFileSystem"' does not exist/),
      expect.stringMatching(/: soon: .*'string' is not assignable to type 'number'/),
      expect.stringMatching(/: Whatever: .*"Whatever"' is not assignable/),
    ]);
  });
});

describe.each(["sidecar", "service"] as const)("the pod of the overlay %s", (overlay) => {
  const pod = pods[overlay];
  const corsd = corsdIn(pod);

  test("has time to drain before it is killed", () => {
    const sleeps = containersOf(pod).map((each) => each.lifecycle?.preStop?.sleep?.seconds ?? 0);
    const drains = seconds(corsd, "drain-delay") + seconds(corsd, "drain-timeout");
    expect(Math.max(...sleeps) + drains).toBeLessThan(pod.terminationGracePeriodSeconds);
  });

  test("gives no container more than it needs", () => {
    for (const container of containersOf(pod)) {
      expect(container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        resources: { requests: { cpu: expect.anything() }, limits: { memory: expect.anything() } },
      });
    }
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
  });

  test("starts corsd with flags and variables that it knows", () => {
    const flags = (corsd.args ?? []).slice(1).map((arg) => arg.split("=")[0] ?? "");
    const known = SERVE_OPTIONS.map(({ name }) => `--${kebab(name)}`);
    expect(corsd.args?.[0]).toBe("serve");
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
    const variables = (corsd.env ?? []).map(({ name }) => name).filter((name) => name !== "POD_IP");
    expect(variables).toEqual(["CORSD_ADMIN", "CORSD_ADMIN_HOST", "CORSD_ADMIN_TOKEN"]);
  });

  test("probes ports that are there, and mounts volumes that are there, whole", () => {
    const ports = (corsd.ports ?? []).map(({ name }) => name);
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
      expect(ports).toContain(corsd[probe]?.httpGet?.port);
    }
    const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
    const volumes = pod.volumes.map(({ name }) => name);
    expect(new Set(mounts.map(({ name }) => name))).toEqual(new Set(volumes));
    expect(mounts.filter(({ subPath }) => subPath !== undefined)).toEqual([]);
  });
});

describe("what refers to pods", () => {
  test.each([
    ["Service", SERVICE, "spec.selector", deployments.service],
    ["PodDisruptionBudget", SERVICE, "spec.selector.matchLabels", deployments.service],
    ["NetworkPolicy", SERVICE, "spec.podSelector.matchLabels", deployments.service],
    ["Service", SIDECAR, "spec.selector", deployments.sidecar],
    ["PodDisruptionBudget", SIDECAR, "spec.selector.matchLabels", deployments.sidecar],
  ])("%s of %s selects them", (kind, folder, path, deployment) => {
    const selector: unknown = path
      .split(".")
      .reduce<unknown>(
        (value, key) => (value as Record<string, unknown>)[key],
        manifest(folder, kind, deployment.metadata.name).written,
      );
    expect(deployment.written).toHaveProperty(
      "spec.template.metadata.labels",
      expect.objectContaining(selector as object),
    );
  });

  test("the ports of services and of the network policy are named in the pod", () => {
    const named = corsdIn(pods.service).ports?.map(({ name }) => name) ?? [];
    const service = manifest(SERVICE, "Service", "corsd").written;
    expect(service).toMatchObject({ spec: { ports: [{ targetPort: named[0] }] } });
    expect(manifest(SERVICE, "NetworkPolicy", "corsd").written).toMatchObject({
      spec: { ingress: [{ ports: [{ port: named[0] }] }, { ports: [{ port: named[1] }] }] },
    });
  });
});

describe("the policies", () => {
  const file = join(DEPLOY, BASE, "policies.yaml");
  const { root, problems } = parseBytes(file, readFileSync(file));

  test("have nothing to be warned of", () => {
    const compiled = compileDocument(
      root === undefined ? [] : [{ file, root }],
      "deploy",
      libraries,
    );
    expect([...problems, ...compiled.problems]).toEqual([]);
    expect(compiled.snapshot).toBeDefined();
  });

  test("have every group that the sidecar's Envoy names", () => {
    const envoy = readFileSync(join(DEPLOY, SIDECAR, "envoy.yaml"), "utf8");
    const groups = [...envoy.matchAll(/key: x-corsd-group\n\s+value: (\S+)/g)].map(([, g]) => g);
    const { apiGroups }: { apiGroups: { name: string }[] } = parse(readFileSync(file, "utf8"));
    expect(new Set(groups)).toEqual(new Set(apiGroups.map(({ name }) => name)));
  });
});

test("the sidecar's Envoy runs the shipped configuration, its addresses moved", async () => {
  const shipped = join(DEPLOY, "..", "envoy", "full.yaml");
  expect(parse(readFileSync(join(DEPLOY, SIDECAR, "envoy.yaml"), "utf8"))).toEqual(
    await renderConfig(shipped, {
      listenHost: "0.0.0.0",
      listenPort: 8080,
      serviceHost: "orders",
      servicePort: 9000,
      corsd: { pipe: "/run/corsd/corsd.sock" },
    }),
  );
});
