/** What is said to people while something lasts; on standard error, so that a program can read the result. */
export type Progress = {
  /** Begins a part of so many steps. */
  readonly part: (title: string, steps: number) => void;
  /** Before each step. */
  readonly step: (what: string) => void;
  readonly line: (text: string) => void;
};

export function tellProgress(stream: NodeJS.WriteStream, startedAt: number): Progress {
  let total = 0;
  let done = 0;
  let title = "";
  // Over the last one at a terminal; into a file, a line for each tenth of the steps.
  const wipe = stream.isTTY ? "\r\u001B[2K" : "";
  const line = (text: string): void => {
    stream.write(`${wipe}${text}\n`);
  };
  return {
    line,
    part: (name, steps) => {
      [title, total, done] = [name, steps, 0];
      line(`[${clock(startedAt)}] ${title}`);
    },
    step: (what) => {
      done += 1;
      const text = `[${clock(startedAt)}] ${title} ${done}/${total}: ${what}`;
      if (stream.isTTY) stream.write(`${wipe}${text}`);
      else if (isTenth(done, total)) line(text);
    },
  };
}

function isTenth(done: number, total: number): boolean {
  return Math.floor((done * 10) / total) > Math.floor(((done - 1) * 10) / total);
}

function clock(startedAt: number): string {
  const seconds = Math.floor((Date.now() - startedAt) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
