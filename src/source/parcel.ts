import type { Steps } from "../cors/steps.ts";

/** Characters of JSON after which a parcel is closed: few enough to be parsed in about a millisecond. */
const PARCEL_LENGTH = 64 * 1024;

/**
 * Plain values as JSON, in pieces that are opened one by one. Their memory is shared, so that threads post them to each
 * other at no cost: a text of 5 MB keeps the one who posts it for 60 ms.
 */
export type Parcels<T> = readonly SharedBytes[] & { readonly holds?: T };

/** Never written to once made. */
export type SharedBytes = Uint8Array<SharedArrayBuffer>;

/** A copy in memory that threads share. */
export function share(bytes: Uint8Array): SharedBytes {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return shared;
}

export function pack<T>(items: readonly T[]): Parcels<T> {
  const parcels: SharedBytes[] = [];
  let open: string[] = [];
  let length = 0;
  const close = (): void => {
    parcels.push(share(Buffer.from(`[${open.join(",")}]`)));
    open = [];
    length = 0;
  };
  for (const item of items) {
    const text = JSON.stringify(item);
    open.push(text);
    length += text.length;
    if (length >= PARCEL_LENGTH) close();
  }
  if (open.length > 0) close();
  return parcels;
}

/** The items in their order, a step for each parcel. What was `undefined` in an item is absent from it. */
export function* unpackSteps<T>(parcels: Parcels<T>): Steps<readonly T[]> {
  const items: T[] = [];
  for (const parcel of parcels) {
    const { buffer, byteOffset, byteLength } = parcel;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString();
    // Made by pack from the same T, so that it need not be judged.
    for (const item of JSON.parse(text) as readonly T[]) items.push(item);
    yield;
  }
  return items;
}
