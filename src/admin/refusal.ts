/** An answer that ends a request before its route is asked. */
export type Refusal = {
  readonly status: number;
  /** A line for people. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
};
