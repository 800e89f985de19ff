import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { parseCpuShares } from "../../bench/machine.ts";
import {
  cpuPerRequest,
  parseCpuTime,
  parseMemory,
  readCpuTime,
  readMemory,
  watchMemory,
} from "../../bench/process-usage.ts";
import { listeningInodes, ownerOf } from "../../bench/socket-owner.ts";

const isLinux = process.platform === "linux";

describe("CPU time of a process", () => {
  test.each([
    ["a plain name", "42 (envoy) S 1 42 42 0 -1 4194304 9 0 0 0 1234 56 7 8 20 0 3 0 100 0 0"],
    ["a name like a line", "42 (a) S 1 (b)) S 1 42 42 0 -1 4194304 9 0 0 0 1234 56 7 8 20 0"],
  ])("%s", (_, stat) => expect(parseCpuTime(stat)).toEqual({ user: 12_340_000, system: 560_000 }));

  test("for each of so many requests", () =>
    expect(cpuPerRequest({ user: 1000, system: 100 }, { user: 3000, system: 600 }, 100)).toEqual({
      user: 20,
      system: 5,
    }));
});

test("memory is VmRSS in MiB", () => {
  const status = "Name:\tnode\nVmHWM:\t  999999 kB\nVmRSS:\t  131072 kB\nThreads:\t11\n";
  expect(parseMemory(status)).toBe(128);
  expect(parseMemory("")).toBeUndefined();
});

test("the machine is idle while it waits for a disk, and busy while another one has its processor", () =>
  expect(parseCpuShares("cpu  10 1 5 100 20 2 3 4 7 0\ncpu0 1 2 3\n")).toEqual({
    idle: 120,
    all: 145,
  }));

test("only sockets that listen on exactly the path count", () => {
  const table = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 111 /run/peer.sock
0000000000000000: 00000003 00000000 00000000 0001 03 222 /run/peer.sock
0000000000000000: 00000002 00000000 00010000 0001 01 333 /run/peer.sock.old
0000000000000000: 00000002 00000000 00010000 0001 01 444 /run/with a blank
0000000000000000: 00000003 00000000 00000000 0001 03 555
`;
  expect(listeningInodes(table, "/run/peer.sock")).toEqual(["111"]);
  expect(listeningInodes(table, "/run/with a blank")).toEqual(["444"]);
});

describe.runIf(isLinux)("the running system", () => {
  test("this process has a processor and memory", async () => {
    const { user } = await readCpuTime(process.pid);
    expect(user).toBeGreaterThan(0);
    const { result, largest } = await watchMemory(process.pid, async () => "done");
    expect(result).toBe("done");
    expect(largest).toBeGreaterThan(10);
    expect(await readMemory(2 ** 30)).toBeUndefined();
  });

  test("the process behind a socket is found", async () => {
    const path = `\0corsd-bench-${process.pid}`;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    // The kernel writes the zero byte of an abstract name as an @.
    expect(await ownerOf(path.replace("\0", "@"))).toBe(process.pid);
    await new Promise((resolve) => server.close(resolve));
    expect(await ownerOf(path.replace("\0", "@"))).toBeUndefined();
  });
});
