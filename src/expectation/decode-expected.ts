import { isToken } from "../cors/token.ts";
import type { Reader } from "../policy/decode/reader.ts";
import { quote } from "../policy/quote.ts";
import { atOf, pointerTo, type Spot } from "../policy/spot.ts";
import { type Fact, type FactName, varyText } from "./fact.ts";
import { EXPECT_FIELDS, SHADOW_FIELDS, STATUS } from "./test-fields.ts";
import { KINDS, OUTCOMES, REASONS } from "./words.ts";

/** What a test expects, `expect: granted` for the outcome alone. Nothing where anything is wrong with all of it. */
export function decodeExpected(reader: Reader, spot: Spot | undefined): readonly Fact[] {
  if (spot === undefined) return [];
  if (spot.node.kind === "scalar") return choice(reader, spot, "outcome", OUTCOMES);
  const keys = reader.object(spot, EXPECT_FIELDS);
  if (keys === undefined) return [];
  if (spot.node.kind === "map" && spot.node.entries.length === 0) {
    reader.report(atOf(spot), {
      code: "value-empty",
      value: "{}",
      message: "nothing is expected, so the test cannot fail",
      fix: "name an `outcome`, or another key",
    });
  }
  return [
    ...choice(reader, keys.get("outcome"), "outcome", OUTCOMES),
    ...choice(reader, keys.get("kind"), "kind", KINDS),
    ...textOrNone(reader, keys.get("group"), "group"),
    ...textOrNone(reader, keys.get("policy"), "policy"),
    ...choiceOrNone(reader, keys.get("reason"), "reason"),
    ...status(reader, keys.get("status")),
    ...textOrNone(reader, keys.get("body"), "body"),
    ...headers(reader, keys.get("headers")),
    ...vary(reader, keys.get("vary")),
    ...shadow(reader, keys.get("shadow")),
  ];
}

function shadow(reader: Reader, spot: Spot | undefined): readonly Fact[] {
  if (isNone(spot)) return [{ name: "shadow", value: undefined }];
  const keys = spot && reader.object(spot, SHADOW_FIELDS);
  if (keys === undefined) return [];
  const differs = reader.flag(keys.get("differs"));
  return [
    ...textOrNone(reader, keys.get("policy"), "shadow.policy"),
    ...choice(reader, keys.get("outcome"), "shadow.outcome", OUTCOMES),
    ...choiceOrNone(reader, keys.get("reason"), "shadow.reason"),
    ...(differs === undefined
      ? []
      : [{ name: "shadow.differs" as const, value: String(differs.value) }]),
  ];
}

/** `false` stands for "there is none" wherever there may be none. */
function isNone(spot: Spot | undefined): boolean {
  return spot?.node.kind === "scalar" && spot.node.value === false;
}

function choice(
  reader: Reader,
  spot: Spot | undefined,
  name: FactName,
  known: readonly string[],
): readonly Fact[] {
  const written = reader.choice(spot, known);
  return written === undefined ? [] : [{ name, value: written.value }];
}

function choiceOrNone(reader: Reader, spot: Spot | undefined, name: FactName): readonly Fact[] {
  return isNone(spot) ? [{ name, value: undefined }] : choice(reader, spot, name, REASONS);
}

function textOrNone(reader: Reader, spot: Spot | undefined, name: FactName): readonly Fact[] {
  if (isNone(spot)) return [{ name, value: undefined }];
  const written = reader.string(spot);
  return written === undefined ? [] : [{ name, value: written.value }];
}

function status(reader: Reader, spot: Spot | undefined): readonly Fact[] {
  if (isNone(spot)) return [{ name: "status", value: undefined }];
  const number = reader.whole(spot, STATUS);
  return number === undefined ? [] : [{ name: "status", value: String(number) }];
}

/** Values are taken as they are written: `access-control-allow-credentials: true` needs no quotes. */
function headers(reader: Reader, spot: Spot | undefined): readonly Fact[] {
  if (spot === undefined) return [];
  const { node, pointer } = spot;
  if (node.kind !== "map") {
    reader.refuse(spot, "a map of header names to values", "write `name: value`, one a line");
    return [];
  }
  return node.entries.flatMap(({ key, place, value }): readonly Fact[] => {
    const at = { place, pointer: pointerTo(pointer, key) };
    if (!isToken(key)) {
      const message = `${quote(key)} is not a header name`;
      reader.report(at, { code: "header-invalid", value: key, message, fix: "correct it" });
      return [];
    }
    if (value.kind !== "scalar" || value.value === null) {
      const fix = "write its value, or `false` where it must not be set";
      reader.refuse({ node: value, pointer: at.pointer }, "a value", fix);
      return [];
    }
    const isAbsent = value.value === false;
    return [{ name: `header ${key.toLowerCase()}`, value: isAbsent ? undefined : value.text }];
  });
}

function vary(reader: Reader, spot: Spot | undefined): readonly Fact[] {
  const spots = reader.list(spot);
  if (spots === undefined) return [];
  const names = spots.flatMap((each) => reader.string(each)?.value ?? []);
  return [{ name: "vary", value: varyText(names) }];
}
