/** What a command says to the shell. */
export const EXIT = {
  /** As asked; for `explain`: granted or passed. */
  fine: 0,
  /** The documents have errors, or the server could not start. */
  failed: 1,
  usage: 2,
  /** `explain`: the request would be refused. */
  refused: 3,
  /** `diff`, and `conformance` with two gateways: something behaves differently. */
  differs: 4,
} as const;
