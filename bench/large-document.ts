/** A document of many groups, each with a policy and a path of its own. */
export type LargeDocument = {
  readonly groups: number;
  /** Origins of each policy. */
  readonly origins: number;
};

export const LARGE: LargeDocument = { groups: 1000, origins: 100 };
export const SMALL: LargeDocument = { groups: 1, origins: 1 };

/** The policy of policies.yaml otherwise. `added`: one more origin, of the first policy. */
export function documentText({ groups, origins }: LargeDocument, added: string[] = []): string {
  const all = Array.from({ length: groups }, (_, group) => group);
  const policies = all.map((group) => {
    const own = Array.from({ length: origins }, (_, at) => originOf(group, at));
    return policyText(group, group === 0 ? [...own, ...added] : own);
  });
  const scopes = all.map(groupText);
  return `policies:\n${policies.join("")}\napiGroups:\n${scopes.join("")}`;
}

export function originOf(group: number, at: number): string {
  return `https://app-${number(at)}.tenant-${number(group)}.example.com`;
}

export function pathOf(group: number): string {
  return `/tenant-${number(group)}`;
}

function number(value: number): string {
  return String(value).padStart(4, "0");
}

function policyText(group: number, origins: readonly string[]): string {
  return `  - name: tenant-${number(group)}
    allowMethods: [GET, POST, PUT]
    allowHeaders: [content-type, x-api-key]
    exposeHeaders: [x-total-count]
    allowCredentials: true
    maxAge: 900
    allowOrigins:
${origins.map((origin) => `      - ${origin}\n`).join("")}`;
}

function groupText(group: number): string {
  return `  - name: tenant-${number(group)}
    match: [{path: ${pathOf(group)}}]
    policies: [tenant-${number(group)}]
`;
}

/** So many pairs of a group and one of its origins, all over the document; of the small one, always the same. */
export function samplePairs(
  { groups, origins }: LargeDocument,
  count: number,
): readonly (readonly [group: number, at: number])[] {
  // Steps without a common divisor with the counts, so that neighbours are far apart; another origin at each lap.
  return Array.from({ length: count }, (_, i) => {
    const lap = Math.floor(i / groups);
    return [(i * 617) % groups, (i * 37 + lap) % origins] as const;
  });
}
