import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Request } from "../../../src/cors/request.ts";
import type { Selection } from "../../../src/cors/snapshot.ts";
import type { HostMatch } from "../../../src/policy/document.ts";
import { type Condition, compileScope, type ScopedGroup } from "../../../src/policy/scope/scope.ts";
import { request } from "../../cors/sample.ts";

function host(text: string): HostMatch {
  return text.startsWith("*.")
    ? { kind: "children", of: text.slice(2) }
    : { kind: "exact", name: text };
}

type Written = { host?: string; path?: string; route?: string };

function condition(written: Written): Condition {
  return {
    host: written.host === undefined ? undefined : host(written.host),
    path: written.path,
    route: written.route,
  };
}

function scoped(name: string, ...match: Written[]): ScopedGroup {
  const group = { name, enforced: undefined, rehearsed: undefined };
  return { group, match: match.map(condition) };
}

/** The group and, by route, host and path, the entry of both readings. */
function brief(selection: Selection): string {
  switch (selection.by) {
    case "name":
      return `named ${selection.group.name}`;
    case "unknown-name":
      return "unknown";
    case "match": {
      const [received, decoded] = [selection.received, selection.decoded].map((match) =>
        match === undefined ? "none" : `${match.group.name} (${match.entry})`,
      );
      return received === decoded ? `${received}` : `${received} / ${decoded}`;
    }
  }
}

const SELECT = compileScope([
  scoped("exact", { host: "api.example.com", path: "/orders" }),
  scoped("deep", { host: "api.example.com", path: "/orders/deep/er" }),
  scoped("wide", { host: "*.example.com" }),
  scoped("wider", { host: "*.eu.example.com", path: "/x" }),
  scoped("pathless", { path: "/orders" }, { path: "/only" }),
  scoped("routed", { route: "r1" }, { route: "r2", host: "api.example.com", path: "/r" }),
  scoped(
    "second",
    { path: "/only" },
    { host: "twice.example" },
    { host: "twice.example", path: "/" },
  ),
  scoped("named-only"),
]);

describe("compileScope", () => {
  const cases: readonly [string, Partial<Request>, string][] = [
    ["a named group", { group: "named-only" }, "named named-only"],
    ["a name goes before a route", { group: "wide", route: "r1" }, "named wide"],
    ["an unknown name", { group: "nope", route: "r1" }, "unknown"],
    ["an empty name is no name", { group: "", route: "r1" }, "routed (route r1)"],
    ["a route goes before host and path", { route: "r1", path: "/orders" }, "routed (route r1)"],
    [
      "a route beside a path that does not hold",
      { route: "r2", path: "/orders" },
      "exact (host api.example.com, path /orders)",
    ],
    [
      "a route beside a path that holds",
      { route: "r2", path: "/r/1" },
      "routed (route r2, host api.example.com, path /r)",
    ],
    [
      "a route whose path is read both ways",
      { route: "r2", path: "//r/1" },
      "wide (host *.example.com) / routed (route r2, host api.example.com, path /r)",
    ],
    [
      "a route that no entry names",
      { route: "r3", path: "/orders" },
      "exact (host api.example.com, path /orders)",
    ],
    [
      "the longest path",
      { path: "/orders/deep/er/x" },
      "deep (host api.example.com, path /orders/deep/er)",
    ],
    ["whole segments", { path: "/ordersx" }, "wide (host *.example.com)"],
    [
      "the path's query is not looked at",
      { path: "/orders?/deep/er" },
      "exact (host api.example.com, path /orders)",
    ],
    [
      "the longest wildcard",
      { authority: "a.eu.example.com", path: "/x" },
      "wider (host *.eu.example.com, path /x)",
    ],
    [
      "a longer wildcard whose path does not hold",
      { authority: "a.eu.example.com", path: "/y" },
      "wide (host *.example.com)",
    ],
    [
      "a wildcard does not match its own name",
      { authority: "example.com", path: "/only" },
      "pathless (path /only)",
    ],
    ["no host", { authority: undefined, path: "/orders" }, "pathless (path /orders)"],
    [
      "user info is no host",
      { authority: "a@api.example.com", path: "/orders" },
      "pathless (path /orders)",
    ],
    [
      "the first of two entries",
      { authority: "other.example", path: "/only" },
      "pathless (path /only)",
    ],
    ["`/` is any path", { authority: "twice.example", path: "*" }, "second (host twice.example)"],
    ["nothing", { authority: "other.example" }, "none"],
    ["nothing by either reading", { authority: "other.example", path: "//" }, "none"],
    [
      "two readings",
      { authority: "other.example", path: "/x/..%2forders" },
      "none / pathless (path /orders)",
    ],
    ["a named group is not read from the path", { group: "wide", path: "//orders" }, "named wide"],
  ];
  test.each(cases)("%s", (_, over, expected) => {
    expect(brief(SELECT(request(over)))).toBe(expected);
  });

  test("an entry without keys is any request", () => {
    const select = compileScope([scoped("default", {})]);
    expect(brief(select(request({ path: "/a/..;/b", authority: undefined })))).toBe(
      "default (any request)",
    );
  });

  test("a configured escape is compared as written, and decoded", () => {
    const select = compileScope([scoped("blank", { path: "/a%20b" })]);
    expect(brief(select(request({ path: "/a%20b/c" })))).toBe("blank (path /a%20b)");
    expect(brief(select(request({ path: "/a b" })))).toBe("none / blank (path /a%20b)");
    expect(brief(select(request({ path: "/plain" })))).toBe("none");
  });

  test("gives one and the same match for a usual path", () => {
    const selection = SELECT(request({ path: "/orders" }));
    expect(selection).toEqual(SELECT(request({ path: "/orders/" })));
    expect(selection).toHaveProperty("received", expect.anything());
    const { received, decoded } = selection as Extract<Selection, { by: "match" }>;
    expect(received).toBe(decoded);
  });
});

