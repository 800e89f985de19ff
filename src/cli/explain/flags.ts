import { EXIT } from "../exit-code.ts";
import type { Output } from "../output.ts";
import type { Input } from "../read-input.ts";

export type ExplainFlags = {
  readonly method?: string;
  readonly url?: string;
  /** Each `name: value`. */
  readonly header: readonly string[];
  readonly paste?: string;
  readonly origin?: string;
  readonly fromHar?: string;
  readonly httpVersion?: string;
  readonly route?: string;
  readonly group?: string;
  readonly json?: boolean;
};

/** Where a command reads and writes. */
export type Streams = { readonly output: Output; readonly input: Input };

export function wrongUsage(message: string, output: Output): number {
  output.err(`error: ${message}\n`);
  return EXIT.usage;
}
