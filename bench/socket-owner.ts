import { readdir, readFile, readlink } from "node:fs/promises";

/** The process that listens on a socket file; undefined where that is not to be seen, as another user's is not. */
export async function ownerOf(path: string): Promise<number | undefined> {
  const inodes = listeningInodes(await readFile("/proc/net/unix", "utf8"), path);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holds(pid, inodes)) return Number(pid);
  }
  return undefined;
}

/** A socket that accepts connections: __SO_ACCEPTCON of linux/net.h. */
const LISTENS = 0x1_0000;

/** The inodes of the sockets that listen on the path, of the text of `/proc/net/unix`. */
export function listeningInodes(text: string, path: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [, , , flags = "", , , inode = "", ...words] = line.split(/ +/);
    const isListening = (Number.parseInt(flags, 16) & LISTENS) !== 0;
    return isListening && words.join(" ") === path ? [inode] : [];
  });
}

async function holds(pid: string, inodes: readonly string[]): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(
    descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => "")),
  );
  return targets.some((target) => inodes.includes(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ""));
}
