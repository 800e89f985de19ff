/** Longest text that is remembered, in characters: anything longer is rare, or an attack. */
const MAX_LENGTH = 256;
/** Most texts that are remembered; with the length above this bounds the memory of one function to about 4 MiB, were all so long. */
const MAX_TEXTS = 4096;

/** The same function, which remembers its latest results. `make` is pure and what it makes is immutable. */
export function memoized<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, { readonly made: Made }>();
  return (text) => {
    if (text.length > MAX_LENGTH) return make(text);
    const found = known.get(text);
    if (found !== undefined) return found.made;
    const made = make(text);
    if (known.size >= MAX_TEXTS) known.clear();
    known.set(text, { made });
    return made;
  };
}
