import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export const DEPLOY: string = join(import.meta.dirname, "..", "..", "deploy");

/** One document of a YAML file, as Kubernetes would read it. */
export type Manifest = {
  /** The path below `deploy`. */
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  /** The whole document. */
  readonly written: unknown;
};

/** The YAML files below this folder of `deploy`, their paths below `deploy`. */
export function yamlFiles(folder: string): readonly string[] {
  return readdirSync(join(DEPLOY, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name))
    .sort();
}

/** The documents of a file. Throws where it is no YAML, a key that is written twice included. */
export function readDocuments(file: string): readonly unknown[] {
  const documents = parseAllDocuments(readFileSync(join(DEPLOY, file), "utf8"));
  return documents.map((document): unknown => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`);
    return document.toJS();
  });
}

/** The resources in the files below this folder; files that are only read by kustomize or by programs are none. */
export function readManifests(folder: string): readonly Manifest[] {
  return yamlFiles(folder).flatMap((file) =>
    readDocuments(file)
      .filter(isResource)
      .filter(({ kind }) => kind !== "Kustomization")
      .map((written) => ({ ...written, file, written })),
  );
}

/** The one resource of this kind and name below the folder. */
export function manifest(folder: string, kind: string, name: string): Manifest {
  const found = readManifests(folder).filter(
    (each) => each.kind === kind && each.metadata.name === name,
  );
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`${folder} has ${found.length} of ${kind} \`${name}\``);
  }
  return first;
}

function isResource(document: unknown): document is Omit<Manifest, "file" | "written"> {
  return typeof document === "object" && document !== null && "apiVersion" in document;
}
