/** Where in the configuration something stands: the names that people know it by, and where in the dump it is. */
export type Place = {
  readonly listener?: string;
  /** Its name, or its number in the listener, from 0; `default` is the default filter chain. */
  readonly filterChain?: string;
  readonly filter?: string;
  readonly virtualHost?: string;
  /** Its name, or its number in the virtual host, from 0. */
  readonly route?: string;
  readonly cluster?: string;
  /** JSON Pointer (RFC 6901) into the dump. */
  readonly pointer: string;
};

const WORDS = [
  ["listener", "listener"],
  ["filterChain", "filter chain"],
  ["filter", "filter"],
  ["virtualHost", "virtual host"],
  ["route", "route"],
  ["cluster", "cluster"],
] as const;

/** The names of a place, such as `listener api, filter chain 0`; empty for the whole of the configuration. */
export function placeText(place: Place): string {
  return WORDS.flatMap(([key, word]) => {
    const name = place[key];
    return name === undefined ? [] : [`${word} ${name}`];
  }).join(", ");
}
