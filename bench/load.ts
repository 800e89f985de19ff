/** What a load generator saw. Times in milliseconds. */
export type Load = {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Requests without a good answer, as far as the generator sees it. */
  readonly errors: number;
  readonly complaints: readonly string[];
};

/** Connections of the closed loop: each sends the next request when the last is answered. */
export const CONNECTIONS = 32;
