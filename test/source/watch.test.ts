import { mkdirSync } from "node:fs";
import {
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type LoadReport,
  openSource,
  type Source,
  type SourceOptions,
} from "../../src/source/source.ts";
import { openWatch, watchPaths } from "../../src/source/watch.ts";

describe("watchPaths", () => {
  type Hear = (name: string | undefined) => void;

  test.each([
    { what: "the file", at: "folder", name: "a.yaml", pokes: 1 },
    { what: "its neighbour", at: "folder", name: "b.yaml", pokes: 0 },
    { what: "the folder itself", at: "folder", name: "folder", pokes: 1 },
    { what: "something, without a name", at: "folder", name: undefined, pokes: 1 },
    { what: "the file's own inode", at: "folder/a.yaml", name: "a.yaml", pokes: 1 },
  ])("an event about $what: $pokes", async ({ at, name, pokes }) => {
    const root = await realpath(await mkdtemp(join(tmpdir(), "corsd-watch-")));
    await mkdir(join(root, "folder"));
    await writeFile(join(root, "folder", "a.yaml"), "");
    const heard = new Map<string, Hear>();
    const poke = vi.fn();
    const watcher = watchPaths([join(root, "folder", "a.yaml")], poke, (path, onEvent) => {
      heard.set(path, onEvent);
      return { close: () => heard.delete(path) };
    });
    await watcher.rearm();
    heard.get(join(root, at))?.(name);
    expect(poke).toHaveBeenCalledTimes(pokes);
    watcher.close();
    expect(heard.size).toBe(0);
    await rm(root, { recursive: true });
  });

  test("what the system does not watch is left alone", () => {
    expect(() => openWatch("/nowhere/at/all", () => undefined).close()).not.toThrow();
  });

  test("nothing is opened after the end", async () => {
    const open = vi.fn(() => ({ close: () => undefined }));
    const watcher = watchPaths(["/"], () => undefined, open);
    watcher.close();
    await watcher.rearm();
    expect(open).not.toHaveBeenCalled();
  });

  test("a trail that changes while it is followed is followed again", async () => {
    const root = await realpath(await mkdtemp(join(tmpdir(), "corsd-watch-")));
    const opened: string[] = [];
    const watcher = watchPaths(
      [join(root, "d", "a.yaml")],
      () => undefined,
      (path) => {
        opened.push(path);
        mkdirSync(join(root, "d"), { recursive: true });
        return { close: () => undefined };
      },
    );
    await watcher.rearm();
    expect(opened).toContain(join(root, "d"));
    watcher.close();
    await rm(root, { recursive: true });
  });
});

/** A change is in force within this many milliseconds of the last write. */
const IN_FORCE = 1_000;

/** A document of one policy, which the report of a reload can be told by. */
function document(name: string): string {
  return `policies:\n  - name: ${name}\n    allowOrigins: ["https://${name}.example.com"]\n`;
}

const BAD = "policies: 7\n";

function noFault(error: unknown): void {
  throw error;
}

