import { HTTP_VERSIONS } from "../../cors/http-version.ts";
import { PRESETS, type PresetName, type Written, type WrittenPolicy } from "../document.ts";
import type { Libraries } from "../libraries.ts";
import { presetOf } from "../preset.ts";
import { quote } from "../quote.ts";
import { atOf, type Spot } from "../spot.ts";
import { MAX_DESCRIPTION_LENGTH, MAX_TAG_LENGTH, MAX_TAGS } from "../vocabulary/limits.ts";
import {
  MODES,
  POLICY_FIELDS,
  type PolicyKey,
  PREFLIGHTS,
  WEB_SOCKETS,
} from "../vocabulary/policy-fields.ts";
import { decodeBehavior } from "./decode-behavior.ts";
import { decodeList } from "./decode-list.ts";
import { decodeName } from "./decode-name.ts";
import { decodeHeaders, decodeMethods } from "./decode-names.ts";
import { decodeOrigins } from "./decode-origins.ts";
import { parseMaxAge } from "./max-age.ts";
import type { Reader } from "./reader.ts";

type Keys = ReadonlyMap<PolicyKey, Spot>;

/** Reads one entry of `policies`; `inherited` is the preset of its file. Undefined where the entry is no map. */
export function decodePolicy(
  reader: Reader,
  spot: Spot,
  inherited: PresetName,
  libraries: Libraries,
): WrittenPolicy | undefined {
  const keys = reader.object(spot, POLICY_FIELDS);
  if (keys === undefined) return undefined;
  const preset = decodePreset(reader, keys.get("preset"), inherited);
  reportRequired(reader, spot, keys, preset);
  return {
    at: atOf(spot),
    name: decodeName(reader, keys.get("name"), spot),
    description: reader.text(keys.get("description"), MAX_DESCRIPTION_LENGTH)?.value,
    tags: decodeTags(reader, keys.get("tags")),
    preset,
    allowOrigins: decodeOrigins(reader, keys.get("allowOrigins"), libraries),
    allowMethods: decodeMethods(reader, keys.get("allowMethods")),
    allowHeaders: decodeHeaders(reader, keys.get("allowHeaders")),
    exposeHeaders: decodeHeaders(reader, keys.get("exposeHeaders")),
    maxAge: decodeMaxAge(reader, keys.get("maxAge")),
    httpVersions: decodeList(reader, keys.get("httpVersions"), (each) =>
      reader.choice(each, HTTP_VERSIONS),
    ),
    behavior: decodeBehavior(reader, keys.get("behavior")),
    ...decodeSwitches(reader, keys),
  };
}

type Switch =
  | "enabled"
  | "mode"
  | "allowCredentials"
  | "dangerouslyAllowAnyOriginWithCredentials"
  | "requireOrigin"
  | "preflight"
  | "webSocket"
  | "allowPrivateNetwork"
  | "timingAllowOrigin";

function decodeSwitches(reader: Reader, keys: Keys): Pick<WrittenPolicy, Switch> {
  const isTrue = (key: PolicyKey): boolean => reader.flag(keys.get(key))?.value === true;
  return {
    enabled: reader.flag(keys.get("enabled"))?.value !== false,
    mode: reader.choice(keys.get("mode"), MODES)?.value ?? "enforce",
    allowCredentials: reader.flag(keys.get("allowCredentials")),
    dangerouslyAllowAnyOriginWithCredentials: isTrue("dangerouslyAllowAnyOriginWithCredentials"),
    requireOrigin: reader.flag(keys.get("requireOrigin")),
    preflight: reader.choice(keys.get("preflight"), PREFLIGHTS)?.value ?? "answer",
    webSocket: reader.choice(keys.get("webSocket"), WEB_SOCKETS)?.value ?? "ignore",
    allowPrivateNetwork: isTrue("allowPrivateNetwork"),
    timingAllowOrigin: isTrue("timingAllowOrigin"),
  };
}

/** One that is there but unreadable counts as `strict`, so that nothing follows from another one. */
function decodePreset(reader: Reader, spot: Spot | undefined, inherited: PresetName): PresetName {
  if (spot === undefined) return inherited;
  return reader.choice(spot, PRESETS)?.value ?? "strict";
}

/** Some products have no default for a field, so their presets have none either. */
function reportRequired(reader: Reader, spot: Spot, keys: Keys, preset: PresetName): void {
  const { defaults } = presetOf(preset);
  if (defaults.allowMethods === "required" && !keys.has("allowMethods")) {
    reader.report(atOf(spot), {
      code: "methods-required",
      value: preset,
      message: `the preset \`${preset}\` needs \`allowMethods\``,
      fix: "name one or more, such as `allowMethods: [GET, POST]`",
    });
  }
  if (defaults.httpVersions === "required" && !keys.has("httpVersions")) {
    reader.report(atOf(spot), {
      code: "http-versions-required",
      value: preset,
      message: `the preset \`${preset}\` needs \`httpVersions\``,
      fix: "name one or more, such as `httpVersions: [HTTP/1.1, HTTP/2]`",
    });
  }
}

// Visible characters with single blanks inside: tags are compared and shown, and stand in metric labels.
const TAG = /^[^\p{C}\p{Z}]+(?: [^\p{C}\p{Z}]+)*$/u;

function decodeTags(reader: Reader, spot: Spot | undefined): readonly string[] {
  const list = decodeList(reader, spot, (each) => decodeTag(reader, each));
  if (list === undefined) return [];
  if (list.items.length > MAX_TAGS) {
    const message = `there are ${list.items.length} tags`;
    const fix = `keep at most ${MAX_TAGS}`;
    reader.report(list.at, { code: "list-too-long", value: "[…]", message, fix });
  }
  return list.items.slice(0, MAX_TAGS).map(({ value }) => value);
}

function decodeTag(reader: Reader, spot: Spot): Written<string> | undefined {
  const written = reader.text(spot, MAX_TAG_LENGTH);
  if (written === undefined || TAG.test(written.value)) return written;
  const { value, at } = written;
  const fix = "write visible characters, with single blanks between words";
  reader.report(at, { code: "tag-invalid", value, message: `${quote(value)} is not a tag`, fix });
  return undefined;
}

function decodeMaxAge(reader: Reader, spot: Spot | undefined): Written<number> | undefined {
  if (spot === undefined) return undefined;
  const { node } = spot;
  if (
    node.kind !== "scalar" ||
    (typeof node.value !== "number" && typeof node.value !== "string")
  ) {
    reader.refuse(
      spot,
      "a time",
      "write whole seconds, or a whole number with s, m, h or d: `15m`",
    );
    return undefined;
  }
  const { value, text } = node;
  const parsed = parseMaxAge(value);
  if (parsed.ok) return { value: parsed.value, text, at: atOf(spot) };
  const { message, fix } = parsed.error;
  const finding = {
    code: "max-age-invalid",
    value: text,
    message: `${quote(text)} ${message}`,
    fix,
  } as const;
  reader.report(atOf(spot), finding);
  return undefined;
}
