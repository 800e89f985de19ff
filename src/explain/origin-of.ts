import { parseOrigin } from "../cors/origin.ts";
import { splitTarget } from "./target.ts";

/** The origin that a URL belongs to, in its canonical form; undefined where it does not say, or has none. */
export function originOf(url: string): string | undefined {
  const target = splitTarget(url);
  if (!target.ok) return undefined;
  return parseOrigin(`${target.value.scheme}://${target.value.authority}`)?.canonical;
}
