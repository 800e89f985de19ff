/** What a console message says, whichever browser wrote it. */
export type Complaint = {
  readonly url: string | undefined;
  /** Of the page. */
  readonly origin: string | undefined;
  readonly method: string | undefined;
  /** The requested header that was refused, in lower case. */
  readonly header: string | undefined;
  /** True where the answer to a preflight was at fault, or where a preflight must have gone before. */
  readonly isPreflight: boolean;
  /** True where redirects made the browser send `Origin: null`. */
  readonly isTainted: boolean;
  /** Why it failed, in one sentence. */
  readonly reason: string;
  /** Messages in the same paste that are not looked at. */
  readonly others: number;
};
