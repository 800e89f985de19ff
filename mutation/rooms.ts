/** What is mutated together, and the tests that have to notice. Both are globs from the root of the repository. */
export type Room = {
  readonly name: string;
  readonly mutates: readonly string[];
  readonly tests: readonly string[];
};

/** A pure room is judged by its own tests alone: what only a test of another room notices counts as unnoticed. */
function room(name: string, without: readonly string[] = []): Room {
  return {
    name,
    mutates: [`src/${name}/**/*.ts`],
    tests: [`test/${name}/**/*.test.ts`, ...without.map((test) => `!test/${name}/${test}`)],
  };
}

/** The pure rooms. Left out are tests that start a process for every mutant. */
export const ROOMS: readonly Room[] = [
  room("cors"),
  room("extproc"),
  room("explain"),
  room("http2", ["nghttp2.test.ts"]),
  room("policy", ["yaml-language-server.test.ts"]),
  room("mend"),
  room("doctor"),
  room("import"),
  room("export"),
  room("expectation"),
  room("conformance", ["grpc.test.ts"]),
];

/** What `npm test` mutates each time: who somebody is, and what he may ask. Small enough for a minute of two cores. */
export const SHORT: Room = {
  name: "short",
  mutates: ["src/cors/check.ts", "src/cors/origin.ts"],
  tests: ["test/cors/check.test.ts", "test/cors/decide.test.ts", "test/cors/origin.test.ts"],
};
