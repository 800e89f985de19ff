import { importGravitee } from "./gravitee/import-gravitee.ts";
import type { Importer } from "./imported.ts";
import { importKong } from "./kong/import-kong.ts";

/** By the KIND of the command line, in the order of its help. */
export const IMPORTERS: ReadonlyMap<string, Importer> = new Map<string, Importer>([
  ["gravitee", importGravitee],
  ["kong", importKong],
]);
