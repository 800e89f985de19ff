import type { Line } from "../../oracle/model/request.ts";

/** What a browser puts on the wire, as far as a server that judges origins can see it. */
export type Sent = {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names: origin, sec-fetch-site, access-control-request-*, authorization, upgrade. */
  readonly headers: readonly Line[];
  readonly cookie: boolean;
};

export type Received = { readonly status: number; readonly headers: readonly Line[] };

/** Whatever answers; the model of the browser asks it as the browser asks the network. */
export type Network = (sent: Sent) => Received;

/** "get" of Fetch: all values of a name, joined. */
export function fieldOf(headers: readonly Line[], name: string): string | undefined {
  const values = headers.filter(([each]) => each === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

/** "extract header list values", for headers that are lists of names. */
export function listIn(headers: readonly Line[], name: string): readonly string[] | undefined {
  return fieldOf(headers, name)
    ?.split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}
