/** What the policy document asks of a deployment. */
export type DocumentFacts = {
  readonly groups: ReadonlyMap<string, GroupFacts>;
  /** Some group is matched by route name. */
  readonly needsRouteName: boolean;
  /** Some policy tells HTTP versions apart. */
  readonly needsHttpVersion: boolean;
  readonly requiresOrigin: boolean;
  /** Some policy lets allowed preflights go on through Envoy. */
  readonly continuesPreflights: boolean;
  /** Some policy has `exposeHeaders: "*"` with credentials: the names of all response headers are needed. */
  readonly exposesEverything: boolean;
  /** All policies admit every origin without credentials. */
  readonly isOpen: boolean;
};

export type GroupFacts = {
  /** Names of Envoy routes that it is matched by. */
  readonly routes: readonly string[];
  /** It is matched by host or path too. */
  readonly hasOtherMatches: boolean;
};
