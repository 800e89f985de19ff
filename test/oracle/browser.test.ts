import { describe, expect, test } from "vitest";
import { forEveryAnswer } from "./every-answer.ts";
import { type CredentialsMode, passesCorsCheck, passesPreflight } from "./model/fetch.ts";
import { meaningOf, type Policy } from "./model/meaning.ts";
import { readNames } from "./model/requested.ts";
import type { WrittenDocument } from "./model/written.ts";
import type { Seen } from "./product.ts";

const MODES: readonly CredentialsMode[] = ["omit", "include"];

/** The policy as the document means it; undefined: none governs. */
function governing(document: WrittenDocument, { group, policy }: Seen["said"]): Policy | undefined {
  const found = meaningOf(document).groups.find(({ name }) => name === group);
  return found?.policies.find(({ name }) => name === policy);
}

describe("a browser that takes the steps of the Fetch standard", () => {
  test("lets a script read what is granted, with credentials where they are allowed, and nothing else", () => {
    forEveryAnswer(({ said, view }, { origin }, document) => {
      const isGranted =
        said.kind === "actual" && said.outcome === "granted" && said.policy !== null;
      const credentials = governing(document, said)?.credentials === true;
      const wanted = said.outcome === "refused" ? [false, false] : [true, credentials];
      const passed = MODES.map((mode) => passesCorsCheck(origin ?? "", mode, view.headers));
      expect(isGranted || said.outcome === "refused" ? passed : wanted).toEqual(wanted);
    });
  });

  test("sends on after a preflight exactly what the policy lists", () => {
    let sent = 0;
    forEveryAnswer(({ said, view }, request, document) => {
      if (said.kind !== "preflight") return;
      const { origin = "", requestMethod: method = "", requestHeaders } = request;
      const policy = governing(document, said);
      const names = readNames(requestHeaders) ?? [];
      // A service behind may answer a preflight that goes on with any status: the routes have to end it.
      const status = view.reached ? 200 : view.status;
      const passes = passesPreflight(origin, "omit", { method, names }, { ...view, status });
      expect(passes).toBe(said.outcome === "granted" && lists(policy, method, names));
      sent += passes ? 1 : 0;
    });
    expect(sent).toBeGreaterThan(50);
  });
});

/** Whether a browser may send it: GET, HEAD and POST need no word of a server. */
function lists(policy: Policy | undefined, method: string, names: readonly string[]): boolean {
  if (policy === undefined) return false;
  const { methods, headers } = policy;
  const known = headers === "*" ? names : headers.map((name) => name.toLowerCase());
  const isMethod =
    methods === "*" || methods.includes(method) || ["GET", "HEAD", "POST"].includes(method);
  return isMethod && names.every((name) => known.includes(name));
}
