import { expect, test } from "vitest";
import { atOnce } from "../../src/cors/steps.ts";
import { mend } from "../../src/mend/mend.ts";
import { libraries } from "../../src/source/libraries.ts";
import { packDocument } from "../../src/source/packed-document.ts";
import { runningSteps } from "../../src/source/snapshot-steps.ts";
import { APP, preflight } from "../cors/sample.ts";
import { compileObject } from "../policy/compile-object.ts";

test("a document as a server keeps it gives the same change, at the policy where a place is not kept", () => {
  const policies = [{ name: "web", allowOrigins: [APP], allowMethods: ["GET"] }];
  const { document, resolved, snapshot } = compileObject({ policies });
  if (snapshot === undefined) throw new Error("it has errors");
  const running = atOnce(runningSteps(packDocument(document)));
  const asked = preflight("PUT", undefined, { origin: "https://new.example.com" });
  const [kept, whole] = [running, resolved].map((each) =>
    mend({ document: each, snapshot, libraries }, [asked]),
  );
  if (kept?.kind !== "change" || whole?.kind !== "change") throw new Error("it is no change");
  expect({ ...kept, changes: [] }).toEqual({ ...whole, changes: [] });
  expect(kept.changes.map(({ text }) => text)).toEqual(whole.changes.map(({ text }) => text));
  // The list of origins stands at line 5 and that of methods at line 7; the policy at line 3.
  expect(whole.changes.map(({ line }) => line)).toEqual([5, 7]);
  expect(kept.changes.map(({ line }) => line)).toEqual([3, 7]);
});
