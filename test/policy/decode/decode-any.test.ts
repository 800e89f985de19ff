import fc from "fast-check";
import { expect, test } from "vitest";
import { PROBLEM_CODES } from "../../../src/policy/problem-code.ts";
import { APPLICATION_FIELDS } from "../../../src/policy/vocabulary/application-fields.ts";
import {
  BEHAVIOR_FIELDS,
  REFUSAL_STATUS_FIELDS,
} from "../../../src/policy/vocabulary/behavior-fields.ts";
import { DOCUMENT_FIELDS } from "../../../src/policy/vocabulary/document-fields.ts";
import { GROUP_FIELDS, MATCH_FIELDS } from "../../../src/policy/vocabulary/group-fields.ts";
import { POLICY_FIELDS } from "../../../src/policy/vocabulary/policy-fields.ts";
import { decoded } from "./decoded.ts";

const tables = [
  DOCUMENT_FIELDS,
  POLICY_FIELDS,
  APPLICATION_FIELDS,
  GROUP_FIELDS,
  MATCH_FIELDS,
  BEHAVIOR_FIELDS,
  REFUSAL_STATUS_FIELDS,
];
const keys = fc.constantFrom(...tables.flatMap((table) => Object.keys(table)), "__proto__", "x");
const leaves = fc.oneof(
  fc.constantFrom("*", "a", "https://a.example", "GET", "HTTP/2", "/a", "strict", "~(", "15m"),
  fc.constantFrom(null, true, false, 0, -1, 403, 1.5),
  fc.string(),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "large" }, leaves, tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  map: fc.array(fc.tuple(keys, tie("value")), { maxLength: 6 }).map(Object.fromEntries),
}));
const section = fc.array(value, { maxLength: 3 });
const document = fc.record(
  { version: leaves, preset: leaves, policies: section, applications: section, apiGroups: section },
  { requiredKeys: [] },
);

const KNOWN: ReadonlySet<string> = new Set(PROBLEM_CODES);

test("whatever is written, every problem has a place, a code and a way out", {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(document, (written) => {
      const { problems } = decoded(JSON.stringify(written, null, 1));
      const odd = problems.filter(
        ({ code, line, column, message, fix }) =>
          !KNOWN.has(code) ||
          line < 1 ||
          column < 1 ||
          !/^[^A-Z].*[^.]$/s.test(message) ||
          !/^[a-z].*[^.]$/s.test(fix),
      );
      expect(odd).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