// The oracle: every entry is tried, and the best of those that hold is taken. Nothing of it is shared with the code.

type Entry = Written & { group: string };

function slowHost(authority: string | undefined): string | undefined {
  const match = /^([a-z0-9.-]+?|\[[0-9a-f:]+\])\.?(?::[0-9]*)?$/.exec(
    (authority ?? "").toLowerCase(),
  );
  return match?.[1] === undefined || /\.\.|^\.|\.$/.test(match[1]) ? undefined : match[1];
}

function slowDecode(path: string): string {
  let text = path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number(`0x${hex}`)));
  text = text.split("\\").join("/");
  text = text.replace(/;[^/]*/g, "");
  text = `/${text}/`.replace(/\/+/g, "/");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/^\/\.\.\//, "/").replace("/./", "/");
    text = text.replace(/\/(?!\.\.?\/)[^/]+\/\.\.\//, "/");
  }
  return text.replace(/(.)\/$/, "$1");
}

function rankOfHost(entry: Entry, name: string | undefined): number {
  if (entry.host === undefined) return 0;
  if (name === undefined) return -1;
  if (entry.host === name) return 1_000_000;
  const isBelow = entry.host.startsWith("*.") && name.endsWith(entry.host.slice(1));
  return isBelow && name.length >= entry.host.length ? entry.host.length : -1;
}

function slowFind(entries: Entry[], asked: Request, path: string, read: (p: string) => string) {
  const name = slowHost(asked.authority);
  const held = entries
    .map((entry, place) => {
      const prefix = entry.path === undefined || entry.path === "/" ? "" : read(entry.path);
      const holds = prefix === "" || path === prefix || path.startsWith(`${prefix}/`);
      const route = entry.route === undefined ? 0 : entry.route === asked.route ? 1 : -1;
      const rank = [route, rankOfHost(entry, name), holds ? prefix.length : -1, -place];
      return { entry, rank };
    })
    .filter(({ rank }) => rank.slice(0, 3).every((each) => each >= 0))
    .sort((a, b) => a.rank.map((x, i) => (b.rank[i] ?? 0) - x).find((x) => x !== 0) ?? 0);
  return held[0]?.entry.group ?? "none";
}

const label = fc.constantFrom("a", "b", "c");
const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));
const segment = fc.constantFrom("a", "b", "a%62", "ab");
const path = fc
  .array(segment, { minLength: 0, maxLength: 3 })
  .map((segments) => `/${segments.join("/")}`);
const entry = fc.record(
  {
    host: fc.oneof(
      name,
      name.map((text) => `*.${text}`),
    ),
    path,
    route: fc.constantFrom("r1", "r2"),
  },
  { requiredKeys: [] },
);
const target = fc
  .array(
    fc.constantFrom("/", "/", "a", "b", "ab", "%62", "%2f", "%2e", ".", "..", ";", "\\", "?", "%"),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(""));
const authority = fc.oneof(
  name,
  name.map((text) => `${text.toUpperCase()}:80`),
  name.map((text) => `${text}.`),
  name.map((text) => `u@${text}`),
  fc.constantFrom("", "[::1]:1", ".."),
);

test("a look-up finds what trying every entry finds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(entry, { maxLength: 3 }), { maxLength: 5 }),
      fc.record({
        authority: fc.option(authority, { nil: undefined }),
        path: fc.oneof(target, path),
        route: fc.constantFrom(undefined, "r1", "r2", "r3"),
      }),
      (groups, over) => {
        const asked = request(over);
        const entries = groups.flatMap((match, i) =>
          match.map((each) => ({ ...each, group: `g${i}` })),
        );
        const received = asked.path.replace(/\?.*$/s, "");
        const selection = compileScope(groups.map((match, i) => scoped(`g${i}`, ...match)))(asked);
        const { received: first, decoded: second } = selection as Extract<
          Selection,
          { by: "match" }
        >;
        expect([first?.group.name ?? "none", second?.group.name ?? "none"]).toEqual([
          slowFind(entries, asked, received, (text) => text),
          slowFind(entries, asked, slowDecode(received), slowDecode),
        ]);
      },
    ),
    { numRuns: 2000 },
  );
});
