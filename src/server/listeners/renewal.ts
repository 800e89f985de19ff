import { ok, type Result } from "../../cors/result.ts";

/** How often files are looked at: certificates and tokens are renewed long before they end. In milliseconds. */
const INTERVAL = 5000;

/** Something that is read from files, and read again when they change. */
export type Renewable<T> = {
  /** The error is one line. */
  readonly load: () => Promise<Result<T, string>>;
  readonly isSame: (a: T, b: T) => boolean;
  /** In milliseconds; left out, five seconds. */
  readonly interval?: number | undefined;
};

/** Who is told. */
export type Renewal<T> = {
  readonly renewed: (value: T) => void;
  readonly failed: (message: string) => void;
};

/**
 * Tells of each new value and of each new error, until the signal aborts. An error counts at the second look: several
 * files may have been read between their writes.
 */
export function watchRenewal<T>(
  { load, isSame, interval = INTERVAL }: Renewable<T>,
  first: T,
  { renewed, failed }: Renewal<T>,
  signal: AbortSignal,
): void {
  const isSameResult = (a: Result<T, string>, b: Result<T, string>): boolean =>
    a.ok && b.ok ? isSame(a.value, b.value) : !a.ok && !b.ok && a.error === b.error;
  let told: Result<T, string> = ok(first);
  let before: Result<T, string> = told;
  const look = async (): Promise<void> => {
    const found = await load();
    const isSettled = found.ok || isSameResult(found, before);
    before = found;
    if (signal.aborted || !isSettled || isSameResult(found, told)) return;
    told = found;
    if (found.ok) renewed(found.value);
    else failed(found.error);
  };
  const timer = setInterval(() => void look(), interval);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
