const PARTS = /([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)/g;
const WHOLE = new RegExp(`^(?:${PARTS.source})+$`);

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** A duration as Go writes it (`24h`, `1h30m`), in whole seconds, cut as Istio cuts it; undefined where it is none. */
export function wholeSeconds(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  const seconds = [...text.matchAll(PARTS)].map(
    ([, number, unit]) => Number(number) * (SECONDS[`${unit}`] ?? 0),
  );
  return Math.floor(seconds.reduce((sum, each) => sum + each));
}
