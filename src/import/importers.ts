import type { Importer } from "./imported.ts";

/** By the KIND of the command line, in the order of its help. */
export const IMPORTERS: ReadonlyMap<string, Importer> = new Map<string, Importer>([]);
