import type { Source } from "../source/source.ts";
import type { Certificates } from "./certificates.ts";
import type { Health } from "./grpc/health.ts";
import type { Log } from "./log/log.ts";
import type { Tally } from "./metrics/tally.ts";
import type { RecentRefusal } from "./refusals/recent-refusals.ts";
import type { Service } from "./service.ts";
import type { Settings } from "./settings.ts";

/** Those who answer Envoy: this process, or workers of it. */
export type Answering = Service & {
  /** What all of them counted since the start. */
  readonly tally: () => Promise<Tally>;
  /** What they refused last, the latest first. */
  readonly refusals: () => Promise<readonly RecentRefusal[]>;
  /** Another document is in force: to be called after each change. */
  readonly adopt: () => void;
};

export type AnsweringOptions = {
  readonly settings: Settings;
  /** With a document in force. */
  readonly source: Source;
  /** Undefined: plaintext. */
  readonly certificates: Certificates | undefined;
  readonly health: Health;
  readonly log: Log;
};