describe("the watched policy files", () => {
  let root = "";
  let watching = new AbortController();
  let reports: LoadReport[] = [];
  let arrived: (() => void) | undefined;
  let taken = 0;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "corsd-watch-")));
    watching = new AbortController();
    reports = [];
    arrived = undefined;
    taken = 0;
  });

  afterEach(async () => {
    watching.abort();
    await rm(root, { recursive: true, force: true });
  });

  function at(...names: readonly string[]): string {
    return join(root, ...names);
  }

  async function startSource(path: string, options: SourceOptions = {}): Promise<Source> {
    const source = await openSource([path], options);
    const onReport = (report: LoadReport): void => {
      reports.push(report);
      arrived?.();
    };
    source.start(onReport, watching.signal, noFault);
    return source;
  }

  /**
   * Watches a path with document "first" in a file, past the look that every start makes: what is reported from here
   * on was noticed by an event, since the next look without one is seconds away.
   */
  async function watchPath(path: string, file: string): Promise<Source> {
    await writeFile(file, document("zeroth"));
    const source = await startSource(path);
    await writeFile(file, document("first"));
    inForce(source, await nextReport());
    reports = [];
    taken = 0;
    return source;
  }

  /** The next report that no one has taken yet. */
  async function nextReport(): Promise<LoadReport> {
    taken += 1;
    while (reports.length < taken) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return reports[taken - 1] as LoadReport;
  }

  /** The next report, which must come in time after the last write, the one that `write` ends with. */
  async function reportAfter(write: () => Promise<unknown>): Promise<LoadReport> {
    await write();
    const written = performance.now();
    const report = await nextReport();
    expect(performance.now() - written).toBeLessThan(IN_FORCE);
    return report;
  }

  /** Puts a file in place whole, as most editors and tools do. */
  async function replace(path: string, text: string): Promise<void> {
    await writeFile(at("new.tmp"), text);
    await rename(at("new.tmp"), path);
  }

  /** A ConfigMap volume as the kubelet writes it: a new dated folder, a new link renamed over `..data`. */
  async function project(version: string, files: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(at(version));
    for (const [name, text] of Object.entries(files)) await writeFile(at(version, name), text);
    await symlink(version, at("..data_tmp"));
    await rename(at("..data_tmp"), at("..data"));
  }

  function inForce(source: Source, report: LoadReport): void {
    expect(report).toMatchObject({ result: "replaced", problems: [] });
    expect(report.revision).toBeDefined();
    expect(source.current().revision).toBe(report.revision);
  }

  describe("a file", () => {
    let source: Source;

    beforeEach(async () => {
      source = await watchPath(at("a.yaml"), at("a.yaml"));
    });

    test("written in place, again and again", async () => {
      for (const name of ["second", "third", "fourth"]) {
        inForce(source, await reportAfter(() => writeFile(at("a.yaml"), document(name))));
      }
    });

    test("says what behaves differently", async () => {
      const report = await reportAfter(() => writeFile(at("a.yaml"), document("second")));
      expect(report.changes.join("\n")).toContain("https://second.example.com");
    });

    test("replaced by a rename over it, again and again", async () => {
      for (const name of ["second", "third", "fourth"]) {
        inForce(source, await reportAfter(() => replace(at("a.yaml"), document(name))));
      }
    });

    test("deleted, then made again with other contents", async () => {
      const before = source.current();
      const gone = await reportAfter(() => unlink(at("a.yaml")));
      expect(gone).toMatchObject({ result: "rejected", revision: undefined });
      expect(gone.problems).not.toEqual([]);
      expect(source.current()).toBe(before);
      inForce(source, await reportAfter(() => writeFile(at("a.yaml"), document("second"))));
    });

    test("deleted and made again at once is one reload", async () => {
      const report = await reportAfter(async () => {
        await unlink(at("a.yaml"));
        await writeFile(at("a.yaml"), document("second"));
      });
      inForce(source, report);
      expect(reports).toHaveLength(1);
    });

    test("emptied", async () => {
      const before = source.current();
      const report = await reportAfter(() => writeFile(at("a.yaml"), ""));
      expect(report.result).toBe("rejected");
      expect(source.current()).toBe(before);
    });

    test("a bad document leaves the last good one in force; going back to that is said", async () => {
      const before = source.current();
      const bad = await reportAfter(() => writeFile(at("a.yaml"), BAD));
      expect(bad.result).toBe("rejected");
      expect(bad.problems).not.toEqual([]);
      expect(source.current()).toBe(before);
      const back = await reportAfter(() => writeFile(at("a.yaml"), document("first")));
      expect(back).toMatchObject({ result: "unchanged", problems: [], changes: [] });
      expect(source.current()).toBe(before);
    });

    test("one bad document after the other: each is reported", async () => {
      expect((await reportAfter(() => writeFile(at("a.yaml"), BAD))).result).toBe("rejected");
      expect((await reportAfter(() => writeFile(at("a.yaml"), "policies: 8\n"))).result).toBe(
        "rejected",
      );
      expect(reports[0]?.revision).not.toBe(reports[1]?.revision);
    });

    test("half written first: only the whole of it is read", async () => {
      const text = document("second");
      const report = await reportAfter(async () => {
        await writeFile(at("a.yaml"), text.slice(0, 15));
        await writeFile(at("a.yaml"), text);
      });
      inForce(source, report);
      expect(reports).toHaveLength(1);
    });

    test("a burst of writes is one reload, of the last", async () => {
      const report = await reportAfter(async () => {
        for (let n = 1; n <= 20; n += 1) await replace(at("a.yaml"), document(`burst-${n}`));
      });
      inForce(source, report);
      expect(report.changes.join("\n")).toContain("burst-20");
      expect((await source.reload()).result).toBe("unchanged");
      expect(reports).toHaveLength(1);
    });

    test("writes without end are a reload at least every second", async () => {
      let writing = true;
      const write = async (): Promise<void> => {
        for (let n = 1; writing; n += 1) await replace(at("a.yaml"), document(`endless-${n}`));
      };
      const start = performance.now();
      const written = write();
      const times: number[] = [];
      for (let n = 0; n < 3; n += 1) {
        expect((await nextReport()).result).toBe("replaced");
        times.push(performance.now() - start);
      }
      writing = false;
      await written;
      for (const [n, time] of times.entries()) expect(time).toBeLessThan((n + 1) * IN_FORCE);
    });

    test("written with the same contents, or touched, is no reload", async () => {
      const before = source.current();
      await writeFile(at("a.yaml"), document("first"));
      await utimes(at("a.yaml"), new Date(), new Date());
      expect((await source.reload()).result).toBe("unchanged");
      expect(source.current()).toBe(before);
      inForce(source, await reportAfter(() => writeFile(at("a.yaml"), document("second"))));
      expect(reports).toHaveLength(1);
    });

    test("read again on demand: at once, and reported to who asked only", async () => {
      await replace(at("a.yaml"), document("second"));
      inForce(source, await source.reload());
      expect((await source.reload()).result).toBe("unchanged");
      inForce(source, await reportAfter(() => replace(at("a.yaml"), document("third"))));
      expect(reports).toHaveLength(1);
    });

    test("read again on demand while it is bad: rejected each time", async () => {
      await replace(at("a.yaml"), BAD);
      expect((await source.reload()).result).toBe("rejected");
      expect((await source.reload()).result).toBe("rejected");
      await replace(at("a.yaml"), document("first"));
      expect((await source.reload()).result).toBe("unchanged");
    });

    test("after the end of watching nothing is reported", async () => {
      watching.abort();
      await replace(at("a.yaml"), document("second"));
      inForce(source, await source.reload());
      expect(reports).toEqual([]);
    });
  });

  test("what changes between opening and watching is seen", async () => {
    await writeFile(at("a.yaml"), document("first"));
    const source = await openSource([at("a.yaml")]);
    await writeFile(at("a.yaml"), document("second"));
    const report = new Promise<LoadReport>((resolve) =>
      source.start(resolve, watching.signal, noFault),
    );
    inForce(source, await report);
  });

  test("a source whose signal is over already does not start", async () => {
    await writeFile(at("a.yaml"), document("first"));
    watching.abort();
    const source = await startSource(at("a.yaml"));
    await replace(at("a.yaml"), document("second"));
    expect((await source.reload()).result).toBe("replaced");
    expect(reports).toEqual([]);
  });

  test("a bad document at start: nothing is in force until it is good", async () => {
    await writeFile(at("a.yaml"), BAD);
    const source = await startSource(at("a.yaml"));
    expect(source.first.result).toBe("rejected");
    expect(() => source.current()).toThrow("no policy document was ever loaded");
    inForce(source, await reportAfter(() => writeFile(at("a.yaml"), document("first"))));
  });

  test("a path from the working directory", async () => {
    const source = await watchPath(relative(process.cwd(), at("a.yaml")), at("a.yaml"));
    inForce(source, await reportAfter(() => writeFile(at("a.yaml"), document("second"))));
  });

  describe("a Kubernetes ConfigMap", () => {
    beforeEach(async () => {
      await project("..2026_01", { "a.yaml": document("first") });
      await symlink("..data/a.yaml", at("a.yaml"));
    });

    test.each([
      { what: "one file of it", path: ["a.yaml"] },
      { what: "the folder", path: [] },
    ])("$what: each swap of ..data is one reload", async ({ path }) => {
      const source = await watchPath(at(...path), at("..2026_01", "a.yaml"));
      for (const [old, version] of [
        ["..2026_01", "..2026_02"],
        ["..2026_02", "..2026_03"],
        ["..2026_03", "..2026_04"],
      ] as const) {
        const report = await reportAfter(async () => {
          await project(version, { "a.yaml": document(version.slice(2).replace("_", "-")) });
          await rm(at(old), { recursive: true });
        });
        inForce(source, report);
      }
      expect(reports).toHaveLength(3);
    });

    test("a key that comes with a swap", async () => {
      const source = await watchPath(root, at("..2026_01", "a.yaml"));
      const report = await reportAfter(async () => {
        await project("..2026_02", { "a.yaml": document("first"), "b.yaml": document("second") });
        await symlink("..data/b.yaml", at("b.yaml"));
      });
      inForce(source, report);
    });
  });

  describe("a link to a file elsewhere", () => {
    let source: Source;

    beforeEach(async () => {
      await mkdir(at("real"));
      await writeFile(at("real", "two.yaml"), document("second"));
      await mkdir(at("etc"));
      await symlink(at("real", "one.yaml"), at("etc", "a.yaml"));
      source = await watchPath(at("etc"), at("real", "one.yaml"));
    });

    test("the file behind it is written", async () => {
      inForce(
        source,
        await reportAfter(() => writeFile(at("real", "one.yaml"), document("third"))),
      );
    });

    test("it comes to point to another", async () => {
      const report = await reportAfter(async () => {
        await symlink(at("real", "two.yaml"), at("new.tmp"));
        await rename(at("new.tmp"), at("etc", "a.yaml"));
      });
      inForce(source, report);
      inForce(
        source,
        await reportAfter(() => writeFile(at("real", "two.yaml"), document("third"))),
      );
    });
  });

  describe("a folder", () => {
    let source: Source;

    beforeEach(async () => {
      await mkdir(at("d"));
      source = await watchPath(at("d"), at("d", "a.yaml"));
    });

    test("files come, change, change their names and go", async () => {
      inForce(source, await reportAfter(() => writeFile(at("d", "b.yml"), document("second"))));
      inForce(source, await reportAfter(() => writeFile(at("d", "b.yml"), document("third"))));
      inForce(source, await reportAfter(() => rename(at("d", "b.yml"), at("d", "c.json.yaml"))));
      inForce(source, await reportAfter(() => unlink(at("d", "a.yaml"))));
    });

    test("what is no policy file is no reload", async () => {
      await writeFile(at("d", ".b.yaml"), BAD);
      await writeFile(at("d", "notes.txt"), BAD);
      expect((await source.reload()).result).toBe("unchanged");
      inForce(source, await reportAfter(() => writeFile(at("d", "a.yaml"), document("second"))));
      expect(reports).toHaveLength(1);
    });

    test("its last file goes", async () => {
      const before = source.current();
      expect((await reportAfter(() => unlink(at("d", "a.yaml")))).result).toBe("rejected");
      expect(source.current()).toBe(before);
      inForce(source, await reportAfter(() => writeFile(at("d", "b.yaml"), document("second"))));
    });

    test("it is deleted and made again, twice", async () => {
      for (const name of ["second", "third"]) {
        expect((await reportAfter(() => rm(at("d"), { recursive: true }))).result).toBe("rejected");
        const report = await reportAfter(async () => {
          await mkdir(at("d"));
          await writeFile(at("d", "a.yaml"), document(name));
        });
        inForce(source, report);
        const again = await reportAfter(() =>
          writeFile(at("d", "a.yaml"), document(`${name}-again`)),
        );
        inForce(source, again);
      }
    });
  });

  describe("the folders above a file", () => {
    let source: Source;

    beforeEach(async () => {
      await mkdir(at("x", "y"), { recursive: true });
      source = await watchPath(at("x", "y", "a.yaml"), at("x", "y", "a.yaml"));
    });

    test("vanish and return", async () => {
      expect((await reportAfter(() => rm(at("x"), { recursive: true }))).result).toBe("rejected");
      const report = await reportAfter(async () => {
        await mkdir(at("x", "y"), { recursive: true });
        await writeFile(at("x", "y", "a.yaml"), document("second"));
      });
      inForce(source, report);
      inForce(
        source,
        await reportAfter(() => writeFile(at("x", "y", "a.yaml"), document("third"))),
      );
    });

    test("are moved away and back", async () => {
      expect((await reportAfter(() => rename(at("x", "y"), at("x", "z")))).result).toBe("rejected");
      expect((await reportAfter(() => rename(at("x", "z"), at("x", "y")))).result).toBe(
        "unchanged",
      );
      inForce(
        source,
        await reportAfter(() => writeFile(at("x", "y", "a.yaml"), document("second"))),
      );
    });
  });

  test("a mount without events is noticed by its contents", async () => {
    await writeFile(at("a.yaml"), document("first"));
    const deaf = { pollInterval: 200, openWatch: () => ({ close: () => undefined }) };
    const source = await startSource(at("a.yaml"), deaf);
    inForce(source, await reportAfter(() => writeFile(at("a.yaml"), document("second"))));
    expect((await reportAfter(() => unlink(at("a.yaml")))).result).toBe("rejected");
    inForce(source, await reportAfter(() => writeFile(at("a.yaml"), document("third"))));
    expect(reports).toHaveLength(3);
  });

  test("a mount without events is noticed within ten seconds unless told otherwise", async () => {
    await writeFile(at("a.yaml"), document("first"));
    const source = await startSource(at("a.yaml"), {
      openWatch: () => ({ close: () => undefined }),
    });
    await writeFile(at("a.yaml"), document("second"));
    inForce(source, await nextReport());
    // The one above may have been seen by the look that every start makes; this one cannot.
    await writeFile(at("a.yaml"), document("third"));
    inForce(source, await nextReport());
  }, 12_000);
});
