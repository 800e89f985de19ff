import { type Decoded, decodeDocument } from "../../../src/policy/decode/decode.ts";
import { libraries } from "../../../src/source/libraries.ts";
import { parseText } from "../../../src/source/parse.ts";

/** What decoding says of documents given as YAML, one or several files. The texts must be good YAML. */
export function decoded(...texts: readonly string[]): Decoded {
  return decodeDocument(texts.map(fileOf), libraries);
}

export function fileOf(text: string, index = 0): { file: string; root: NonNullable<Root> } {
  const file = `${index}.yaml`;
  const { root, problems } = parseText(file, text);
  if (root === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return { file, root };
}

type Root = ReturnType<typeof parseText>["root"];

/** A document of one policy with these lines beside its name, from line 3 on. */
export function policy(...lines: readonly string[]): string {
  return ["policies:", "  - name: a", ...lines.map((line) => `    ${line}`), ""].join("\n");
}

/** Each problem as `line:column pointer code | message | fix`. */
export function said({ problems }: Pick<Decoded, "problems">): readonly string[] {
  return problems.map(
    ({ line, column, pointer, code, message, fix }) =>
      `${line}:${column} ${pointer} ${code} | ${message} | ${fix}`,
  );
}

/** The codes and pointers of the problems. */
export function codes({ problems }: Pick<Decoded, "problems">): readonly string[] {
  return problems.map(({ code, pointer }) => `${code} ${pointer}`);
}
