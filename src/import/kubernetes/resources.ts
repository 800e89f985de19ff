import { type Found, isObject, type JsonReader, rootsOf, textIn } from "../json-value.ts";

type Kind = { readonly group: string; readonly kind: string };

/** Resources of one kind in the inputs, those of lists too: `kubectl get -o yaml` prints one. */
export function resourcesOf(
  reader: JsonReader,
  inputs: readonly unknown[],
  wanted: Kind,
): readonly Found[] {
  return rootsOf(inputs)
    .flatMap((root) => listed(reader, root))
    .filter((found) => isOf(reader, found, wanted));
}

function listed(reader: JsonReader, found: Found): readonly Found[] {
  if (!isObject(found.value)) return [];
  const kind = textIn(reader.under(found, "kind"));
  return kind.endsWith("List") ? reader.items(reader.under(found, "items")) : [found];
}

function isOf(reader: JsonReader, found: Found, { group, kind }: Kind): boolean {
  if (!isObject(found.value)) return false;
  const version = textIn(reader.under(found, "apiVersion"));
  return reader.under(found, "kind").value === kind && version.startsWith(`${group}/`);
}

/** `metadata.name`, or what stands in for one. */
export function nameOf(reader: JsonReader, resource: Found): string {
  return reader.text(reader.under(resource, "metadata", "name")) ?? "unnamed";
}
