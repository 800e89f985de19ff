import { describe, expect, test } from "vitest";
import { type Options, readOptions, USAGE } from "../../bench/options.ts";

const DEFAULTS: Options = {
  help: false,
  json: false,
  rounds: 5,
  seconds: 2,
  warmUpSeconds: 6,
  only: undefined,
  peers: [],
  scale: false,
  soakMinutes: 0,
};

describe("readOptions", () => {
  test.each<[string, Partial<Options>]>([
    ["", {}],
    ["--help", { help: true }],
    ["--json --scale --soak 10", { json: true, scale: true, soakMinutes: 10 }],
    ["--rounds 7 --seconds 3", { rounds: 7, seconds: 3 }],
    ["--quick", { rounds: 1, seconds: 1, warmUpSeconds: 1 }],
    ["--quick --rounds 2", { rounds: 2, seconds: 1, warmUpSeconds: 1 }],
    ["--only full,lua", { only: ["full", "lua"] }],
    [
      "--peer go=unix:/tmp/a=b.sock --peer rust-1=unix:x --only go",
      {
        peers: [
          { name: "go", socket: "/tmp/a=b.sock" },
          { name: "rust-1", socket: "x" },
        ],
        only: ["go"],
      },
    ],
  ])("`%s`", (line, expected) => {
    const args = line.split(" ").filter((word) => word !== "");
    expect(readOptions(args)).toEqual({ ok: true, value: { ...DEFAULTS, ...expected } });
  });

  test.each([
    ["--rounds 0", "--rounds: `0` is no whole number from 1 to 9999"],
    ["--seconds 1.5", "--seconds: `1.5` is no whole number from 1 to 9999"],
    ["--soak ten", "--soak: `ten` is no whole number from 0 to 9999"],
    ["--peer /tmp/x", "--peer: `/tmp/x` is no peer; write NAME=unix:PATH"],
    ["--peer full=unix:x", "--peer: there are two variants named `full`"],
    ["--only go", "--only: there is no variant `go`; there are no-filter, "],
    ["--fast", "Unknown option '--fast'"],
    ["full", "Unexpected argument 'full'"],
  ])("`%s` is refused: %s", (line, error) => {
    const message: unknown = expect.stringContaining(error);
    expect(readOptions(line.split(" "))).toEqual({ ok: false, error: message });
  });

  test("the usage names every flag", () => {
    const named = [...USAGE.matchAll(/^ {2}--([a-z]+)/gm)].map(([, flag]) => flag);
    expect(named.toSorted()).toEqual(
      ["help", "json", "only", "peer", "quick", "rounds", "scale", "seconds", "soak"].toSorted(),
    );
  });
});
