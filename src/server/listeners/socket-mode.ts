import { chmod } from "node:fs/promises";
import { err, ok, type Result } from "../../cors/result.ts";

// A socket file is made with the mode that the umask leaves (bind(2)), and may be connected to from that moment on.
// To set the umask to the mode just for the call would do for one process; with workers the call is Node's, made when
// the first of them asks for it, and again when one takes the place of the last. Making the file elsewhere and moving
// it would need a longer path, of which there are few bytes, and would leave it behind at the end. So the umask is
// narrowed once, which no other file is worse off for, and the file is opened as far as asked once it is there.

/** Where the owner may not connect, neither could corsd see whether its socket is still in use. */
const MODE = /^0?[67][0-7]{2}$/;

/** Reads the rights of a socket file; the error is a phrase for people. */
export function parseSocketMode(text: string): Result<number, string> {
  return MODE.test(text)
    ? ok(Number.parseInt(text, 8))
    : err(`\`${text}\` is no mode of a socket; write it in octal, as \`0660\`, the owner with 6`);
}

/** From now on no file of this process, or of one that it starts, begins more open than that. Returns what ends it. */
export function narrowUmask(mode: number | undefined): () => void {
  if (mode === undefined) return () => {};
  const before = process.umask();
  process.umask(before | (0o777 & ~mode));
  return () => void process.umask(before);
}

/** Gives a socket file its mode; the error is one line. */
export async function setSocketMode(path: string, mode: number): Promise<Result<void, string>> {
  try {
    await chmod(path, mode);
    return ok(undefined);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return err(`cannot set the mode of the socket \`${path}\`: ${cause}`);
  }
}
