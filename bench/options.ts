import { parseArgs } from "node:util";
import { messageOf } from "../envoy/message-of.ts";
import { err, ok, type Result } from "../src/cors/result.ts";
import { type Peer, SETUPS, variantNames } from "./variant.ts";

export type Options = {
  readonly help: boolean;
  readonly json: boolean;
  /** How often each measurement is made. */
  readonly rounds: number;
  /** How long each measurement lasts; wrk takes whole seconds. */
  readonly seconds: number;
  /** How long each variant is under load before anything counts, at least. */
  readonly warmUpSeconds: number;
  readonly only: readonly string[] | undefined;
  readonly peers: readonly Peer[];
  /** Whether 100,000 origins are tried. */
  readonly scale: boolean;
  /** Minutes at full speed at the end; 0: none. */
  readonly soakMinutes: number;
};

export const USAGE = `npm run bench -- [options]

  --rounds N             measurements of each kind, their median counts (default 5)
  --seconds S            length of each, in whole seconds (default 2)
  --only A,B             only these variants: ${SETUPS.join(", ")}, or a peer's name
  --peer NAME=unix:PATH  another ext_proc server that runs already, set up as \`full\`; repeatable
  --scale                also 100,000 origins in 1,000 groups: CPU, load time, reload under load, memory
  --soak MINUTES         at the end: full speed for so long, with the memory as it goes
  --quick                one round of one second and little warm-up, to see that everything works
  --json                 one JSON object on standard output; what is said meanwhile goes to standard error
  --help                 this

Needs Linux, two cores or more, and wrk (Debian: apt-get install wrk). The measurements at a fixed rate need vegeta:
go install github.com/tsenart/vegeta/v12@v12.12.0 (found in $VEGETA, on the PATH, or where go install puts it).
`;

/** Reads the command line; an error is one line. */
export function readOptions(args: readonly string[]): Result<Options, string> {
  try {
    return ok(read(args));
  } catch (error) {
    return err(messageOf(error));
  }
}

/** Throws with words for what is wrong, as parseArgs does. */
function read(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      seconds: { type: "string" },
      only: { type: "string" },
      peer: { type: "string", multiple: true },
      scale: { type: "boolean", default: false },
      soak: { type: "string", default: "0" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, json, scale, help } = values;
  const peers = (values.peer ?? []).map(readPeer);
  const names = variantNames(peers);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`--peer: there are two variants named \`${twice}\``);
  return {
    help,
    json,
    scale,
    rounds: wholeNumber("--rounds", values.rounds ?? (quick ? "1" : "5"), 1),
    seconds: wholeNumber("--seconds", values.seconds ?? (quick ? "1" : "2"), 1),
    warmUpSeconds: quick ? 1 : 6,
    only: values.only?.split(",").map((name) => known(name, names)),
    peers,
    soakMinutes: wholeNumber("--soak", values.soak, 0),
  };
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = /^[0-9]{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw new Error(`${flag}: \`${text}\` is no whole number from ${least} to 9999`);
}

function readPeer(text: string): Peer {
  const [, name, socket] = /^([a-z0-9-]+)=unix:(.+)$/.exec(text) ?? [];
  if (name !== undefined && socket !== undefined) return { name, socket };
  throw new Error(`--peer: \`${text}\` is no peer; write NAME=unix:PATH`);
}

function known(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  throw new Error(`--only: there is no variant \`${name}\`; there are ${names.join(", ")}`);
}
