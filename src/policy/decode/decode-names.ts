import { MAX_METHOD_LENGTH } from "../../cors/check.ts";
import { isToken } from "../../cors/token.ts";
import type { Written, WrittenList } from "../document.ts";
import type { ProblemCode } from "../problem-code.ts";
import { quote } from "../quote.ts";
import type { Spot } from "../spot.ts";
import { MAX_HEADER_NAME_LENGTH, MAX_LIST_TEXT_LENGTH } from "../vocabulary/limits.ts";
import { decodeStarList } from "./decode-list.ts";
import type { Reader } from "./reader.ts";

/** Reads `allowMethods`. */
export function decodeMethods(
  reader: Reader,
  spot: Spot | undefined,
): WrittenList<string> | undefined {
  return bounded(
    reader,
    decodeStarList(reader, spot, (each) => decodeMethod(reader, each)),
  );
}

/** Reads `allowHeaders` or `exposeHeaders`. */
export function decodeHeaders(
  reader: Reader,
  spot: Spot | undefined,
): WrittenList<string> | undefined {
  return bounded(
    reader,
    decodeStarList(reader, spot, (each) => decodeHeader(reader, each)),
  );
}

function decodeMethod(reader: Reader, spot: Spot): Written<string> | undefined {
  return decodeToken(reader, spot, MAX_METHOD_LENGTH, "method-invalid", "a method");
}

function decodeHeader(reader: Reader, spot: Spot): Written<string> | undefined {
  const code = "header-invalid";
  const written = decodeToken(reader, spot, MAX_HEADER_NAME_LENGTH, code, "a header name");
  if (written === undefined || !isCorsHeader(written.value)) return written;
  const { value, at } = written;
  const message = `${quote(value)} is a response header of CORS itself`;
  reader.report(at, {
    code: "cors-header",
    value,
    message,
    fix: "remove it; it is sent as needed",
  });
  return undefined;
}

/** True for the response headers of Fetch section 3.3.3 and their extensions; request headers of CORS are others. */
function isCorsHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.startsWith("access-control-") && !lower.startsWith("access-control-request-");
}

function decodeToken(
  reader: Reader,
  spot: Spot,
  maxLength: number,
  code: ProblemCode,
  what: string,
): Written<string> | undefined {
  const written = reader.text(spot, maxLength);
  if (written === undefined || isToken(written.value)) return written;
  const { value, at } = written;
  const fix = /[,\s]/.test(value)
    ? "write each name as an entry of its own"
    : "use letters, digits and ``!#$%&'*+-.^_`|~`` only";
  reader.report(at, { code, value, message: `${quote(value)} is not ${what}`, fix });
  return undefined;
}

/** A list is sent as one header; one that is too long for that is reported and becomes empty. */
function bounded(
  reader: Reader,
  list: WrittenList<string> | undefined,
): WrittenList<string> | undefined {
  if (list?.kind !== "listed") return list;
  const length = list.items.reduce((sum, { value }) => sum + value.length + 2, -2);
  if (length <= MAX_LIST_TEXT_LENGTH) return list;
  reader.report(list.at, {
    code: "list-too-long",
    value: "[…]",
    message: `the list makes a header of ${length} characters`,
    fix: `shorten it to ${MAX_LIST_TEXT_LENGTH}, commas included`,
  });
  return { kind: "listed", items: [], at: list.at };
}
