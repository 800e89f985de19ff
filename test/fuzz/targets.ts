import { DESCRIPTIONS } from "./descriptions.ts";
import { DOCUMENTS } from "./documents.ts";
import { DUMPS } from "./dumps.ts";
import { EXPRESSIONS } from "./expressions.ts";
import { FLOODS } from "./floods.ts";
import { FRAMING } from "./framing.ts";
import { HEADERS } from "./headers.ts";
import type { AnyTarget } from "./target.ts";
import { WIRE } from "./wire.ts";

export const TARGETS: readonly AnyTarget[] = [
  WIRE,
  FRAMING,
  FLOODS,
  HEADERS,
  DOCUMENTS,
  EXPRESSIONS,
  DESCRIPTIONS,
  DUMPS,
];
