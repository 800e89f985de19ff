import type { Header } from "./decision.ts";

const FIXED: WeakSet<Header> = new WeakSet();

/** A header of many answers, the same object each time. Whoever writes it may keep what it wrote. */
export function fixedHeader(name: string, value: string): Header {
  const header: Header = [name, value];
  FIXED.add(header);
  return header;
}

/** True for what {@link fixedHeader} made. */
export function isFixed(header: Header): boolean {
  return FIXED.has(header);
}
