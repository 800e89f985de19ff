import { expect, test } from "vitest";
import { ok } from "../../src/cors/result.ts";
import { type Draft, settle } from "../../src/mend/draft.ts";
import { applyEdit, listedNames } from "../../src/mend/edit.ts";
import { APP, policy, request } from "../cors/sample.ts";

test("a draft that no edit settles is a bug, and no loop without end", () => {
  const draft: Draft = { policies: [policy()], applications: [], edits: [] };
  const host = { policy: "nobody", origin: ok("https://b.example.com") };
  expect(() => settle(draft, [request({ origin: "https://b.example.com" })], host)).toThrow(
    "still refused",
  );
  expect(settle(draft, [request({ origin: APP })], host)).toEqual(ok([]));
});

test("what is open already stays open", () => {
  const open = policy({ methods: { kind: "any" }, headers: { kind: "any" } });
  for (const key of ["allowMethods", "allowHeaders"] as const) {
    expect(applyEdit(open, { policy: "web", key, value: "x" })).toEqual(open);
  }
  expect(listedNames({ kind: "any" })).toEqual([]);
  const edited = applyEdit(open, { policy: "web", key: "httpVersions", value: "HTTP/2" });
  expect(edited.httpVersions).toEqual(new Set(["HTTP/2"]));
});
