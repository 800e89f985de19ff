import { describe, expect, test } from "vitest";
import { codesOf, config, findingsIn } from "../small-config.ts";

describe("mutation rules", () => {
  test.each<[string, object | null, readonly string[]]>([
    ["none", null, ["mutation-unlimited"]],
    ["nothing forbidden", { disallow_all: null, allow_expression: null }, []],
    ["all forbidden", { allow_expression: null }, ["mutation-dropped"]],
    ["one forbidden", { disallow_expression: { regex: "vary|x-.*" } }, ["mutation-dropped"]],
    [
      "one too few",
      { allow_expression: { regex: "access-control-.*" }, disallow_is_error: true },
      ["mutation-dropped"],
    ],
    [
      "an expression for part of the name",
      { allow_expression: { regex: "access-control-" } },
      ["mutation-dropped"],
    ],
  ])("%s", (_, rules, codes) => {
    expect(codesOf({ extProc: { mutation_rules: rules } })).toEqual(codes);
  });

  test("names what is dropped", () => {
    const rules = { disallow_expression: { regex: ".*max.*|vary" } };
    const [found] = findingsIn(config({ extProc: { mutation_rules: rules } }));
    expect(found?.message).toContain("`access-control-max-age`, `vary`, in silence");
  });
});
