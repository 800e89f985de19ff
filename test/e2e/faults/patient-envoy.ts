import { join } from "node:path";
import { type Bootstrap, type Places, renderConfig } from "../../../envoy/render.ts";

export const ENVOY_FOLDER: string = join(import.meta.dirname, "..", "..", "..", "envoy");

/**
 * One of the ready configurations, its Envoy waiting for 2 s instead of 0.2 s: what is tried is which requests fail, and
 * not how busy the machine is.
 */
export async function renderPatient(file: string, places: Places): Promise<Bootstrap> {
  const config = await renderConfig(join(ENVOY_FOLDER, file), places);
  return replaced(config, '"message_timeout":"0.2s"', '"message_timeout":"2s"');
}

/** The configuration with this text, as JSON writes it, in place of that one, which must be there. */
export function replaced(config: Bootstrap, before: string, after: string): Bootstrap {
  const text = JSON.stringify(config);
  if (!text.includes(before)) throw new Error(`the configuration has no ${before}`);
  return JSON.parse(text.replaceAll(before, after)) as Bootstrap;
}
