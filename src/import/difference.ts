/** One behaviour that will not be the same after the move. */
export type Difference = {
  /** Where in the input: a JSON Pointer without the file, or the product's own name of it. */
  readonly place: string;
  readonly policy: string | undefined;
  /** What users will see: lower case, no full stop. */
  readonly text: string;
};
