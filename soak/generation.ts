/** Pages that take turns: generation N admits the one of number N modulo this. */
export const TURNS = 4;

export const ALWAYS = "https://always.example";
export const NEVER = "https://never.example";

export function turnOrigin(number: number): string {
  return `https://turn-${number % TURNS}.example`;
}

/** The policy document of one generation; answers that it decided carry its number. */
export function documentOf(generation: number): string {
  return `policies:
  - name: steady
    allowOrigins: [${ALWAYS}, "${turnOrigin(generation)}"]
    allowMethods: [GET, PUT]
    allowHeaders: [x-api-key]
    exposeHeaders: [x-generation-${generation}]
    allowCredentials: true
    maxAge: 10
    behavior: {exposeOnPreflight: true}
apiGroups:
  - name: orders
    match: [{path: /}]
    policies: [steady]
  - name: reports
    match: [{path: /reports}]
    policies: [steady]
`;
}

/** A document that nobody may ever be answered by: what is admitted would be wrong, and it has an error. */
export function badDocumentOf(generation: number): string {
  return `${documentOf(generation).replace(ALWAYS, NEVER)}unknown: true\n`;
}

/** The number that an answer carries; undefined where it carries none. */
export function generationIn(exposed: string | undefined): number | undefined {
  const [, number] = /^x-generation-(\d+)$/.exec(exposed ?? "") ?? [];
  return number === undefined ? undefined : Number(number);
}
