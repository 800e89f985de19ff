import { expect, test } from "vitest";
import { runCorsd } from "./run-corsd.ts";

test("corsd schema prints a JSON Schema that knows the document's keys", async () => {
  const { code, out, err } = await runCorsd(["schema"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const schema = JSON.parse(out) as { properties: object };
  expect(schema).toHaveProperty("$schema");
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(["version", "preset", "policies", "applications", "apiGroups"]),
  );
});

test("corsd schema --tests is that of test files", async () => {
  const { code, out, err } = await runCorsd(["schema", "--tests"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const schema = JSON.parse(out) as { properties: object };
  expect(Object.keys(schema.properties)).toEqual(["policy", "tests"]);
});
