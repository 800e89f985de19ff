/** Where a command writes. Injected, so that a test needs no process. */
export type Output = {
  /** Results, as they are: the text brings its own line ends. */
  readonly out: (text: string) => void;
  /** Everything that is no result. */
  readonly err: (text: string) => void;
  /** True where results go to a person's terminal, or colours are asked for: not to a file or a program. */
  readonly isTerminal: boolean;
};
