import { parseOriginPattern } from "../../src/policy/decode/written-pattern.ts";
import { MAX_GROUP_INSTRUCTIONS } from "../../src/policy/vocabulary/limits.ts";
import { examine } from "../../src/source/examine.ts";
import { libraries } from "../../src/source/libraries.ts";
import { ensure, ensureNoMatch } from "./ensure.ts";
import type { Random } from "./random.ts";
import { defineTarget } from "./target.ts";

type ExpressionCase = { readonly source: string; readonly texts: readonly string[] };

/** Known for how long backtracking takes them; and sizes that grow with each nesting. */
const EVIL = [
  "(a+)+$",
  "(a|a)*b",
  "(a|aa)+$",
  "(x+x+)+y",
  "((a*)*)*b",
  "(.*)*(.*)*(.*)*b",
  "(a?){30}a{30}",
  "(?:[a-z.-]+)+\\.example",
  "https://(?:[a-z]+\\.)*(?:[a-z]+\\.)*(?:[a-z]+\\.)*example",
  "a{1000}",
  "(a{30}){30}",
  "((a{1,10}){1,10}){1,9}",
  "(?:(?:a{0,31}){0,31}){0,2}",
  "[\\p{L}\\p{N}]{1,200}",
  "(?i)\\p{Greek}+|ſ|K",
  "\\A\\z\\b\\B^$",
  "(?P<n>a)(?:b|)",
];

const PIECES = [
  ..."a b . * + ? ( ) [ ] { } | ^ $ \\ - , : = ! < > / 0 9 ~ # &".split(" "),
  ..."(?: (?i) (?s) (?m) (?U) (?P<x> \\p{L} \\pN \\P{Greek} [[:alpha:]] [^a] \\Q \\E \\d \\W \\b \\z \\x{10ffff} \\C".split(
    " ",
  ),
  ..."{2} {0,5} {1000} {1001} {,3} *? +? ?? a|b |a https:// \\.example\\.com [a-z0-9-]+ .* é 😀 \ud800".split(
    " ",
  ),
];

function draw(random: Random): ExpressionCase {
  const source = drawSource(random).slice(0, 514);
  const unit = random.pick(["a", "x", "aa.", "https://a.example", "a-", "K", "1"]);
  const length = random.pick([0, 1, 64, 511, 512]);
  const text = unit.repeat(600).slice(0, length);
  return { source, texts: [text, `${text}b`, `https://${text}.example.com`] };
}

function drawSource(random: Random): string {
  const evil = random.pick(EVIL);
  switch (random.below(5)) {
    case 0:
      return evil;
    case 1:
      return evil.repeat(random.between(1, 60));
    case 2: {
      const at = random.below(evil.length);
      return evil.slice(0, at) + random.pick(PIECES) + evil.slice(at + random.below(2));
    }
    case 3: {
      const depth = random.between(1, 500);
      return `${"(".repeat(depth)}a${random.pick([")", ")*", ")+", "){2}", "|b)"]).repeat(depth)}`;
    }
    default:
      return random.list(14, () => random.pick(PIECES)).join("");
  }
}

function run({ source, texts }: ExpressionCase): string {
  const written = `~${source}`;
  const pattern = parseOriginPattern(written, libraries);
  const compiled = libraries.compileExpression(source);
  const ending = assertUsed(written, pattern.ok);
  if (!pattern.ok) {
    ensure(
      pattern.error.message !== "" && pattern.error.message.length < 2000,
      "a long message, or none",
    );
    return compiled.ok && compiled.value.instructions > MAX_GROUP_INSTRUCTIONS
      ? "too large"
      : "none";
  }
  ensure(pattern.value.kind === "expression" && compiled.ok, "no expression");
  const { expression } = pattern.value;
  ensure(expression.instructions <= MAX_GROUP_INSTRUCTIONS, "beyond the budget");
  for (const text of texts) ensure(typeof expression.test(text) === "boolean", "no answer");
  return ending;
}

/** As an entry of a document: taken, or refused with a reason. Lint looks into every expression. */
function assertUsed(written: string, isPattern: boolean): string {
  const policy = { name: "web", allowOrigins: [written], allowCredentials: true };
  const bytes = Buffer.from(JSON.stringify({ policies: [policy] }));
  const { loaded, problems } = examine({
    files: [{ file: "a.json", bytes }],
    problems: [],
    digest: "fuzz",
  });
  const errors = problems.filter(({ severity }) => severity === "error");
  const broken = errors.find(({ code }) => code === "internal-error");
  ensure(broken === undefined, String(broken?.value));
  ensure((loaded === undefined) === errors.length > 0, "neither used nor refused, or both");
  if (!isPattern) ensure(errors.length > 0, "what is no pattern is taken");
  for (const { message, fix } of problems)
    ensureNoMatch(message + fix, /[\p{Cc}\p{Cs}]/u, "a line that a terminal obeys");
  if (loaded === undefined) return "refused";
  return problems.length > 0 ? "warned of" : "taken";
}

export const EXPRESSIONS = defineTarget<ExpressionCase>({
  name: "expressions",
  share: 2,
  draw,
  run,
  // 2,000 instructions at 512 characters, three times, in an interpreter; a backtracking one would take years.
  budget: () => 1500,
  endings: ["none", "too large", "refused", "warned of"],
  show: ({ source, texts }) =>
    JSON.stringify({ source, lengths: texts.map(({ length }) => length) }),
});
