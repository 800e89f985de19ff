import { createRequire } from "node:module";

// Packages that many servers never need: each takes several MiB of memory, and is loaded when it is first asked for.
// They are loaded by `require` since what asks for them is not asynchronous.

const require = createRequire(import.meta.url);

/** For what is not plain YAML. */
export function yamlPackage(): typeof import("yaml") {
  return require("yaml");
}

/** For expressions. */
export function re2Package(): typeof import("re2js") {
  return require("re2js");
}

/** For wildcards and expressions: public suffixes. */
export function suffixPackage(): typeof import("tldts") {
  return require("tldts");
}

/**
 * The lists of {@link suffixPackage}, as a trie from the top level down. That is no part of its documented interface:
 * package.json pins its version, and the tests would show another layout.
 */
export function suffixTrie(): typeof import("tldts/dist/types/src/data/trie.js") {
  return require("tldts/dist/cjs/src/data/trie.js");
}
