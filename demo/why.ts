import { runProgram } from "../src/cli/program.ts";

/** A request to explain, as the page describes it. */
export type Question = {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
};

/** The question in the body of a request, or undefined: the page server takes no other form. */
export function parseQuestion(text: string): Question | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { method, url, headers } = value as Partial<Record<keyof Question, unknown>>;
  if (typeof method !== "string" || typeof url !== "string" || !Array.isArray(headers)) {
    return undefined;
  }
  const pairs: [string, string][] = [];
  for (const header of headers as unknown[]) {
    if (!Array.isArray(header)) return undefined;
    const [name, content] = header as unknown[];
    if (typeof name !== "string" || typeof content !== "string") return undefined;
    pairs.push([name, content]);
  }
  return { method, url, headers: pairs };
}

/**
 * What corsd would decide and why: `corsd explain --json` with the same policy file, run in this process because a
 * page asks for many at once. Resolves with its JSON text; rejects with its own words where it could not tell, such
 * as a policy file with an error in it.
 */
export async function explain(policy: string, question: Question): Promise<string> {
  const args = ["explain", policy, "--json", "--http-version", "HTTP/1.1"].concat(
    ["--method", question.method, "--url", question.url],
    question.headers.flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
  );
  let said = "";
  let complained = "";
  const code = await runProgram(
    args,
    {},
    {
      out: (text) => {
        said += text;
      },
      err: (text) => {
        complained += text;
      },
      isTerminal: false,
    },
  );
  // 0 granted or passed, 3 refused: both are answers.
  if (code !== 0 && code !== 3) throw new Error(complained.trim());
  return said;
}
