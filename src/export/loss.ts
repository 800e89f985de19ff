/** Something that the exported configuration cannot say. */
export type Loss = {
  /** Undefined: it holds for every group. */
  readonly group: string | undefined;
  readonly policy: string | undefined;
  /** What users will see: lower case, no full stop. */
  readonly text: string;
};
