import type { Traffic } from "./traffic.ts";

/** How the Envoy of a variant is set up. */
export const SETUPS = [
  "no-filter",
  "native-cors",
  "lua",
  "full",
  "skipping",
  "request-only",
] as const;
export type Setup = (typeof SETUPS)[number];

/** Another ext_proc server that runs already, on a socket. */
export type Peer = { readonly name: string; readonly socket: string };

/** One of the things that are compared; each has an Envoy of its own. */
export type Variant = {
  readonly name: string;
  readonly setup: Setup;
  /** Whom Envoy asks: a corsd of its own, a peer, or nobody. */
  readonly asks: "corsd" | "nobody" | Peer;
  readonly traffic: readonly Traffic[];
};

const EVERYTHING: readonly Traffic[] = ["preflight", "actual", "no-origin"];

const OURS: readonly Variant[] = SETUPS.map((setup) => ({
  name: setup,
  setup,
  asks: setup === "full" || setup === "skipping" || setup === "request-only" ? "corsd" : "nobody",
  // Without a filter nobody answers a preflight but the service, which is another thing.
  traffic: setup === "no-filter" ? ["actual", "no-origin"] : EVERYTHING,
}));

/** The names of all variants that there are. */
export function variantNames(peers: readonly Peer[]): readonly string[] {
  return [...SETUPS, ...peers.map(({ name }) => name)];
}

/** All variants, or those named: ours in their order, then the peers, who are set up as `full` is. */
export function variantsOf(
  peers: readonly Peer[],
  only: readonly string[] | undefined,
): readonly Variant[] {
  const theirs = peers.map(
    (peer): Variant => ({ name: peer.name, setup: "full", asks: peer, traffic: EVERYTHING }),
  );
  const all = [...OURS, ...theirs];
  return only === undefined ? all : all.filter(({ name }) => only.includes(name));
}
