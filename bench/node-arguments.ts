/** What stands between `node` and the program where corsd runs in production: the same as in the Dockerfile. */
export const NODE_ARGUMENTS: readonly string[] = ["--max-semi-space-size=4"];
