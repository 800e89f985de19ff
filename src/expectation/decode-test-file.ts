import type { UnderstoodRequest } from "../explain/described-request.ts";
import { type Finding, Reader } from "../policy/decode/reader.ts";
import type { At, Written } from "../policy/document.ts";
import type { Node } from "../policy/node.ts";
import type { Problem } from "../policy/problem.ts";
import { atOf, type Spot } from "../policy/spot.ts";
import { decodeExpected } from "./decode-expected.ts";
import {
  decodePreflight,
  decodeRequest,
  isWhole,
  present,
  type RequestDraft,
  understand,
  type Variation,
} from "./decode-request.ts";
import type { Fact } from "./fact.ts";
import { oneOrMany } from "./one-or-many.ts";
import {
  EACH_FIELDS,
  type EachKey,
  MAX_TEST_NAME_LENGTH,
  MAX_TEXT_LENGTH,
  TEST_FIELDS,
  TEST_FILE_FIELDS,
} from "./test-fields.ts";

/** Most tests of a file, combinations counted: a report of more helps nobody, and three lists multiply fast. */
export const MAX_TESTS = 10_000;

/** One request, and what has to be decided about it. */
export type Test = {
  /** With the values of its combination, where it is one of many. */
  readonly name: string;
  readonly at: At;
  readonly request: UnderstoodRequest;
  readonly facts: readonly Fact[];
};

export type TestFile = {
  /** Paths as they are written; none where the file names none. */
  readonly policies: readonly Written<string>[];
  readonly tests: readonly Test[];
  /** Where there are any the tests are not to be run: some may be missing. */
  readonly problems: readonly Problem[];
};

/** Reads a test file, and says everything that is wrong with it. */
export function decodeTestFile(root: Node): TestFile {
  const reader = new Reader();
  const spot: Spot = { node: root, pointer: "" };
  const keys = reader.object(spot, TEST_FILE_FIELDS);
  const tests: Test[] = [];
  const section = keys?.get("tests");
  const listed = reader.list(section);
  if (section !== undefined && listed?.length === 0) {
    const fix = "write one, beginning with `- name: `";
    reader.report(atOf(section), nothing("there is no test", fix));
  }
  for (const each of listed ?? []) {
    const left = MAX_TESTS - tests.length;
    if (left === 0) {
      reportTooMany(reader, each);
      break;
    }
    tests.push(...decodeTest(reader, each, left));
  }
  return { policies: policiesOf(reader, keys?.get("policy")), tests, problems: reader.problems };
}

function policiesOf(reader: Reader, spot: Spot | undefined): readonly Written<string>[] {
  if (spot === undefined) return [];
  const spots = oneOrMany(spot);
  if (spots.length === 0) {
    const fix = "name a file or a directory, or leave the key out";
    reader.report(atOf(spot), nothing("no policy file is named", fix));
  }
  return spots.flatMap((each) => reader.text(each, MAX_TEXT_LENGTH) ?? []);
}

/** One test, or one of each combination, at most `left`. */
function decodeTest(reader: Reader, spot: Spot, left: number): readonly Test[] {
  const keys = reader.object(spot, TEST_FIELDS);
  if (keys === undefined) return [];
  const at = atOf(spot);
  const name = reader.text(keys.get("name"), MAX_TEST_NAME_LENGTH)?.value ?? "";
  const facts = decodeExpected(reader, keys.get("expect"));
  const draft = draftOf(reader, spot, keys.get("request"), keys.get("preflight"));
  const variations = combine(reader, keys.get("each"), left);
  const [first] = variations;
  if (draft === undefined || first === undefined) return [];
  if (!isWhole(reader, { ...draft, ...first })) return [];
  return variations.flatMap((variation) => {
    const request = understand(reader, { ...draft, ...variation });
    return request === undefined ? [] : [{ name: nameOf(name, variation), at, request, facts }];
  });
}

function draftOf(
  reader: Reader,
  test: Spot,
  request: Spot | undefined,
  preflight: Spot | undefined,
): RequestDraft | undefined {
  if (request !== undefined && preflight !== undefined) {
    const message = "`preflight` stands beside `request`";
    const fix = "write two tests";
    reader.report(atOf(preflight), { code: "duplicate-key", value: "preflight", message, fix });
  }
  if (request !== undefined) return decodeRequest(reader, request);
  if (preflight !== undefined) return decodePreflight(reader, preflight);
  const message = "there is neither `request` nor `preflight`";
  const fix = "add one of them";
  reader.report(atOf(test), { code: "missing-key", value: "", message, fix });
  return undefined;
}

/** Every combination of the lists of `each`; one with nothing in it where there is none. */
function combine(reader: Reader, spot: Spot | undefined, left: number): readonly Variation[] {
  const keys = spot && reader.object(spot, EACH_FIELDS);
  if (spot === undefined || keys === undefined) return [{}];
  const lists = new Map<EachKey, readonly Written<string>[]>();
  for (const [key, value] of keys) {
    const spots = reader.list(value);
    if (spots?.length === 0) {
      reader.report(atOf(value), nothing("no test comes of an empty list", "write its values"));
    }
    lists.set(key, spots?.flatMap((each) => reader.string(each) ?? []) ?? []);
  }
  const sizes = [...lists.values()].map((list) => list.length);
  if (sizes.reduce((product, size) => product * size, 1) > left) {
    reportTooMany(reader, spot);
    return [];
  }
  const over = (key: EachKey): readonly (Written<string> | undefined)[] =>
    lists.get(key) ?? [undefined];
  return over("origin").flatMap((origin) =>
    over("url").flatMap((url) => over("method").map((method) => present({ origin, url, method }))),
  );
}

function reportTooMany(reader: Reader, spot: Spot): void {
  reader.report(atOf(spot), {
    code: "tests-too-many",
    value: "",
    message: `with this the file has more than ${MAX_TESTS} tests`,
    fix: "write less, or another file",
  });
}

function nameOf(name: string, { origin, url, method }: Variation): string {
  const values = [origin, url, method].flatMap((said) => (said ? [said.value || '""'] : []));
  return values.length === 0 ? name : `${name} [${values.join(", ")}]`;
}

function nothing(message: string, fix: string): Finding {
  return { code: "value-empty", value: "", message, fix };
}
