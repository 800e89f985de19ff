import type { Place } from "../place.ts";
import { at, isOn, isThere, nameOfType, type Spot, textOf, typeOf } from "../spot.ts";
import { type ExtProc, readExtProc } from "./ext-proc.ts";
import { readSkip, type Skip } from "./skip.ts";

/** An HTTP filter in its place in the chain. */
export type HttpFilter = {
  readonly place: Place;
  readonly name: string;
  /** Full name of its configuration's message. */
  readonly type: string;
  /** Off, unless a route turns it on. */
  readonly disabled: boolean;
  readonly skip: Skip;
  /** Undefined for other filters. */
  readonly extProc: ExtProc | undefined;
};

/** Configurations that Envoy got one by one (ECDS), by name. */
export type Discovered = ReadonlyMap<string, Spot>;

export function readHttpFilter(spot: Spot, chain: Place, discovered: Discovered): HttpFilter {
  const name = textOf(at(spot, "name"));
  const isLate = isThere(at(spot, "config_discovery"));
  const written = isLate
    ? at(discovered.get(name) ?? NOWHERE, "typed_config")
    : at(spot, "typed_config");
  const isMatched = typeOf(written) === "envoy.extensions.common.matching.v3.ExtensionWithMatcher";
  const plain = isMatched ? at(written, "extension_config", "typed_config") : written;
  const { type, config } = unstructured(plain);
  return {
    name,
    type,
    place: { ...chain, filter: name, pointer: spot.pointer },
    disabled: isOn(at(spot, "disabled")),
    skip: isMatched ? readSkip(written) : "never",
    extProc: type === EXT_PROC ? readExtProc(config) : undefined,
  };
}

const NOWHERE: Spot = { value: undefined, pointer: "" };
const EXT_PROC = "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor";

/** Control planes may write a message as its name beside plain values. */
function unstructured(spot: Spot): { type: string; config: Spot } {
  const type = typeOf(spot);
  if (!type.endsWith(".TypedStruct")) return { type, config: spot };
  return { type: nameOfType(textOf(at(spot, "type_url"))), config: at(spot, "value") };
}
