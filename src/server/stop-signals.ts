/** What tells a process to stop or to reload: `process` itself, or an emitter in its place. */
export type SignalSource = {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
};

/** The word to stop, once and then again. */
export type StopSignals = {
  readonly asked: Promise<void>;
  /** Aborts when asked a second time: no more patience. */
  readonly insisted: AbortSignal;
  readonly release: () => void;
};

export function stopSignals(source: SignalSource): StopSignals {
  const first = new AbortController();
  const second = new AbortController();
  const asked = new Promise<void>((resolve) => {
    first.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const listener = (): void => (first.signal.aborted ? second : first).abort();
  source.on("SIGTERM", listener);
  source.on("SIGINT", listener);
  const release = (): void => {
    source.off("SIGTERM", listener);
    source.off("SIGINT", listener);
  };
  return { asked, insisted: second.signal, release };
}
