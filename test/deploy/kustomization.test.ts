import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { DEPLOY, readDocuments, readManifests, yamlFiles } from "./manifests.ts";

// kustomize itself is a program of Go's world; what is easy to get wrong needs none of it.

/** As much of kustomize's `Kustomization` as is used here, and nothing beside it. */
const validate = new Ajv({ allErrors: true }).compile({
  type: "object",
  required: ["apiVersion", "kind", "resources"],
  additionalProperties: false,
  properties: {
    apiVersion: { const: "kustomize.config.k8s.io/v1beta1" },
    kind: { const: "Kustomization" },
    resources: { type: "array", items: { type: "string" }, uniqueItems: true },
    configMapGenerator: {
      type: "array",
      items: {
        type: "object",
        required: ["name", "files"],
        additionalProperties: false,
        properties: {
          name: { type: "string" },
          files: { type: "array", items: { type: "string" } },
          options: { $ref: "#/$defs/options" },
        },
      },
    },
    generatorOptions: { $ref: "#/$defs/options" },
    images: {
      type: "array",
      items: {
        type: "object",
        required: ["name", "newName", "newTag"],
        additionalProperties: false,
        properties: {
          name: { type: "string" },
          newName: { type: "string" },
          newTag: { type: "string" },
        },
      },
    },
  },
  $defs: {
    options: {
      type: "object",
      additionalProperties: false,
      properties: { disableNameSuffixHash: { type: "boolean" } },
    },
  },
});

type Kustomization = {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: string[] }[];
  readonly images?: readonly { readonly name: string }[];
};

const files = yamlFiles(".").filter((file) => file.endsWith("kustomization.yaml"));

function read(file: string): Kustomization {
  return readDocuments(file)[0] as Kustomization;
}

test("there is one in each folder that is applied", () => {
  expect(files.map(dirname)).toEqual([
    "envoy-gateway",
    "istio",
    "kubernetes/base",
    "kubernetes/overlays/service",
    "kubernetes/overlays/sidecar",
  ]);
});

describe.each(files)("%s", (file) => {
  const written = read(file);
  const folder = dirname(file);

  test("has the form that kustomize reads", () => {
    validate(written);
    expect(validate.errors).toBeNull();
  });

  test("names files that are there, and all that are there", () => {
    const named = [
      ...written.resources,
      ...(written.configMapGenerator ?? []).flatMap((each) => each.files),
    ];
    const missing = named.filter((name) => !existsSync(join(DEPLOY, folder, name)));
    expect(missing).toEqual([]);
    const beside = readdirSync(join(DEPLOY, folder)).filter((name) => name.endsWith(".yaml"));
    expect([...named.filter((name) => !name.includes("/")), "kustomization.yaml"].sort()).toEqual(
      beside.sort(),
    );
  });

  test("replaces images that its manifests have", () => {
    const text = JSON.stringify(readManifests(folder).map((each) => each.written));
    const images = (written.images ?? []).map(({ name }) => name);
    expect(images.filter((name) => !text.includes(`"image":"${name}"`))).toEqual([]);
  });
});

test("every ConfigMap that a pod mounts is made by its overlay or the base", () => {
  for (const overlay of ["kubernetes/overlays/sidecar", "kubernetes/overlays/service"]) {
    const text = JSON.stringify(readManifests(overlay).map((each) => each.written));
    const mounted = [...text.matchAll(/"configMap":\{"name":"([^"]+)"/g)].map(([, name]) => name);
    const bases = read(join(overlay, "kustomization.yaml"))
      .resources.filter((name) => name.startsWith("../"))
      .map((name) => normalize(join(overlay, name)));
    const made = [overlay, ...bases].flatMap((folder) =>
      (read(join(folder, "kustomization.yaml")).configMapGenerator ?? []).map(({ name }) => name),
    );
    expect(mounted.sort()).toEqual(made.sort());
  }
});
